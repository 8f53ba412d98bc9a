/** A server on a network of its own (network.ts), with a certificate that nobody signed: it can be killed and started again, and gives rooms of both kinds. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Network, SERVER_ADDRESS } from './network'
import { until, type Running } from './process'

const PORT = 8443
const ORIGIN = `https://${SERVER_ADDRESS}:${PORT}`
const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const python = join(checkout, '.venv', 'bin', 'python')
const env = { PYTHONPATH: join(checkout, 'src'), PYTHONUNBUFFERED: '1' }

export class Hosted {
  private running: Running | undefined
  private key: string | undefined
  private constructor(
    readonly network: Network,
    private readonly folder: string,
  ) {}

  static async start(people: readonly number[]): Promise<Hosted> {
    const hosted = new Hosted(Network.of(people), mkdtempSync(join(tmpdir(), 'incamera-hosted-')))
    hosted.certify()
    await hosted.up()
    return hosted
  }

  private get certificate(): string {
    return join(this.folder, 'cert.pem')
  }
  private get data(): string {
    return join(this.folder, 'data')
  }

  get output(): string {
    return this.running?.output() ?? ''
  }

  async up(): Promise<void> {
    const address = ['--host', SERVER_ADDRESS, '--port', String(PORT), '--public-url', ORIGIN]
    const secured = ['--tls-cert', this.certificate, '--tls-key', join(this.folder, 'key.pem')]
    const options = ['--data-dir', this.data, '--json', ...address, ...secured]
    this.running = this.network.start('server', python, ['-m', 'incamera', 'serve', ...options], env)
    await until('the server says its link', 30_000, () => {
      if (this.running?.child.exitCode !== null) throw new Error(`the server ended: ${this.output.slice(-2000)}`)
      return this.output.includes('"link": ')
    })
  }

  /** A new room by the real commands; the participant's link. */
  async room(topology: 'direct' | 'group'): Promise<string> {
    this.key ??= (await this.run<{ key: string }>(['keys', 'create', 'tests', '--data-dir', this.data])).key
    const { link } = await this.run<{ link: string }>(['room', 'create', '--topology', topology, '--server', ORIGIN])
    return link
  }

  async kill(): Promise<void> {
    await this.running?.stop('SIGKILL')
  }

  async stop(): Promise<void> {
    await this.running?.stop()
    this.network.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  private async run<Answer>(words: readonly string[]): Promise<Answer> {
    const known = { ...env, SSL_CERT_FILE: this.certificate, INCAMERA_API_KEY: this.key ?? '' }
    const running = this.network.start('server', python, ['-m', 'incamera', ...words, '--json'], known)
    await until(`${words.join(' ')} ends`, 30_000, () => running.child.exitCode !== null)
    const text = running.output()
    if (running.child.exitCode !== 0) throw new Error(`${words.join(' ')}: ${text}`)
    return JSON.parse(text.slice(text.indexOf('{'))) as Answer
  }

  private certify(): void {
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    const files = ['-keyout', join(this.folder, 'key.pem'), '-out', this.certificate]
    const subject = ['-subj', '/CN=incamera test', '-addext', `subjectAltName=IP:${SERVER_ADDRESS}`]
    execFileSync('openssl', ['req', ...kind, ...files, ...subject], { stdio: 'ignore' })
  }
}
