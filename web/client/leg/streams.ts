/**
 * A member's own streams in the order in which they stand in every leg, so that an m-line's place says which it is:
 *   0 microphone · 1 camera · 2 screen · 3 screen audio
 */
import { ProblemError } from '../problem'
import { isOf, type VideoCodec } from './video_codec'

export interface StreamKind {
  readonly kind: 'audio' | 'video'
  readonly codec: 'opus' | VideoCodec
}

export const streams: readonly StreamKind[] = [
  { kind: 'audio', codec: 'opus' },
  { kind: 'video', codec: 'vp8' },
  { kind: 'video', codec: 'vp8' },
  { kind: 'audio', codec: 'opus' },
]
/** The same with pictures in another codec. */
export const streamsIn = (codec: VideoCodec): readonly StreamKind[] =>
  streams.map((stream) => (stream.kind === 'video' ? { ...stream, codec } : stream))
export const MICROPHONE = 0
export const CAMERA = 1
export const SCREEN = 2
export const SCREEN_AUDIO = 3

export function preferCodec(transceiver: RTCRtpTransceiver, stream: StreamKind): void {
  const isWanted = (codec: RTCRtpCodec): boolean =>
    stream.codec === 'opus'
      ? codec.mimeType.toLowerCase() === 'audio/opus'
      : isOf(stream.codec, codec) || codec.mimeType.toLowerCase() === 'video/rtx'
  const codecs = RTCRtpReceiver.getCapabilities(stream.kind)?.codecs.filter(isWanted) ?? []
  if (codecs.every((codec) => codec.mimeType.toLowerCase() === 'video/rtx')) throw new ProblemError('local.browser-unsupported', stream.codec)
  transceiver.setCodecPreferences(codecs)
}

/** Bits per second. */
export async function limitBitrate(transceiver: RTCRtpTransceiver | undefined, most: number): Promise<void> {
  const parameters = transceiver?.sender.getParameters()
  if (!transceiver || !parameters?.encodings[0]) return
  parameters.encodings[0].maxBitrate = most
  await transceiver.sender.setParameters(parameters).catch(() => undefined)
}

/** Chromium is asked through the sender's parameters; other browsers' workers ask their encoder themselves. */
export async function askKeyFrame(sender: RTCRtpSender | undefined): Promise<void> {
  if (!sender?.track) return
  const parameters = sender.getParameters()
  const ask = { encodingOptions: parameters.encodings.map(() => ({ keyFrame: true })) }
  await (sender.setParameters as (p: RTCRtpSendParameters, o: unknown) => Promise<void>).call(sender, parameters, ask).catch(() => undefined)
}
