/**
 * The real server with an SFU that attacks (tests/attacks/evil_sfu): its own media node, with a session of a test's between the SFU and each client.
 * It obeys orders over a Unix socket. The product has no such door: this is another extension module, built for tests alone.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../e2e/harness/process'
import { Server } from '../e2e/harness/server'

const checkout = join(import.meta.dirname, '..', '..')
const here = join(checkout, 'tests', 'attacks', 'evil_sfu')

/** What is done to one client, in the words of evil_sfu/src/deed.rs. */
export type Deed = 'honest' | 'swap' | 'twice' | 'junk' | `${'hold' | 'impose' | 'ghost' | 'replay' | 'delay' | 'reorder'} ${number}`

export class EvilServer {
  private constructor(
    readonly server: Server,
    private readonly folder: string,
    private readonly socket: Socket,
  ) {}

  static async start(): Promise<EvilServer> {
    const folder = mkdtempSync(join(tmpdir(), 'incamera-evil-'))
    const orders = join(folder, 'orders')
    const server = await Server.start({
      env: { PYTHONPATH: `${join(here, 'python')}:${join(checkout, 'src')}`, EVIL_NATIVE: built(), EVIL_ORDERS: orders },
    })
    await until('it waits for orders', 10_000, () => existsSync(orders))
    return new EvilServer(server, folder, createConnection(orders))
  }

  /** How many legs were opened: the newest one's number and one. */
  async legs(): Promise<number> {
    return Number(await this.order('legs'))
  }

  async does(deed: Deed, ...legs: readonly number[]): Promise<void> {
    for (const leg of legs) await this.orderDone(`leg ${leg} ${deed}`)
  }

  /** Pictures begin anew this often, so that what is moved around can be seen; 0 for never. */
  keyFrames(every_ms: number): Promise<void> {
    return this.orderDone(`key-frames ${every_ms}`)
  }

  /** The file in which every payload that arrives is written down from now on (evil_sfu/src/ledger.rs). */
  async dump(): Promise<string> {
    const file = join(this.folder, 'dump')
    await this.orderDone(`dump ${file}`)
    return file
  }

  async stop(): Promise<void> {
    this.socket.destroy()
    await this.server.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private async orderDone(words: string): Promise<void> {
    const answer = await this.order(words)
    if (answer !== 'done') throw new Error(answer)
  }

  /** One line each way; the answer's end may come by itself. */
  private async order(words: string): Promise<string> {
    this.socket.write(`${words}\n`)
    let answer = ''
    while (!answer.endsWith('\n')) answer += String((await once(this.socket, 'data'))[0])
    return answer.trim()
  }
}

/** The extension module; cargo knows whether it is up to date. It shares the artefacts of `cargo test`. */
function built(): string {
  execFileSync(join(checkout, 'scripts', 'cargo'), ['build', '--locked', '--quiet', '--profile', 'test', '--package', 'evil-sfu'], { cwd: checkout })
  return join(process.env['CARGO_TARGET_DIR'] ?? join(checkout, 'target'), 'debug', 'libevil_sfu.so')
}
