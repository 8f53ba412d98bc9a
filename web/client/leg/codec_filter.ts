/**
 * Codecs that our frames can be sealed in: Opus; the one video codec of the leg with its retransmission. Everything else goes, RED among it. Raises
 * integrity.sdp when nothing is left.
 */
import { ProblemError } from '../problem'

export type VideoCodec = 'vp8' | 'vp9' | 'av1'

const OPUS = { cbr: '1', usedtx: '0', stereo: '0', 'sprop-stereo': '0', useinbandfec: '1' }

/** `section`: its lines, the m-line first. */
export function allowCodecs(kind: 'audio' | 'video', section: readonly string[], video: VideoCodec): readonly string[] {
  const wanted = kind === 'audio' ? 'opus' : video
  const names = new Map(section.flatMap((line) => match(/^a=rtpmap:(\d+) ([^/]+)\//, line)))
  const apt = new Map(section.flatMap((line) => match(/^a=fmtp:(\d+) apt=(\d+)/, line)))
  const profiles = new Map(section.flatMap((line) => match(/^a=fmtp:(\d+) (?:.*;)?\s*profile(?:-id)?=(\d+)/, line)))
  const isMain = (type: string | undefined): boolean =>
    names.get(type ?? '')?.toLowerCase() === wanted && (wanted === 'vp8' || (profiles.get(type ?? '') ?? '0') === '0')
  const isAllowed = (type: string): boolean => isMain(type) || (kind === 'video' && names.get(type)?.toLowerCase() === 'rtx' && isMain(apt.get(type)))
  const [media, port, profile, ...types] = (section[0] ?? '').split(' ')
  const allowed = types.filter(isAllowed)
  if (!allowed.some(isMain)) throw new ProblemError('integrity.sdp', `no ${wanted}`)
  const rest = section.slice(1).filter((line) => {
    const type = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line)?.[1]
    return type === undefined || allowed.includes(type)
  })
  const lines = [[media, port, profile, ...allowed].join(' '), ...rest]
  return kind === 'audio' ? constantBitrate(lines, allowed) : lines
}

/** Opus at constant bitrate without DTX: the size of a frame says nothing about what is spoken. */
function constantBitrate(lines: readonly string[], types: readonly string[]): readonly string[] {
  return lines.flatMap((line) => {
    const mapped = /^a=rtpmap:(\d+) opus\//i.exec(line)?.[1]
    if (mapped !== undefined && types.includes(mapped)) {
      const given = lines.find((other) => other.startsWith(`a=fmtp:${mapped} `))?.slice(`a=fmtp:${mapped} `.length) ?? ''
      const parameters = new Map(given.split(';').flatMap((pair) => match(/^\s*([\w-]+)=(.*)$/, pair)))
      for (const [name, value] of Object.entries(OPUS)) parameters.set(name, value)
      return [line, `a=fmtp:${mapped} ${[...parameters].map(([name, value]) => `${name}=${value}`).join(';')}`]
    }
    return types.some((type) => line.startsWith(`a=fmtp:${type} `)) ? [] : [line]
  })
}

const match = (pattern: RegExp, line: string): ReadonlyArray<readonly [string, string]> => {
  const [, name, value] = pattern.exec(line) ?? []
  return name !== undefined && value !== undefined ? [[name, value]] : []
}
