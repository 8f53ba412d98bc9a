/**
 * How a member's camera goes to the SFU: the same picture in up to three sizes, of which it forwards to each what fits (spec/11-sfu.md). A small capture is
 * sent in fewer: nobody needs a picture that is smaller than a thumbnail. The names are in the order of sizes; those that are off send nothing.
 */
export const RIDS = ['q', 'h', 'f'] as const
/** Bits per second of a picture that is so many pixels long on its longer side, from the smallest. */
const BITRATES = [
  [320, 180_000],
  [640, 600_000],
  [1_280, 1_800_000],
  [Number.POSITIVE_INFINITY, 3_000_000],
] as const
/** A longer side up to which one size is enough, and up to which two are. */
const ONE_MAX = 320
const TWO_MAX = 960
/** Text that can be read: a screen changes seldom, and then much. */
export const SCREEN_BITRATE_MAX = 2_500_000

/** `longerSide`: of the capture, in pixels; undefined where the browser does not tell. */
export function encodingsFor(longerSide: number | undefined): RTCRtpEncodingParameters[] {
  const side = longerSide ?? TWO_MAX + 1
  const sizes = side <= ONE_MAX ? 1 : side <= TWO_MAX ? 2 : 3
  return RIDS.map((rid, at) => {
    const scaleResolutionDownBy = Math.max(1, 2 ** (sizes - 1 - at))
    const maxBitrate = BITRATES.find(([length]) => side / scaleResolutionDownBy <= length)?.[1] ?? BITRATES[0][1]
    return { rid, active: at < sizes, scaleResolutionDownBy, maxBitrate }
  })
}

export function longerSideOf(track: MediaStreamTrack | null): number | undefined {
  const { width = 0, height = 0 } = track?.getSettings() ?? {}
  return Math.max(width, height) || undefined
}

/** What is sent from now on is as large as this track. A browser that made fewer encodings than asked for keeps what it made. */
export async function sizeEncodings(transceiver: RTCRtpTransceiver | undefined, track: MediaStreamTrack | null): Promise<void> {
  const parameters = transceiver?.sender.getParameters()
  if (!transceiver || !parameters || parameters.encodings.length === 0) return
  const wanted = new Map(encodingsFor(longerSideOf(track)).map((encoding) => [encoding.rid, encoding]))
  parameters.encodings = parameters.encodings.map((encoding) => ({ ...encoding, ...wanted.get(encoding.rid ?? '') }))
  await transceiver.sender.setParameters(parameters).catch(() => undefined)
}
