/** Weakened fingerprint: of several fingerprints in a description the first one counts. */
import { sealedFingerprint as only } from '../../../web/client/fingerprint'

export * from '../../../web/client/fingerprint'

export function sealedFingerprint(sdp: string): string | null {
  const lines = sdp.split(/\r?\n/)
  const [first] = lines.filter((line) => line.startsWith('a=fingerprint:'))
  return only(lines.filter((line) => !line.startsWith('a=fingerprint:') || line === first).join('\r\n'))
}
