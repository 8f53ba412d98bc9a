/** What a browser must have. Without any of it there is no call, and the page says which. */
import { ProblemError } from '../problem'

/** Raises ProblemError local.insecure-context or local.browser-unsupported. */
export function requireSupport(): void {
  if (!globalThis.isSecureContext) throw new ProblemError('local.insecure-context')
  const missing = missingFeature()
  if (missing !== null) throw new ProblemError('local.browser-unsupported', missing)
}

function missingFeature(): string | null {
  if (!('RTCRtpScriptTransform' in globalThis)) return 'encoded transforms'
  if (!('getRemoteCertificates' in (globalThis.RTCDtlsTransport?.prototype ?? {}))) return 'DTLS certificates'
  if (!('indexedDB' in globalThis)) return 'storage'
  return 'subtle' in crypto ? null : 'cryptography'
}
