/** What a browser must have. Without any of it there is no call, and the page says which. */
export function missingFeature(): string | null {
  if (!globalThis.isSecureContext) return 'insecure'
  if (!('RTCRtpScriptTransform' in globalThis)) return 'encoded transforms'
  if (!('getRemoteCertificates' in (globalThis.RTCDtlsTransport?.prototype ?? {}))) return 'DTLS certificates'
  if (!('indexedDB' in globalThis)) return 'storage'
  return 'subtle' in crypto ? null : 'cryptography'
}
