/** What is read of the leg, what was noticed, and what follows: the verdict (spec/10-verification.md). Left broken, it stays broken. */
import { sealedFingerprint } from '../fingerprint'
import { judge, type Facts, type PersonFacts, type Verdict } from '../security/judge'
import { NO_READINGS, readLeg, type Readings } from '../security/readings'
import type { PathLeg } from './path'

/** Paths change for a moment at an ICE restart: what looks wrong is looked at once more before the call is stopped. */
const READ_AGAIN_MS = 250

export interface Watched {
  readonly leg: () => PathLeg | null
  readonly relayOnly: () => boolean
  readonly groupIsLive: () => boolean
  /** Media goes through a leg that has to be there and good before anything is called secure. */
  readonly needsLeg: () => boolean
  readonly others: () => readonly PersonFacts[]
  /** The verdict became broken: no media from here on. */
  readonly broke: (code: string | undefined) => void
}

export class Judgement {
  verdict: Verdict = { state: 'unverified', problems: [] }
  private readonly standing = new Set<string>()
  private reading: { readonly legId: string; readonly values: Readings } | null = null
  private isReading = false

  constructor(private readonly watched: Watched) {}

  get isBroken(): boolean {
    return this.verdict.state === 'broken'
  }

  /** Of the leg that is there now; what was read of another one says nothing about it. */
  get readings(): Readings {
    return this.reading !== null && this.reading.legId === this.watched.leg()?.legId ? this.reading.values : NO_READINGS
  }

  /** An alarm that does not pass. */
  stand(code: string): void {
    this.standing.add(code)
    this.decide()
  }

  async read(): Promise<void> {
    if (this.isReading) return
    this.isReading = true
    try {
      await this.look()
      if (!this.isBroken && judge(this.facts()).state === 'broken') {
        await new Promise((resolve) => setTimeout(resolve, READ_AGAIN_MS))
        await this.look()
      }
      this.decide()
    } finally {
      this.isReading = false
    }
  }

  private async look(): Promise<void> {
    const leg = this.watched.leg()
    if (!leg?.isVerified) {
      this.reading = null
      return
    }
    const values = await readLeg(leg.connection, leg.transport, this.readings).catch(() => NO_READINGS)
    if (this.watched.leg() === leg) this.reading = { legId: leg.legId, values }
  }

  private facts(): Facts {
    const leg = this.watched.leg()
    const sealed = sealedFingerprint(leg?.connection.remoteDescription?.sdp ?? '') ?? ''
    const isRead = leg?.isVerified === true && this.reading?.legId === leg.legId
    return {
      groupIsLive: this.watched.groupIsLive(),
      needsLeg: this.watched.needsLeg(),
      others: this.watched.others(),
      standing: [...this.standing],
      leg: isRead ? { readings: this.readings, sealedFingerprint: sealed, relayOnly: this.watched.relayOnly() } : null,
    }
  }

  private decide(): void {
    if (this.isBroken) return
    this.verdict = judge(this.facts())
    if (this.isBroken) this.watched.broke(this.verdict.problems[0]?.code)
  }
}
