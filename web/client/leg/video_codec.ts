/**
 * Which codec pictures of a call travel in (spec/9-media.md). Each member's sealed `hello` lists what its device can and would rather use, best first; VP8
 * is everybody's. Both sides come to the same choice from the same lists, since the order here decides, not theirs.
 */
import type { VideoCodec } from './codec_filter'

/** From the better one. */
const ORDER: readonly VideoCodec[] = ['av1', 'vp9', 'vp8']
/** With fewer, a software encoder takes what the call needs. */
const CORES_MIN: Readonly<Record<VideoCodec, number>> = { vp8: 1, vp9: 4, av1: 12 }

/** As browsers describe one. */
interface Described {
  readonly mimeType: string
  readonly sdpFmtpLine?: string
}

export interface Device {
  readonly cores: number
  readonly sends: readonly Described[]
  readonly receives: readonly Described[]
}

/** Profile 0 is what every decoder takes. */
export const isOf = (codec: VideoCodec, { mimeType, sdpFmtpLine }: Described): boolean =>
  mimeType.toLowerCase() === `video/${codec}` && (codec === 'vp8' || !/profile(?:-id)?=[^0]/.test(sdpFmtpLine ?? ''))

/** What this device says of itself. */
export function ownCodecs({ cores, sends, receives }: Device): readonly VideoCodec[] {
  const can = (codec: VideoCodec): boolean => [sends, receives].every((list) => list.some((one) => isOf(codec, one)))
  return ORDER.filter((codec) => codec === 'vp8' || (cores >= CORES_MIN[codec] && can(codec)))
}

/** The best of those that all list; words that this version does not know are passed over. */
export function codecOfAll(lists: ReadonlyArray<readonly string[]>): VideoCodec {
  return ORDER.find((codec) => lists.every((list) => list.includes(codec))) ?? 'vp8'
}
