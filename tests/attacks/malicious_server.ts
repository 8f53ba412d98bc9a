/**
 * A server that attacks: it stands before the real one, so that everything works, and reads, records, rewrites, drops and adds what it likes.
 * It can also hand out another client (a weakened variant built from tests/attacks/weakened).
 */
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createServer, request, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { WebSocket, WebSocketServer } from 'ws'
import { freePort } from '../e2e/harness/process'

export type Message = Record<string, unknown>
type Instead = readonly Message[] | Promise<readonly Message[]>

export interface Mischief {
  /** What the server gets instead of this message of participant number `who` (in order of connection). Order is kept while a promise is open. */
  readonly toServer?: (message: Message, who: number) => Instead
  /** What the participant gets instead of this message. */
  readonly toClient?: (message: Message, who: number) => Instead
  /** What the server gets instead of this JSON that a page posts. */
  readonly request?: (path: string, body: Message) => Message
  /** What a page gets instead of this answer to a request for JSON. */
  readonly answer?: (path: string, body: Message) => Message
  /** A built client to serve instead of the real one. */
  readonly client?: string
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
}

export class MaliciousServer {
  /** Every byte that the real server would receive: request lines, headers, bodies, socket messages. */
  readonly received: string[] = []
  readonly clients: WebSocket[] = []
  private constructor(
    readonly port: number,
    private readonly http: HttpServer,
  ) {}

  static async before(target: number, mischief: Mischief = {}): Promise<MaliciousServer> {
    const port = await freePort()
    const http = createServer((incoming, outgoing) => server.answer(incoming, outgoing, target, mischief))
    const server = new MaliciousServer(port, http)
    const sockets = new WebSocketServer({ server: http, maxPayload: 1 << 20 })
    sockets.on('connection', (socket, incoming) => server.bridge(socket, incoming, target, mischief))
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
    return server
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** The same link by way of this server. */
  link(original: string): string {
    const url = new URL(original)
    return `${this.origin}${url.pathname}${url.hash}`
  }

  /** Says something of its own to participant `who`. */
  say(who: number, message: Message): void {
    this.clients[who]?.send(JSON.stringify(message))
  }

  async stop(): Promise<void> {
    for (const socket of this.clients) socket.terminate()
    this.http.closeAllConnections()
    await new Promise((resolve) => this.http.close(resolve))
  }

  private headersFor(incoming: IncomingMessage, target: number): NodeJS.Dict<string | string[]> {
    const headers: NodeJS.Dict<string | string[]> = { ...incoming.headers, host: `127.0.0.1:${target}` }
    if (headers['origin']) headers['origin'] = `http://127.0.0.1:${target}`
    return headers
  }

  private answer(incoming: IncomingMessage, outgoing: ServerResponse, target: number, mischief: Mischief): void {
    this.received.push(`${incoming.method} ${incoming.url} ${JSON.stringify(incoming.headers)}`)
    const path = new URL(incoming.url ?? '/', this.origin).pathname
    const file = mischief.client && staticFile(mischief.client, path)
    const onward = request(
      { host: '127.0.0.1', port: target, method: incoming.method, path: incoming.url, headers: this.headersFor(incoming, target) },
      (answer) => {
        const headers = { ...answer.headers }
        if (file) {
          answer.resume()
          delete headers['content-length']
          delete headers['content-encoding']
          delete headers['integrity-policy']
          headers['content-type'] = types[extname(file)] ?? 'application/octet-stream'
          outgoing.writeHead(200, headers)
          createReadStream(file).pipe(outgoing)
          return
        }
        if (mischief.answer && /json/.test(headers['content-type'] ?? '')) {
          void rewritten(answer, (body) => mischief.answer?.(path, body) ?? body).then((text) => {
            delete headers['content-length']
            outgoing.writeHead(answer.statusCode ?? 502, headers).end(text)
          })
          return
        }
        outgoing.writeHead(answer.statusCode ?? 502, headers)
        answer.pipe(outgoing)
      },
    )
    onward.on('error', () => outgoing.writeHead(502).end())
    incoming.on('data', (bytes: Buffer) => this.received.push(bytes.toString('latin1')))
    if (mischief.request && incoming.method === 'POST') {
      void rewritten(incoming, (body) => mischief.request?.(path, body) ?? body).then((text) => {
        onward.setHeader('content-length', Buffer.byteLength(text))
        onward.end(text)
      })
    } else incoming.pipe(onward)
  }

  private bridge(inner: WebSocket, incoming: IncomingMessage, target: number, mischief: Mischief): void {
    const who = this.clients.push(inner) - 1
    this.received.push(`${incoming.method} ${incoming.url} ${JSON.stringify(incoming.headers)}`)
    const origin = incoming.headers.origin ? { origin: `http://127.0.0.1:${target}` } : {}
    const outer = new WebSocket(`ws://127.0.0.1:${target}${incoming.url}`, { ...origin, maxPayload: 1 << 20 })
    const early: string[] = []
    outer.on('open', () => early.splice(0).forEach((text) => outer.send(text)))
    const towardServer = inOrder((message) => {
      if (outer.readyState === WebSocket.OPEN) outer.send(JSON.stringify(message))
      else early.push(JSON.stringify(message))
    })
    const towardClient = inOrder((message) => inner.send(JSON.stringify(message)))
    inner.on('message', (bytes) => {
      const text = (bytes as Buffer).toString('utf8')
      this.received.push(text)
      const message = JSON.parse(text) as Message
      towardServer(() => mischief.toServer?.(message, who) ?? [message])
    })
    outer.on('message', (bytes) => {
      const message = JSON.parse((bytes as Buffer).toString('utf8')) as Message
      towardClient(() => mischief.toClient?.(message, who) ?? [message])
    })
    inner.on('close', () => outer.close())
    outer.on('close', (code, reason) => inner.close(code >= 4000 && code < 5000 ? code : 1012, reason.toString()))
    inner.on('error', () => outer.terminate())
    outer.on('error', () => inner.terminate())
  }
}

/** Passes on what `instead` gives, one message after the other, however long each takes. */
function inOrder(pass: (message: Message) => void): (instead: () => Instead) => void {
  let queue = Promise.resolve()
  return (instead) => {
    queue = queue.then(async () => {
      for (const message of await instead()) pass(message)
    })
    queue.catch(() => undefined)
  }
}

async function rewritten(answer: IncomingMessage, change: (body: Message) => Message): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  return JSON.stringify(change(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Message))
}

function staticFile(folder: string, path: string): string | undefined {
  const page =
    path === '/'
      ? 'home.html'
      : path.startsWith('/r/')
        ? 'call.html'
        : path === '/security'
          ? 'security.html'
          : normalize(path).replace(/^(\.\.\/)+|^\//, '')
  const file = join(folder, page)
  return existsSync(file) && readFileSync(file).length > 0 ? file : undefined
}
