/**
 * Pages of ours for Janus' video room, as short as its API lets them be. The functions run inside a page (they are serialised), so they close over nothing.
 * Source: Janus' documentation of its WebSocket interface and of the VideoRoom plugin.
 */

interface Answer {
  readonly janus: string
  readonly transaction?: string
  readonly data?: { readonly id: number }
  readonly plugindata?: { readonly data: Readonly<Record<string, unknown>> }
  readonly jsep?: RTCSessionDescriptionInit
}
export interface Handle {
  readonly id: number
  ask(body: Readonly<Record<string, unknown>>, jsep?: RTCSessionDescriptionInit): Promise<Answer>
  trickle(candidate: RTCIceCandidate | null): void
}
declare global {
  interface Window {
    __janus: Handle
    __clicked(): void
    __firstFrame: Promise<void>
  }
}

/** Socket, session and handle: made before the click, as incamera has its grant before. */
export async function attachJanus(url: string): Promise<void> {
  const socket = new WebSocket(url, 'janus-protocol')
  await new Promise((resolve) => (socket.onopen = resolve))
  const waiting = new Map<string, (answer: Answer) => void>()
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    const answer = JSON.parse(data) as Answer
    const done = waiting.get(answer.transaction ?? '')
    if (!done || answer.janus === 'ack') return
    waiting.delete(answer.transaction ?? '')
    done(answer)
  }
  let number = 0
  const send = (message: Readonly<Record<string, unknown>>): string => {
    const transaction = `t${number++}`
    socket.send(JSON.stringify({ ...message, transaction }))
    return transaction
  }
  const ask = (message: Readonly<Record<string, unknown>>): Promise<Answer> => new Promise((resolve) => waiting.set(send(message), resolve))
  const session = (await ask({ janus: 'create' })).data?.id
  const handle = (await ask({ janus: 'attach', session_id: session, plugin: 'janus.plugin.videoroom' })).data?.id ?? 0
  const to = { session_id: session, handle_id: handle }
  setInterval(() => send({ janus: 'keepalive', session_id: session }), 20_000)
  window.__janus = {
    id: handle,
    ask: (body, jsep) => ask({ janus: 'message', ...to, body, ...(jsep ? { jsep } : {}) }),
    trickle: (candidate) => void send({ janus: 'trickle', ...to, candidate: candidate ?? { completed: true } }),
  }
}

/** Publishes microphone and camera for good; answers with the feed's number. */
export async function publishToJanus(room: number): Promise<number> {
  const janus = window.__janus
  await janus.ask({ request: 'create', room, publishers: 2, videocodec: 'vp8', audiocodec: 'opus', bitrate: 2_500_000, fir_freq: 0 })
  const connection = new RTCPeerConnection()
  Object.assign(window, { __connection: connection })
  connection.onicecandidate = ({ candidate }) => janus.trickle(candidate)
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true })
  for (const track of stream.getTracks()) connection.addTransceiver(track, { direction: 'sendonly', streams: [stream] })
  const answer = await new Promise<Answer>((resolve, reject) => {
    const publish = async (): Promise<void> => {
      const joined = await janus.ask({ request: 'join', ptype: 'publisher', room, display: 'publisher' })
      Object.assign(window, { __feed: joined.plugindata?.data['id'] })
      const offer = await connection.createOffer()
      await connection.setLocalDescription(offer)
      resolve(await janus.ask({ request: 'configure', audio: true, video: true }, offer))
    }
    publish().catch(reject)
  })
  if (!answer.jsep) throw new Error(JSON.stringify(answer))
  await connection.setRemoteDescription(answer.jsep)
  while (connection.connectionState !== 'connected') await new Promise((resolve) => setTimeout(resolve, 50))
  return (window as unknown as { __feed: number }).__feed
}

/** The click: asks for the feed and shows it. */
export async function subscribeToJanus(room: number, feed: number): Promise<void> {
  const janus = window.__janus
  window.__clicked()
  const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
  connection.onicecandidate = ({ candidate }) => janus.trickle(candidate)
  const video = document.createElement('video')
  video.autoplay = true
  video.muted = true
  document.body.append(video)
  const stream = new MediaStream()
  connection.ontrack = ({ track }) => {
    stream.addTrack(track)
    if (track.kind === 'video') video.srcObject = stream
  }
  const offered = await janus.ask({ request: 'join', ptype: 'subscriber', room, streams: [{ feed }] })
  if (!offered.jsep) throw new Error(JSON.stringify(offered))
  await connection.setRemoteDescription(offered.jsep)
  const answer = await connection.createAnswer()
  await connection.setLocalDescription(answer)
  await janus.ask({ request: 'start', room }, answer)
  await window.__firstFrame
}
