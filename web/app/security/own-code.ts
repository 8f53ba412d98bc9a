/** What "Show QR code" holds: this device's key and the epoch code, as another device of the call takes it (spec/10-verification.md). */
import type { CallSnapshot } from '../../client/mod'

export function ownCode({ people, security }: Pick<CallSnapshot, 'people' | 'security'>): string {
  const deviceKey = people.find((person) => person.self)?.deviceKey ?? ''
  return `incamera1.${deviceKey}.${security.epochCode.replaceAll(' ', '')}`
}
