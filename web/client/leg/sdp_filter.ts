/**
 * Session descriptions as they may leave and as they may be believed (spec/8-direct.md): no address, no weak choice, one fingerprint.
 * Applied twice: to ours before it is sealed, to theirs after it was opened.
 *
 * Trust: a member at best, the server for a leg to its SFU. Bounds: 2,048 bytes a line, and those of the kind of leg. Raises integrity.sdp, or integrity.fingerprint for the fingerprint rule.
 */
import { sealedFingerprint } from '../fingerprint'
import { ProblemError } from '../problem'
import { allowCodecs } from './codec_filter'
import type { VideoCodec } from './video_codec'

const LINE_MAX = 2_048
export const DIRECT = { bytesMax: 24_576, mediaMax: 8 } as const
/** Four streams of ours and up to 46 slots for those of others. */
export const SFU = { bytesMax: 98_304, mediaMax: 51 } as const
/** Lines that a call needs. What is not here stays behind: nobody can say which other line holds an address. */
const NEEDED = new Set(
  'group msid-semantic extmap extmap-allow-mixed ice-ufrag ice-pwd ice-options ice-lite fingerprint setup tls-id mid msid bundle-only sendrecv sendonly recvonly inactive rtcp-mux rtcp-mux-only rtcp-rsize rtcp-fb rtpmap fmtp ptime maxptime ssrc ssrc-group rid simulcast sctp-port sctpmap max-message-size'.split(
    ' ',
  ),
)
const AUDIO_LEVELS = /^a=extmap:\S+ urn:ietf:params:rtp-hdrext:(ssrc-audio-level|csrc-audio-level)\b/

const refuse = (why: string): never => {
  throw new ProblemError('integrity.sdp', why)
}

export function filterDescription(sdp: string, { bytesMax, mediaMax }: typeof DIRECT | typeof SFU = DIRECT, video: VideoCodec = 'vp8'): string {
  if (sdp.length > bytesMax) refuse('too long')
  const lines = sdp.split(/\r?\n/).filter((line) => line !== '')
  if (lines.some((line) => line.length > LINE_MAX || !/^[a-z]=/.test(line))) refuse('a line that is none')
  if (lines.some((line) => line.startsWith('a=crypto:'))) refuse('keys in the description')
  if (sealedFingerprint(sdp) === null) throw new ProblemError('integrity.fingerprint', 'not exactly one sha-256 fingerprint')
  const sections = split(lines)
  if (sections.media.length === 0 || sections.media.length > mediaMax) refuse('too many or no media')
  const filtered = [sections.head.flatMap(withoutAddress), ...sections.media.map((section) => filterMedia(section, video))].flat()
  return `${filtered.join('\r\n')}\r\n`
}

function split(lines: readonly string[]): { readonly head: readonly string[]; readonly media: ReadonlyArray<readonly string[]> } {
  const starts = lines.flatMap((line, at) => (line.startsWith('m=') ? [at] : []))
  return { head: lines.slice(0, starts[0] ?? lines.length), media: starts.map((start, at) => lines.slice(start, starts[at + 1] ?? lines.length)) }
}

function filterMedia(section: readonly string[], video: VideoCodec): readonly string[] {
  const [kind, port, profile, ...formats] = (section[0] ?? '').slice(2).split(' ')
  const isData = kind === 'application'
  if (!['audio', 'video', 'application'].includes(kind ?? '')) refuse('an unknown kind of media')
  if (profile !== (isData ? 'UDP/DTLS/SCTP' : 'UDP/TLS/RTP/SAVPF')) refuse('a profile without DTLS')
  // Port 0 alone is a refused line; with bundle-only it lives on another line's transport (RFC 8843 §6).
  const isBundled = section.includes('a=bundle-only')
  const isRefused = port === '0' && !isBundled
  if (!isData && !isRefused && !section.includes('a=rtcp-mux')) refuse('no rtcp-mux')
  const head = `m=${kind} ${port === '0' ? 0 : 9} ${profile} ${formats.join(' ')}`
  const rest = section.slice(1).flatMap(withoutAddress)
  return isData || isRefused ? [head, ...rest] : allowCodecs(kind === 'audio' ? 'audio' : 'video', [head, ...rest], video)
}

/** Candidates travel by themselves (candidate_filter.ts); lines that must be there and hold an address are emptied. */
function withoutAddress(line: string): readonly string[] {
  if (line.startsWith('c=')) return ['c=IN IP4 0.0.0.0']
  if (line.startsWith('a=rtcp:')) return ['a=rtcp:9 IN IP4 0.0.0.0']
  if (line.startsWith('o=')) {
    const [, id, version] = line.split(' ')
    return [`o=- ${/^\d+$/.test(id ?? '') ? id : 0} ${/^\d+$/.test(version ?? '') ? version : 0} IN IP4 0.0.0.0`]
  }
  if (line.startsWith('s=')) return ['s=-']
  const attribute = /^a=([^:]+)/.exec(line)?.[1]
  const isNeeded = attribute === undefined ? /^[vtbm]=/.test(line) : NEEDED.has(attribute) && !AUDIO_LEVELS.test(line)
  return isNeeded ? [line] : []
}
