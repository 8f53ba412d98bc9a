/** What makes a group room secure (spec/10-verification.md), as facts and as the sentence that is shown. */
import { describe, expect, it } from 'vitest'
import { judge, type Facts, type PersonFacts } from './judge'
import { NO_READINGS, type Readings } from './readings'
import { sentence } from './sentence'

const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':')
const good: Readings = {
  ...NO_READINGS,
  dtlsState: 'connected',
  tlsVersion: 'FEFC',
  dtlsCipher: 'TLS_AES_128_GCM_SHA256',
  srtpCipher: 'AEAD_AES_128_GCM',
  remoteFingerprint: fingerprint,
  localType: 'host',
  remoteType: 'host',
  isDressed: true,
}
const bob: PersonFacts = { name: 'Bob', trust: 'compared' }
const chidi: PersonFacts = { name: 'Chidi', trust: 'compared' }
const group = (more: Partial<Facts> = {}): Facts => ({
  groupIsLive: true,
  needsLeg: true,
  others: [bob, chidi],
  standing: [],
  leg: { readings: good, sealedFingerprint: fingerprint, relayOnly: false },
  ...more,
})
const said = (facts: Facts): string => {
  const { state, problems } = judge(facts)
  return `${state}: ${sentence(state, facts.others, problems, facts.groupIsLive, facts.leg !== null)}`
}

describe('a group room', () => {
  it('is secure when everybody is compared and the leg was read', () => {
    expect(said(group())).toBe('secure: Private. 3 people, all compared.')
  })

  it('is not secure before its leg was read', () => {
    expect(said(group({ leg: null }))).toBe('unverified: Private. Everybody is compared. Setting up picture and sound.')
    expect(said(group({ leg: null, needsLeg: false }))).toBe('secure: Private. 3 people, all compared.')
  })

  it('is broken when the leg is not as it was sealed, whoever is compared', () => {
    const other = fingerprint.replace('AB', 'CD')
    for (const readings of [{ ...good, remoteFingerprint: other }, { ...good, isDressed: false }, { ...good, srtpCipher: '' }, NO_READINGS])
      expect(judge(group({ leg: { readings, sealedFingerprint: fingerprint, relayOnly: false } })).state).toBe('broken')
    expect(said(group({ standing: ['integrity.emoji-differ'] }))).toBe('broken: Stopped: the emoji differ: someone stands between you.')
  })

  it('names who joined and is not compared', () => {
    const dora: PersonFacts = { name: 'Dora', trust: 'not-compared' }
    expect(said(group({ others: [bob, chidi, dora] }))).toBe('unverified: Private. Dora is not compared yet.')
    expect(said(group({ others: [bob, dora, { name: 'Ewa', trust: 'not-compared' }] }))).toBe('unverified: Private. 2 people are not compared yet.')
    expect(said(group({ others: [bob, { name: 'Chidi', trust: 'new-key' }] }))).toBe(
      'unverified: Private. Chidi uses a device you have not compared.',
    )
  })
})
