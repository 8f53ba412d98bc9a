/** Hands and reactions of everybody here, ours included. Ours are said to the others first: the log may refuse them. */
import type { ReactionName } from '../api'
import type { OutgoingPayload } from '../worker/rpc'
import { Hands } from './hands'
import { Reactions } from './reactions'

/** Between the hands that are said again for a newcomer, so that they arrive in their order. */
const AGAIN_MS = 300

export interface GesturesPort {
  readonly ownLeaf: () => number | undefined
  readonly send: (payload: OutgoingPayload) => Promise<boolean>
  readonly changed: () => void
}

export class Gestures {
  private readonly hands = new Hands()
  private readonly reactions = new Reactions()
  private present: ReadonlySet<number> = new Set()
  private wantsHand = false
  private again: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly port: GesturesPort) {}

  async raise(up: boolean): Promise<void> {
    this.wantsHand = up
    if (await this.port.send({ type: 'hand', up })) this.takeOwn((leaf) => this.hands.take(leaf, up))
  }

  async react(name: ReactionName): Promise<void> {
    if (!this.reactions.maySend(Date.now())) return
    if (await this.port.send({ type: 'reaction', name })) this.takeOwn((leaf) => this.reactions.take(leaf, name, Date.now()))
  }

  /** Trust: a member, by its leaf. */
  takeHand(leaf: number, up: boolean): void {
    this.hands.take(leaf, up)
  }
  takeReaction(leaf: number, name: string): void {
    this.reactions.take(leaf, name, Date.now())
  }

  /** These are here now; who just came, or sees us come back, has not seen our hand. */
  meet(leaves: ReadonlySet<number>): void {
    const { present } = this
    this.present = leaves
    this.hands.keep(leaves)
    for (const leaf of present) if (!leaves.has(leaf)) this.reactions.forget(leaf)
    if (!this.wantsHand || ![...leaves].some((leaf) => !present.has(leaf))) return
    const place = this.hands.placeOf(this.port.ownLeaf() ?? -1)
    clearTimeout(this.again)
    this.again = setTimeout(() => void this.raise(this.wantsHand), AGAIN_MS * Math.max(0, place - 1))
  }

  /** Not in the group any more; a hand that is up stays wanted until the person leaves. */
  leave(): void {
    clearTimeout(this.again)
    this.meet(new Set())
    this.wantsHand = false
  }

  of(leaf: number): { readonly hand: number; readonly reactions: ReturnType<Reactions['of']> } {
    return { hand: this.hands.placeOf(leaf), reactions: this.reactions.of(leaf, Date.now()) }
  }

  private takeOwn(take: (leaf: number) => void): void {
    const leaf = this.port.ownLeaf()
    if (leaf !== undefined) take(leaf)
    this.port.changed()
  }
}
