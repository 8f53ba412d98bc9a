/**
 * What a sender shows and sounds, and how the other end recognises it.
 *
 * Picture: two rows of eight cells, black or white, that survive VP8 at low bitrate:
 *   | marker 1 0 | sender, 4 bits | parity, 2 bits |
 *   | counter, 8 bits, one step every 100 ms       |
 * Sound: one tone per sender, 400 Hz + 200 Hz × sender.
 * A frame count can be true of noise; this is true only of the sender's own picture and tone, moving.
 *
 * Both functions run inside a page (they are serialised), so they close over nothing.
 */

export interface Recognised {
  /** Sender number read from the picture, or null. */
  readonly sender: number | null
  readonly counter: number | null
  /** Loudest frequency in Hz, or null when silent. */
  readonly tone_hz: number | null
}

export const toneOf = (sender: number): number => 400 + 200 * sender

/** Runs before any page script: getUserMedia answers with this sender's picture and tone. */
export function installSender(sender: number, width = 640): void {
  const constraintsLog: MediaStreamConstraints[] = []
  const makeVideo = (): MediaStreamTrack => {
    const canvas = document.createElement('canvas')
    canvas.width = width
    canvas.height = (width * 9) / 16
    const context = canvas.getContext('2d', { alpha: false })
    if (!context) throw new Error('no canvas')
    const draw = (): void => {
      const counter = Math.floor(performance.now() / 100) & 0xff
      const parity = (sender ^ (sender >> 2)) & 3
      const bits: number[] = [1, 0]
      for (let i = 3; i >= 0; i--) bits.push((sender >> i) & 1)
      bits.push((parity >> 1) & 1, parity & 1)
      for (let i = 7; i >= 0; i--) bits.push((counter >> i) & 1)
      bits.forEach((bit, i) => {
        context.fillStyle = bit ? '#f4f4f4' : '#101010'
        context.fillRect((i % 8) * (width / 8), Math.floor(i / 8) * (canvas.height / 2), width / 8, canvas.height / 2)
      })
    }
    draw()
    const timer = setInterval(draw, 33)
    const track = canvas.captureStream(30).getVideoTracks()[0]
    if (!track) throw new Error('no canvas track')
    const stop = track.stop.bind(track)
    track.stop = () => {
      clearInterval(timer)
      stop()
    }
    return track
  }
  const makeAudio = (): MediaStreamTrack => {
    const audio = new AudioContext()
    const oscillator = audio.createOscillator()
    oscillator.frequency.value = 400 + 200 * sender
    const gain = audio.createGain()
    gain.gain.value = 0.4
    const destination = audio.createMediaStreamDestination()
    oscillator.connect(gain).connect(destination)
    oscillator.start()
    void audio.resume()
    const track = destination.stream.getAudioTracks()[0]
    if (!track) throw new Error('no audio track')
    const stop = track.stop.bind(track)
    track.stop = () => {
      oscillator.stop()
      void audio.close()
      stop()
    }
    return track
  }
  // An empty page, where a tab begins, has no devices.
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (!devices) return
  Object.assign(window, { __constraints: constraintsLog })
  devices.getUserMedia = async (constraints?: MediaStreamConstraints) => {
    const wanted = constraints ?? {}
    constraintsLog.push(wanted)
    const failure = (window as { __refuse?: string }).__refuse
    if (failure) throw new DOMException('refused by the test', failure)
    const tracks: MediaStreamTrack[] = []
    if (wanted.audio) tracks.push(makeAudio())
    if (wanted.video) tracks.push(makeVideo())
    Object.assign(window, { __given: tracks })
    return new MediaStream(tracks)
  }
}

/** Reads picture and tone of the `<video>` inside the group labelled `name`; null when there is no such video. */
export async function recognise(name: string): Promise<Recognised | null> {
  const deep = (root: ParentNode): HTMLVideoElement[] => {
    const found: HTMLVideoElement[] = []
    for (const element of Array.from(root.querySelectorAll('*'))) {
      if (element instanceof HTMLVideoElement) found.push(element)
      if (element.shadowRoot) found.push(...deep(element.shadowRoot))
    }
    return found
  }
  const labelOf = (element: Element): string => {
    for (let at: Element | null = element; at; at = at.parentElement ?? ((at.getRootNode() as ShadowRoot).host || null)) {
      const label = at.getAttribute?.('aria-label') ?? ''
      if (label) return label
      if (at.getAttribute?.('role') === 'group') return ''
    }
    return ''
  }
  const videos = deep(document)
  // Their own tile before the one of their screen.
  const video = videos.find((v) => labelOf(v) === name) ?? videos.find((v) => labelOf(v).includes(name))
  if (!video) return null
  const state = window as unknown as { __ears?: WeakMap<MediaStream, { analyser: AnalyserNode; audio: AudioContext }> }
  const ears = (state.__ears ??= new WeakMap())
  let sender: number | null = null
  let counter: number | null = null
  if (video.videoWidth > 0 && video.readyState >= 2) {
    const canvas = document.createElement('canvas')
    canvas.width = 64
    canvas.height = 36
    const context = canvas.getContext('2d', { willReadFrequently: true })
    context?.drawImage(video, 0, 0, 64, 36)
    const cell = (i: number): number | null => {
      const data = context?.getImageData((i % 8) * 8 + 3, Math.floor(i / 8) * 18 + 8, 2, 2).data
      if (!data) return null
      const light = (data[0]! + data[1]! + data[2]!) / 3
      return light > 150 ? 1 : light < 90 ? 0 : null
    }
    const bits = Array.from({ length: 16 }, (_, i) => cell(i))
    if (bits.every((bit) => bit !== null) && bits[0] === 1 && bits[1] === 0) {
      const number = (from: number, to: number): number => bits.slice(from, to).reduce<number>((sum, bit) => sum * 2 + (bit ?? 0), 0)
      const candidate = number(2, 6)
      if (number(6, 8) === ((candidate ^ (candidate >> 2)) & 3)) {
        sender = candidate
        counter = number(8, 16)
      }
    }
  }
  let tone: number | null = null
  const stream = video.srcObject
  if (stream instanceof MediaStream && stream.getAudioTracks().length > 0) {
    let ear = ears.get(stream)
    if (!ear) {
      const audio = new AudioContext()
      const analyser = audio.createAnalyser()
      analyser.fftSize = 8192
      analyser.smoothingTimeConstant = 0
      audio.createMediaStreamSource(stream).connect(analyser)
      ear = { analyser, audio }
      ears.set(stream, ear)
      await audio.resume()
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    const bins = new Float32Array(ear.analyser.frequencyBinCount)
    ear.analyser.getFloatFrequencyData(bins)
    let loudest = 0
    for (let i = 1; i < bins.length; i++) if (bins[i]! > bins[loudest]!) loudest = i
    if (bins[loudest]! > -60) tone = (loudest * ear.audio.sampleRate) / ear.analyser.fftSize
  }
  return { sender, counter, tone_hz: tone }
}
