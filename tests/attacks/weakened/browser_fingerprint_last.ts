/** Weakened fingerprint: of several fingerprints in a description the last one counts, as it does for Chromium. */
import { sealedFingerprint as only } from '../../../web/client/fingerprint'

export * from '../../../web/client/fingerprint'

export function sealedFingerprint(sdp: string): string | null {
  const lines = sdp.split(/\r?\n/)
  const last = lines.findLast((line) => line.startsWith('a=fingerprint:'))
  return only(lines.filter((line) => !line.startsWith('a=fingerprint:') || line === last).join('\r\n'))
}
