/** Whether the two may connect without a relay: only after both said so (spec/8-direct.md). */
type Ours = 'asked' | 'accepted' | 'declined'
type Theirs = 'unknown' | 'accepted' | 'declined'

export class DirectConsent {
  private ours: Ours = 'asked'
  private theirs: Theirs = 'unknown'

  answer(accept: boolean): void {
    this.ours = accept ? 'accepted' : 'declined'
  }
  heard(accept: boolean): void {
    this.theirs = accept ? 'accepted' : 'declined'
  }
  /** Another person, another question. */
  newPerson(): void {
    this.ours = 'asked'
    this.theirs = 'unknown'
  }
  get isGiven(): boolean {
    return this.ours === 'accepted' && this.theirs === 'accepted'
  }
  get view(): { readonly ours: Ours; readonly theirs: Theirs } {
    return { ours: this.ours, theirs: this.theirs }
  }
}
