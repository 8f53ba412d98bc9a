/**
 * Which legs may carry frames: those whose DTLS certificate is the one that the other side sealed in its description.
 * A leg's fingerprint never changes. Bounds: 8 legs, the oldest go first.
 */
import type { Bytes } from '../bytes/bytes'
import { isSealedCertificate, sealedFingerprint } from '../fingerprint'
import type { LegGate } from '../sframe/transform'

interface LegFacts {
  readonly sealed: string
  state: 'unverified' | 'verified' | 'refused'
}

const LEGS_MAX = 8

export class Legs implements LegGate {
  private readonly legs = new Map<string, LegFacts>()

  isOpen(legId: string): boolean {
    return this.legs.get(legId)?.state === 'verified'
  }

  /** A description as opened from the other side. False: it breaks the rules, and the leg is closed for good. */
  describe(legId: string, sdp: string): boolean {
    const sealed = sealedFingerprint(sdp)
    const known = this.legs.get(legId)
    if (sealed === null || (known && known.sealed !== sealed)) {
      this.set(legId, { sealed: '', state: 'refused' })
      return false
    }
    if (!known) this.set(legId, { sealed, state: 'unverified' })
    return true
  }

  /** The certificate that DTLS really used. False closes the leg for good. */
  async verify(legId: string, certificate: Bytes): Promise<boolean> {
    const leg = this.legs.get(legId)
    if (!leg || leg.state === 'refused') return false
    leg.state = (await isSealedCertificate(certificate, leg.sealed)) ? 'verified' : 'refused'
    return leg.state === 'verified'
  }

  close(legId: string): void {
    this.legs.delete(legId)
  }

  private set(legId: string, facts: LegFacts): void {
    this.legs.delete(legId)
    const oldest = this.legs.keys().next().value
    if (this.legs.size >= LEGS_MAX && oldest !== undefined) this.legs.delete(oldest)
    this.legs.set(legId, facts)
  }
}
