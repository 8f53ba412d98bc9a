/** Takes the first fingerprint line for the fingerprint, whatever its hash, and every certificate for the sealed one. */
import type * as original from '../../../web/client/fingerprint'

export const sealedFingerprint: typeof original.sealedFingerprint = (sdp) => /^a=fingerprint:\S+ (\S+)/m.exec(sdp)?.[1] ?? 'none'
export const isSealedCertificate: typeof original.isSealedCertificate = () => Promise.resolve(true)
