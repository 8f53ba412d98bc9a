/** The one DTLS fingerprint of a session description, and what a certificate's is (spec/8-direct.md). */
import { equal, type Bytes } from './bytes/bytes'
import { utf8 } from './bytes/text'

const LINE = /^a=fingerprint:(\S+) (\S+)$/
const SHA256 = /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/

/** Upper-case hex with colons. Null: none, more than one distinct, or another hash than sha-256. */
export function sealedFingerprint(sdp: string): string | null {
  const lines = sdp.split(/\r?\n/).filter((line) => line.startsWith('a=fingerprint:'))
  const values = new Set<string>()
  for (const line of lines) {
    const [, hash, value] = LINE.exec(line) ?? []
    if (hash?.toLowerCase() !== 'sha-256' || !SHA256.test(value?.toUpperCase() ?? '')) return null
    values.add(value?.toUpperCase() ?? '')
  }
  const [only, ...more] = [...values]
  return more.length === 0 ? (only ?? null) : null
}

export const formatFingerprint = (digest: Uint8Array): string =>
  Array.from(digest, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':')

export const certificateFingerprint = async (der: Bytes): Promise<string> =>
  formatFingerprint(new Uint8Array(await crypto.subtle.digest('SHA-256', der)))

/** Whether the certificate that DTLS used is the one that was sealed. */
export async function isSealedCertificate(der: Bytes, sealed: string): Promise<boolean> {
  return equal(utf8(await certificateFingerprint(der)), utf8(sealed))
}
