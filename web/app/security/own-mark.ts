/** What "Show QR code" holds: plain lines that any QR reader shows, to compare by eye. */
import type { SecurityReport } from '../../client/mod'

export function ownMark({ epochCode, localFingerprint }: Pick<SecurityReport, 'epochCode' | 'localFingerprint'>): string {
  return ['incamera', epochCode, localFingerprint].filter((line) => line !== '').join('\n')
}
