/**
 * Which codec pictures of a call travel in (spec/9-media.md). Each member's sealed `hello` lists what its device can and would rather use, best first; VP8
 * is everybody's. Both sides come to the same choice from the same lists, since the order here decides, not theirs.
 */
export type VideoCodec = 'vp8' | 'vp9'

/** From the better one. */
const ORDER: readonly VideoCodec[] = ['vp9', 'vp8']
/** With fewer, a software encoder of VP9 takes what the call needs. */
const CORES_MIN = 4

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

/** Profile 0 is what every VP9 decoder takes. */
export const isOf = (codec: VideoCodec, { mimeType, sdpFmtpLine }: Described): boolean =>
  mimeType.toLowerCase() === `video/${codec}` && (codec !== 'vp9' || !/profile-id=[^0]/.test(sdpFmtpLine ?? ''))

/** What this device says of itself. */
export function ownCodecs({ cores, sends, receives }: Device): readonly VideoCodec[] {
  const can = (codec: VideoCodec): boolean => [sends, receives].every((list) => list.some((one) => isOf(codec, one)))
  return ORDER.filter((codec) => codec === 'vp8' || (cores >= CORES_MIN && can(codec)))
}

/** The best of those that all list; words that this version does not know are passed over. */
export function codecOfAll(lists: ReadonlyArray<readonly string[]>): VideoCodec {
  return ORDER.find((codec) => lists.every((list) => list.includes(codec))) ?? 'vp8'
}
