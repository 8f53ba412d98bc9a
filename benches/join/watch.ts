/**
 * What the join benchmark sees of a page and its worker: when each step first happened, in milliseconds since the epoch of the same machine.
 * The product is watched from outside, by wrapping what the browser lends it; nothing of it is replaced or told that it is watched.
 *
 * Both functions run inside the browser (they are serialised), so they close over nothing.
 */

export type Marks = Record<string, number>

/** Runs before any script of the page. The first decoded picture of somebody else ends the watch. */
export function watchPage(): void {
  const marks: Marks = {}
  const mark = (name: string): void => void (marks[name] ??= performance.timeOrigin + performance.now())
  let decoded: () => void = () => undefined
  const firstFrame = new Promise<void>((resolve) => (decoded = resolve))
  const clicked = (): void => {
    for (const name of Object.keys(marks)) delete marks[name]
    mark('click')
  }
  Object.assign(window, { __marks: marks, __clicked: clicked, __firstFrame: firstFrame })
  addEventListener('submit', clicked, { capture: true })

  const remote = new WeakSet<MediaStreamTrack>()
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      mark('connection made')
      if ('page hears hello' in marks) mark('another connection made')
      this.addEventListener('track', ({ track }) => remote.add(track))
      this.addEventListener('icecandidate', ({ candidate }) => candidate?.candidate && mark('own candidate'))
      this.addEventListener('iceconnectionstatechange', () => /connected|completed/.test(this.iceConnectionState) && mark('ICE connected'))
      this.addEventListener('connectionstatechange', () => this.connectionState === 'connected' && mark('DTLS connected'))
    }
    override addTransceiver(...given: Parameters<RTCPeerConnection['addTransceiver']>): RTCRtpTransceiver {
      const made = super.addTransceiver(...given)
      remote.add(made.receiver.track)
      return made
    }
    override async setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
      mark('own description')
      await super.setLocalDescription(description)
      mark('own description set')
    }
    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      mark('other description')
      await super.setRemoteDescription(description)
      mark('other description set')
    }
    override async addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
      mark('other candidate')
      await super.addIceCandidate(candidate)
    }
  }

  interface Told {
    readonly type?: string
    readonly payload?: { readonly type: string }
  }
  window.Worker = class extends Worker {
    constructor(...given: ConstructorParameters<typeof Worker>) {
      super(...given)
      this.addEventListener('message', ({ data }: MessageEvent<Told>) => {
        if (/payload|group/.test(data.type ?? '')) mark(`page hears ${data.payload?.type ?? 'of the group'}`)
      })
    }
  }
  const ask = Reflect.get(Worker.prototype, 'postMessage') as (this: Worker, message: unknown, ...rest: unknown[]) => void
  Worker.prototype.postMessage = function (this: Worker, message: Told, ...rest: unknown[]): void {
    if (message.type === 'leg-certificate') mark('certificate asked')
    if (message.type === 'send') mark(`page says ${message.payload?.type ?? ''}`)
    ask.call(this, message, ...rest)
  }

  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject')
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    ...source,
    set(this: HTMLMediaElement, stream: MediaStream | null) {
      source?.set?.call(this, stream)
      if (!(this instanceof HTMLVideoElement) || !stream?.getVideoTracks().some((track) => remote.has(track))) return
      mark('picture shown')
      this.requestVideoFrameCallback((_, metadata) => {
        mark('first frame decoded')
        marks['of which decoding took'] ??= (metadata.processingDuration ?? 0) * 1_000
        decoded()
      })
    },
  })
}

/** Says yes to "Direct connection" as soon as it is asked, so that no person's thinking is measured. */
export function agreeToDirect(): void {
  const show: (this: HTMLDialogElement) => void = Reflect.get(HTMLDialogElement.prototype, 'showModal')
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement): void {
    show.call(this)
    if (!/Direct connection/.test(this.getAttribute('aria-label') ?? '')) return
    const press = (): void => {
      const yes = [...this.querySelectorAll('button')].find((button) => button.textContent?.trim() === 'Connect directly')
      if (yes) yes.click()
      else if (this.open) setTimeout(press)
    }
    press()
  }
}

/** Runs in the crypto worker before the click: its socket, its questions to the server, its frames. */
export function watchWorker(): void {
  interface Scope {
    WebSocket: typeof WebSocket
    TransformStream: typeof TransformStream
    fetch: typeof fetch
    postMessage: (message: { readonly type?: string; readonly payload?: { readonly type: string } }, ...rest: unknown[]) => void
    onrtctransform: ((event: { readonly transformer: { readonly options: { readonly direction: string; readonly codec: string } } }) => void) | null
  }
  const scope = self as unknown as Scope
  const marks: Marks = {}
  const delays_us: Record<string, number[]> = {}
  const mark = (name: string): void => void (marks[name] ??= performance.timeOrigin + performance.now())
  const again = (): void => {
    for (const name of Object.keys(marks)) delete marks[name]
    mark('join appended')
  }
  Object.assign(scope, { __marks: marks, __delays: delays_us, __again: again })

  let live = false
  let applications = 0
  const kindOf = (text: unknown): { type?: string; kind?: string } =>
    typeof text === 'string' ? (JSON.parse(text) as { type?: string; kind?: string }) : {}
  scope.WebSocket = class extends WebSocket {
    constructor(url: string | URL) {
      super(url)
      mark('socket asked')
      this.addEventListener('open', () => mark('socket open'))
      this.addEventListener('message', (event: MessageEvent<unknown>) => {
        const { type, kind } = kindOf(event.data)
        if (type === 'joined') mark('joined')
        if (kind === 'genesis') mark('genesis in the log')
        if (type !== 'entry' || !('join appended' in marks)) return
        if (kind === 'welcome') live = true
        if (kind === 'application') applications++
        mark(`${kind ?? ''}${kind === 'application' ? ` ${applications}` : ''} in the log`)
      })
    }
    override send(data: string): void {
      const { type, kind } = kindOf(data)
      if (type === 'append') mark(kind === 'application' && live ? 'hello appended' : `${kind ?? ''} appended`)
      super.send(data)
    }
  }

  const tell = scope.postMessage.bind(scope)
  scope.postMessage = (message, ...rest) => {
    if (/payload|group/.test(message.type ?? '')) mark(`worker tells ${message.payload?.type ?? 'of the group'}`)
    tell(message, ...rest)
  }
  const fetched = scope.fetch.bind(scope)
  scope.fetch = async (...given: Parameters<typeof fetch>) => {
    mark('credentials asked')
    const answer = await fetched(...given)
    mark('credentials here')
    return answer
  }

  let current: { readonly direction: string; readonly codec: string } | null = null
  const begin = scope.onrtctransform
  scope.onrtctransform = (event) => {
    current = event.transformer.options
    begin?.(event)
    current = null
  }
  const Original = scope.TransformStream
  scope.TransformStream = class<I, O> extends Original<I, O> {
    constructor(transformer?: Transformer<I, O>) {
      const options = current
      super(options === null ? transformer : { transform: (frame, controller) => watched(frame, controller) })
      const watched = async (frame: I, controller: TransformStreamDefaultController<O>): Promise<void> => {
        const { direction, codec } = options ?? { direction: '', codec: '' }
        const isKey = (frame as { type?: string }).type === 'key'
        if (direction.startsWith('receive') && codec !== 'opus') mark('frame came')
        const began = performance.now()
        let passed = false
        const enqueue = (out: O): void => {
          passed = true
          controller.enqueue(out)
        }
        await transformer?.transform?.(frame, { enqueue } as TransformStreamDefaultController<O>)
        if (codec !== 'opus' && direction === 'send' && !passed) mark('frame not let out')
        if (!passed) return
        if (codec !== 'opus' && direction === 'send' && isKey) mark('key frame sealed')
        if (codec !== 'opus') mark(direction === 'send' ? 'own frame sealed' : isKey ? 'key frame opened' : 'frame opened')
        const list = (delays_us[`${direction} ${codec}${isKey ? ' key frame' : ''}`] ??= [])
        if (list.length < 20_000) list.push((performance.now() - began) * 1_000)
      }
    }
  }
}
