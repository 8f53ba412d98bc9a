import { describe, expect, it } from 'vitest'
import { ownDescription, sfuDescription } from './sfu_description'

const fingerprint = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`
const head = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0']
const media = [
  'm=audio 9 UDP/TLS/RTP/SAVPF 111 63',
  'c=IN IP4 192.0.2.7',
  'a=rtcp-mux',
  'a=mid:0',
  'a=sendonly',
  fingerprint,
  'a=rtpmap:111 opus/48000/2',
  'a=rtpmap:63 red/48000/2',
  'a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
  'a=extmap:9 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'a=candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host',
]
const sdp = [...head, ...media].join('\r\n')

describe('descriptions of a leg to the SFU', () => {
  it('leave without addresses, levels, and extensions that nobody needs', () => {
    const own = ownDescription(sdp)
    expect(own).toContain('urn:ietf:params:rtp-hdrext:sdes:mid')
    for (const gone of ['192.0.2.7', 'audio-level', 'playout-delay', 'candidate', 'red/48000']) expect(own).not.toContain(gone)
  })

  it('say of each line that it is used, where browsers leave that to the bundle', () => {
    const bundled = [...media.map((line) => line.replace('m=audio 9', 'm=audio 0')), 'a=bundle-only']
    const own = ownDescription([...head, ...media, ...bundled].join('\r\n'))
    expect(own.match(/^m=audio 9 /gm)).toHaveLength(2)
    expect(own).not.toContain('bundle-only')
  })

  it('come back with where the SFU is, as candidates alone', () => {
    const answer = sfuDescription(sdp)
    expect(answer.candidates).toEqual(['candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host'])
    expect(answer.sdp).not.toContain('192.0.2.7')
    expect(answer.sdp).toContain('cbr=1')
  })

  it('take at most eight candidates', () => {
    const many = Array.from({ length: 20 }, (_, at) => `a=candidate:${at} 1 udp 1 192.0.2.${at} 5000 typ host`)
    expect(sfuDescription([sdp, ...many].join('\r\n')).candidates).toHaveLength(8)
  })

  it.each([
    ['a second fingerprint', `${sdp}\r\n${fingerprint.replace('AB', 'CD')}`, 'integrity.fingerprint'],
    ['a fingerprint by another hash', sdp.replace('sha-256', 'sha-1'), 'integrity.fingerprint'],
    ['no fingerprint', sdp.replace(fingerprint, 'a=setup:actpass'), 'integrity.fingerprint'],
    ['keys in the text', `${sdp}\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x`, 'integrity.sdp'],
    ['a profile without DTLS', sdp.replace('UDP/TLS/RTP/SAVPF', 'RTP/SAVPF'), 'integrity.sdp'],
  ])('are not taken from the SFU with %s', (_what, answer, code) => {
    expect(() => sfuDescription(answer)).toThrow(code)
  })

  it('may have fifty-one m-lines and no more', () => {
    const lines = (count: number): string => [...head, ...Array.from({ length: count }, () => media).flat()].join('\r\n')
    expect(() => ownDescription(lines(51))).not.toThrow()
    expect(() => ownDescription(lines(52))).toThrow('integrity.sdp')
  })
})
