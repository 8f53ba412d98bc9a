/** Descriptions of a leg to the SFU (spec/11-sfu.md): ours as it may leave, the SFU's as it may be used. Raises integrity.sdp. */
import { filterCandidate } from './candidate_filter'
import { filterDescription, SFU } from './sdp_filter'

/** Browsers write more than leaves. */
const RAW_BYTES_MAX = 262_144
const CANDIDATES_MAX = 8
const EXTENSIONS = new Set([
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
])

/** Extensions that an SFU has no need of stay behind, and so do the codecs that our frames are not sealed in. */
export function ownDescription(sdp: string): string {
  const kept = sdp
    .slice(0, RAW_BYTES_MAX)
    .split(/\r?\n/)
    .filter((line) => {
      const [, uri] = /^a=extmap:\S+ (\S+)/.exec(line) ?? []
      return !line.startsWith('a=candidate:') && (uri === undefined || EXTENSIONS.has(uri))
    })
  return filterDescription(onOneTransport(withoutUnusedCodecs(kept)).join('\r\n'), SFU)
}

/** The answer, and where the SFU is reached. */
export function sfuDescription(sdp: string): { readonly sdp: string; readonly candidates: readonly string[] } {
  const candidates = sdp
    .slice(0, RAW_BYTES_MAX)
    .split(/\r?\n/)
    .filter((line) => line.startsWith('a=candidate:'))
    .flatMap((line) => filterCandidate(line, false) ?? [])
  return { sdp: filterDescription(sdp, SFU), candidates: [...new Set(candidates)].slice(0, CANDIDATES_MAX) }
}

/** The SFU takes every line on the first one's transport anyway; a line that is for that alone looks like a refused one to others. */
function onOneTransport(lines: readonly string[]): readonly string[] {
  const starts = lines.flatMap((line, at) => (line.startsWith('m=') ? [at] : []))
  const isBundled = (at: number): boolean => lines.slice(at, starts.find((start) => start > at) ?? lines.length).includes('a=bundle-only')
  return lines
    .map((line, at) => (line.startsWith('m=') && isBundled(at) ? line.replace(/^(m=\S+) 0 /, '$1 9 ') : line))
    .filter((line) => line !== 'a=bundle-only')
}

/** Lines about payload types that the m-line above them does not offer. */
function withoutUnusedCodecs(lines: readonly string[]): readonly string[] {
  let offered: ReadonlySet<string> = new Set()
  return lines.filter((line) => {
    if (line.startsWith('m=')) offered = new Set(line.split(' ').slice(3))
    const type = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line)?.[1]
    return type === undefined || offered.has(type)
  })
}
