/** Debian's coturn on loopback with time-limited credentials, for the relayed calls of the tests. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, start, until, type Running } from './process'

export interface Relay {
  readonly url: string
  readonly port: number
  readonly secret: string
  readonly running: Running
  stop(): Promise<void>
}

export async function startRelay(): Promise<Relay> {
  const port = await freePort()
  const secret = `test-${port}-secret`
  const folder = mkdtempSync(join(tmpdir(), 'incamera-coturn-'))
  const running = start('turnserver', [
    '-n',
    '--listening-ip=127.0.0.1',
    `--listening-port=${port}`,
    '--relay-ip=127.0.0.1',
    '--min-port=49152',
    '--max-port=65000',
    '--use-auth-secret',
    `--static-auth-secret=${secret}`,
    '--realm=incamera.test',
    '--fingerprint',
    '--no-tls',
    '--no-dtls',
    '--no-cli',
    '--allow-loopback-peers',
    '--log-file=stdout',
    '--simple-log',
    `--pidfile=${join(folder, 'pid')}`,
    `--userdb=${join(folder, 'db')}`,
    '--verbose',
  ])
  await until('coturn listens', 10_000, () => running.output().includes(`127.0.0.1:${port}`))
  return { url: `turn:127.0.0.1:${port}`, port, secret, running, stop: () => running.stop() }
}
