/** Child processes of the tests: started, awaited and ended by their own id. */
import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'

export interface Running {
  readonly child: ChildProcess
  /** Everything that it printed so far. */
  output(): string
  stop(signal?: NodeJS.Signals): Promise<void>
}

export function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(command, [...args], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  const take = (chunk: Buffer): void => {
    text = (text + chunk.toString('utf8')).slice(-400_000)
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    child,
    output: () => text,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      const patience = setTimeout(() => child.kill('SIGKILL'), 8_000)
      await ended
      clearTimeout(patience)
    },
  }
}

/** A TCP port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

/** Polls until `check` gives something true; fails with `what` and the last error after `patience_ms`. */
export async function until<T>(
  what: string,
  patience_ms: number,
  check: () => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  const deadline = Date.now() + patience_ms
  let last: unknown
  for (;;) {
    try {
      const value = await check()
      if (value) return value
      last = value
    } catch (error) {
      last = error
    }
    if (Date.now() > deadline)
      throw new Error(`not within ${patience_ms} ms: ${what} (last: ${last instanceof Error ? last.message : JSON.stringify(last)})`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
