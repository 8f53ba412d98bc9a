import { describe, expect, it } from 'vitest'
import { allowCodecs } from './codec_filter'

const offered = [
  'm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99 100 101',
  'a=rtpmap:96 VP8/90000',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=rtpmap:98 VP9/90000',
  'a=fmtp:98 profile-id=0',
  'a=rtpmap:99 rtx/90000',
  'a=fmtp:99 apt=98',
  'a=rtpmap:100 VP9/90000',
  'a=fmtp:100 profile-id=2',
  'a=rtpmap:101 rtx/90000',
  'a=fmtp:101 apt=100',
]

describe('the video codec of a leg', () => {
  it('is the one that was agreed, with its retransmission, and no other stays', () => {
    expect(allowCodecs('video', offered, 'vp8')).toEqual(['m=video 9 UDP/TLS/RTP/SAVPF 96 97', ...offered.slice(1, 4)])
    expect(allowCodecs('video', offered, 'vp9')).toEqual(['m=video 9 UDP/TLS/RTP/SAVPF 98 99', ...offered.slice(4, 8)])
  })

  it('is VP9 without a profile where none is named, and of no higher profile', () => {
    const bare = ['m=video 9 UDP/TLS/RTP/SAVPF 120', 'a=rtpmap:120 VP9/90000', 'a=fmtp:120 max-fs=12288;max-fr=60']
    expect(allowCodecs('video', bare, 'vp9')).toEqual(bare)
    expect(() => allowCodecs('video', ['m=video 9 UDP/TLS/RTP/SAVPF 100', ...offered.slice(8, 10)], 'vp9')).toThrow('no vp9')
  })

  it('is AV1 of the main profile', () => {
    const main = ['m=video 9 UDP/TLS/RTP/SAVPF 45', 'a=rtpmap:45 AV1/90000', 'a=fmtp:45 level-idx=5;profile=0;tier=0']
    expect(allowCodecs('video', main, 'av1')).toEqual(main)
    const high = ['m=video 9 UDP/TLS/RTP/SAVPF 46', 'a=rtpmap:46 AV1/90000', 'a=fmtp:46 level-idx=5;profile=1;tier=0']
    expect(() => allowCodecs('video', high, 'av1')).toThrow('no av1')
  })

  it('must be there: another one is refused, not taken', () => {
    expect(() => allowCodecs('video', ['m=video 9 UDP/TLS/RTP/SAVPF 96 97', ...offered.slice(1, 4)], 'vp9')).toThrow('no vp9')
  })
})
