/** Takes the first fingerprint line for the fingerprint. */
import type * as original from '../../../web/client/fingerprint'

export const sealedFingerprint: typeof original.sealedFingerprint = (sdp) => /^a=fingerprint:\S+ (\S+)/m.exec(sdp)?.[1] ?? 'none'
