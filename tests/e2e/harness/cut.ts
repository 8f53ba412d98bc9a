/**
 * A network that a test can cut: a TCP proxy in front of the server and a UDP proxy in front of the relay.
 * Cut means that packets vanish; sockets stay open, as in a tunnel or a lift.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { connect, createServer, type Server as TcpServer, type Socket } from 'node:net'
import { freePort } from './process'

export class CutTcp {
  private readonly pairs = new Set<[Socket, Socket]>()
  private isCut = false
  private constructor(
    readonly port: number,
    private readonly server: TcpServer,
  ) {}

  static async to(target: number): Promise<CutTcp> {
    const port = await freePort()
    const server = createServer({ pauseOnConnect: false })
    const proxy = new CutTcp(port, server)
    server.on('connection', (inner) => {
      if (proxy.isCut) {
        inner.destroy()
        return
      }
      const outer = connect(target, '127.0.0.1')
      const pair: [Socket, Socket] = [inner, outer]
      proxy.pairs.add(pair)
      const end = (): void => {
        inner.destroy()
        outer.destroy()
        proxy.pairs.delete(pair)
      }
      inner.on('data', (bytes) => (proxy.isCut ? undefined : outer.write(bytes)))
      outer.on('data', (bytes) => (proxy.isCut ? undefined : inner.write(bytes)))
      for (const socket of pair) socket.on('close', end).on('error', end)
    })
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    return proxy
  }

  /** Bytes of a cut connection are lost, so what was open can never go on: it is reset when the network is back. */
  cut(): void {
    this.isCut = true
  }
  mend(): void {
    this.isCut = false
    for (const pair of this.pairs) for (const socket of pair) socket.destroy()
  }
  stop(): void {
    this.server.close()
    for (const pair of this.pairs) for (const socket of pair) socket.destroy()
  }
}

export class CutUdp {
  private isCut = false
  private readonly peers = new Map<string, UdpSocket>()
  private constructor(
    readonly port: number,
    private readonly front: UdpSocket,
  ) {}

  static async to(target: number): Promise<CutUdp> {
    const front = createSocket('udp4')
    await new Promise<void>((resolve) => front.bind(0, '127.0.0.1', resolve))
    const proxy = new CutUdp(front.address().port, front)
    front.on('message', (bytes, from) => {
      if (proxy.isCut) return
      const key = `${from.address}:${from.port}`
      let back = proxy.peers.get(key)
      if (!back) {
        back = createSocket('udp4')
        back.on('message', (answer) => (proxy.isCut ? undefined : front.send(answer, from.port, from.address)))
        back.on('error', () => undefined)
        proxy.peers.set(key, back)
      }
      back.send(bytes, target, '127.0.0.1')
    })
    front.on('error', () => undefined)
    return proxy
  }

  cut(): void {
    this.isCut = true
  }
  mend(): void {
    this.isCut = false
  }
  stop(): void {
    this.front.close()
    for (const socket of this.peers.values()) socket.close()
  }
}
