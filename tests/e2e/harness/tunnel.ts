/** A way from here to a port on a host's own loopback: for a browser there that is driven over a socket. Packets of calls never take it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Network } from './network'
import { until } from './process'

/** Runs on the host: whoever comes to the Unix socket is led to the port. */
const farEnd = `
  const { connect, createServer } = require('node:net')
  const [socket, port] = process.argv.slice(1)
  createServer((near) => {
    const far = connect(Number(port), '127.0.0.1')
    near.pipe(far).pipe(near)
    for (const end of [near, far]) end.on('error', () => { near.destroy(); far.destroy() })
  }).listen(socket, () => console.log('ready'))
`

/** The same port number on both sides, since the far side looks at the name by which it was called. */
export async function tunnel(network: Network, host: string, port: number): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'incamera-tunnel-'))
  const socket = join(folder, 'way')
  const running = network.start(host, process.execPath, ['-e', farEnd, socket, String(port)])
  await until('the tunnel is open', 10_000, () => running.output().includes('ready'))
  const server = createServer((near) => {
    const far = connect(socket)
    near.pipe(far).pipe(near)
    for (const end of [near, far])
      end.on('error', () => {
        near.destroy()
        far.destroy()
      })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    async stop() {
      server.close()
      await running.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
