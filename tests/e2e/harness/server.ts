/** The real server, by the real command, on loopback, with a data folder of its own; it can be killed and started again on the same port. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, start, until, type Running } from './process'
import type { Relay } from './coturn'

const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const python = join(checkout, '.venv', 'bin', 'python')

export interface ServerOptions {
  /** coturn, the server's own relay, or (by default) none. */
  readonly relay?: Relay | 'own'
  /** URLs of the relay as people reach it (through a proxy that a test can cut). */
  readonly relayUrls?: string
  readonly ttl_s?: number
  /** Another folder with a built client, for a weakened variant. */
  readonly client?: string
  readonly env?: NodeJS.ProcessEnv
}

export interface Links {
  readonly link: string
  readonly host_link: string
}

export class Server {
  private running: Running | undefined
  private constructor(
    readonly port: number,
    readonly dataFolder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async start(options: ServerOptions = {}): Promise<Server> {
    const env: NodeJS.ProcessEnv = { PYTHONPATH: join(checkout, 'src'), PYTHONUNBUFFERED: '1', ...options.env }
    if (options.relay === undefined) env['INCAMERA_TURN'] = 'off'
    else if (options.relay !== 'own') {
      env['INCAMERA_TURN_SECRET'] = options.relay.secret
      env['INCAMERA_TURN_URLS'] = options.relayUrls ?? `${options.relay.url}?transport=udp`
    }
    if (options.ttl_s) env['INCAMERA_TURN_TTL'] = String(options.ttl_s)
    if (options.client) env['INCAMERA_CLIENT_DIR'] = options.client
    const server = new Server(await freePort(), mkdtempSync(join(tmpdir(), 'incamera-data-')), env)
    await server.up()
    return server
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Its process, for the tests that look into its memory; null while it is down. */
  get pid(): number | null {
    return this.running?.child.pid ?? null
  }

  /** What it printed, for the tests that look for canaries in logs. */
  get output(): string {
    return this.running?.output() ?? ''
  }

  async up(): Promise<void> {
    this.running = start(python, ['-m', 'incamera', 'serve', '--port', String(this.port), '--data-dir', this.dataFolder, '--json'], this.env)
    await until('the server answers', 30_000, async () => {
      if (this.running?.child.exitCode !== null) throw new Error(`the server ended: ${this.output.slice(-2000)}`)
      return (await fetch(`${this.origin}/healthz`)).ok
    })
  }

  /** A new room by the real command; the participant's link. */
  async room(topology: 'direct' | 'group' = 'direct'): Promise<string> {
    return (await this.links(topology)).link
  }

  /** Both links of a new room. */
  async links(topology: 'direct' | 'group' = 'direct', ...options: readonly string[]): Promise<Links> {
    const command = ['-m', 'incamera', 'room', 'create', '--topology', topology, '--server', this.origin, '--json', ...options]
    const made = start(python, command, this.env)
    await until('room create ends', 30_000, () => made.child.exitCode !== null)
    const text = made.output()
    try {
      return JSON.parse(text.slice(text.indexOf('{'))) as Links
    } catch {
      throw new Error(`room create: ${text}`)
    }
  }

  async kill(): Promise<void> {
    await this.running?.stop('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.running?.stop('SIGTERM')
    rmSync(this.dataFolder, { recursive: true, force: true })
  }
}
