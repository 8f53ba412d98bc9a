/**
 * Is this call private? One pure function of what was read and what was noticed (spec/10-verification.md). What is missing counts against.
 */
import type { E2eeState } from '../api'
import { problem, type Problem } from '../problem'
import type { Readings } from './readings'

export interface PersonFacts {
  readonly name: string
  readonly trust: 'compared' | 'not-compared' | 'new-key'
}

export interface Facts {
  readonly groupIsLive: boolean
  /** In a group room: what nobody has read is not secure. */
  readonly needsLeg: boolean
  readonly others: readonly PersonFacts[]
  /** Codes of alarms that stand: fork, withheld, fingerprint, codes-differ … */
  readonly standing: readonly string[]
  /** The leg, once its certificate was found to be the sealed one; null while there is none or it is being set up. */
  readonly leg: { readonly readings: Readings; readonly sealedFingerprint: string; readonly relayOnly: boolean } | null
}

export interface Verdict {
  readonly state: E2eeState
  readonly problems: readonly Problem[]
}

const DTLS_VERSIONS = new Set(['FEFD', 'FEFC'])
/** IANA's names and those that browsers give. No NULL, no 32-bit tag. */
const SRTP_CIPHERS = new Set([
  'AEAD_AES_128_GCM',
  'AEAD_AES_256_GCM',
  'SRTP_AEAD_AES_128_GCM',
  'SRTP_AEAD_AES_256_GCM',
  'AES_CM_128_HMAC_SHA1_80',
  'AES128_CM_HMAC_SHA1_80',
  'SRTP_AES128_CM_HMAC_SHA1_80',
  'SRTP_AES128_CM_SHA1_80',
])
/** The far end of a relayed path may show as peer-reflexive: its relay's address, learned from a packet before its candidate came. */
const RELAYED_FAR_ENDS = new Set(['relay', 'prflx'])
const DIRECT_TYPES = new Set(['host', 'srflx', 'prflx', 'relay'])

export function judge(facts: Facts): Verdict {
  const problems = [...facts.standing.map((code) => problem(code)), ...(facts.leg ? legProblems(facts.leg) : [])]
  if (problems.length > 0) return { state: 'broken', problems }
  const isCompared = facts.groupIsLive && facts.others.length > 0 && facts.others.every((person) => person.trust === 'compared')
  const isRead = facts.leg !== null || !facts.needsLeg
  return { state: isCompared && isRead ? 'secure' : 'unverified', problems: [] }
}

function legProblems({ readings, sealedFingerprint, relayOnly }: NonNullable<Facts['leg']>): readonly Problem[] {
  const found: Problem[] = []
  const expect = (holds: boolean, detail: string): void => {
    if (!holds) found.push(problem('integrity.readings', detail))
  }
  expect(readings.dtlsState === 'connected', `DTLS is "${readings.dtlsState}"`)
  expect(DTLS_VERSIONS.has(readings.tlsVersion), `DTLS version "${readings.tlsVersion}"`)
  expect(readings.dtlsCipher !== '' && !/NULL|EXPORT|anon/i.test(readings.dtlsCipher), `DTLS cipher "${readings.dtlsCipher}"`)
  expect(SRTP_CIPHERS.has(readings.srtpCipher), `SRTP cipher "${readings.srtpCipher}"`)
  if (sealedFingerprint === '' || readings.remoteFingerprint !== sealedFingerprint) found.push(problem('integrity.fingerprint'))
  expect(readings.isDressed, 'a stream without its encoded transform')
  const types = [readings.localType, readings.remoteType]
  expect(
    relayOnly ? readings.localType === 'relay' && RELAYED_FAR_ENDS.has(readings.remoteType) : types.every((type) => DIRECT_TYPES.has(type)),
    `candidates "${types.join(' ↔ ')}"`,
  )
  return found
}
