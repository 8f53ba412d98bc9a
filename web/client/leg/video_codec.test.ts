import { describe, expect, it } from 'vitest'
import { codecOfAll, ownCodecs } from './video_codec'

const vp8 = { mimeType: 'video/VP8', clockRate: 90_000 }
const vp9 = { mimeType: 'video/VP9', clockRate: 90_000, sdpFmtpLine: 'profile-id=0' }
const deep = { mimeType: 'video/VP9', clockRate: 90_000, sdpFmtpLine: 'profile-id=2' }

const av1 = { mimeType: 'video/AV1', clockRate: 90_000, sdpFmtpLine: 'level-idx=5;profile=0;tier=0' }

describe('a device', () => {
  it('lists VP9 when it can send and receive it and has the cores for it', () => {
    expect(ownCodecs({ cores: 8, sends: [vp8, vp9], receives: [vp8, vp9] })).toEqual(['vp9', 'vp8'])
    expect(ownCodecs({ cores: 2, sends: [vp8, vp9], receives: [vp8, vp9] })).toEqual(['vp8'])
    expect(ownCodecs({ cores: 8, sends: [vp8], receives: [vp8, vp9] })).toEqual(['vp8'])
    expect(ownCodecs({ cores: 8, sends: [vp8, deep], receives: [vp8, deep] })).toEqual(['vp8'])
  })

  it('lists AV1 when it can send and receive it and has more cores still', () => {
    const all = [vp8, vp9, av1]
    expect(ownCodecs({ cores: 16, sends: all, receives: all })).toEqual(['av1', 'vp9', 'vp8'])
    expect(ownCodecs({ cores: 8, sends: all, receives: all })).toEqual(['vp9', 'vp8'])
    expect(ownCodecs({ cores: 16, sends: [vp8, { ...av1, sdpFmtpLine: 'profile=1' }], receives: all })).toEqual(['vp8'])
  })

  it('always has VP8', () => {
    expect(ownCodecs({ cores: 1, sends: [], receives: [] })).toEqual(['vp8'])
  })
})

describe('a call', () => {
  it('uses the best codec that everybody lists, in whatever order', () => {
    expect(
      codecOfAll([
        ['vp8', 'vp9'],
        ['vp9', 'vp8'],
      ]),
    ).toBe('vp9')
    expect(codecOfAll([['vp9', 'vp8'], ['vp8']])).toBe('vp8')
    expect(
      codecOfAll([
        ['h266', 'vp9', 'vp8'],
        ['vp9', 'h266'],
      ]),
    ).toBe('vp9')
  })

  it('falls back to VP8 where nothing is said', () => {
    expect(codecOfAll([[], []])).toBe('vp8')
    expect(codecOfAll([['h266'], ['h266']])).toBe('vp8')
  })
})
