/**
 * What is said to the server about the leg to its SFU, and heard of it (spec/11-sfu.md). Trust: none. The answer's fingerprint is held against the
 * certificate of DTLS like any other leg's; what the SFU says of its slots is not used.
 */
import { ProblemError } from '../problem'
import type { ClientMessage, ErrorMessage, SfuAnswer, SfuEnded } from '../wire/messages'
import type { Event, SlotWish } from './rpc'

/** Numbers of offers and wishes; far from those of appends, which are answered in the same words. */
const REF_FROM = 2 ** 40

interface Asked {
  readonly legId: string
  readonly resolve: (sdp: string) => void
  readonly reject: (error: unknown) => void
}

export class SfuLink {
  private readonly asked = new Map<number, Asked>()
  private nextRef = REF_FROM

  constructor(
    /** False while the socket is not there. */
    private readonly transmit: (message: ClientMessage) => boolean,
    private readonly tell: (event: Event) => void,
  ) {}

  /** Raises ProblemError: unavailable.server, or what the server says. */
  offer(legId: string, sdp: string): Promise<string> {
    const ref = this.nextRef++
    return new Promise((resolve, reject) => {
      if (!this.transmit({ type: 'sfu_offer', ref, leg_id: legId, sdp })) {
        reject(new ProblemError('unavailable.server'))
        return
      }
      this.asked.set(ref, { legId, resolve, reject })
    })
  }

  wish(legId: string, slots: readonly SlotWish[]): void {
    const wishes = slots.map(({ mid, participantId, context, heightMax }) => ({
      mid,
      participant_id: participantId,
      context,
      height_max: heightMax,
    }))
    this.transmit({ type: 'sfu_subscribe', ref: this.nextRef++, leg_id: legId, slots: wishes })
  }

  close(legId: string): void {
    this.transmit({ type: 'sfu_close', leg_id: legId })
  }

  take(message: SfuAnswer | SfuEnded | ErrorMessage): void {
    if (message.type === 'sfu_ended') {
      this.tell({ type: 'sfu-ended', legId: message.leg_id, code: message.code })
      return
    }
    const asked = message.ref === null ? undefined : this.asked.get(message.ref)
    if (asked === undefined || message.ref === null) return
    this.asked.delete(message.ref)
    if (message.type === 'error') asked.reject(new ProblemError(message.code))
    else if (message.leg_id === asked.legId) asked.resolve(message.sdp)
  }

  /** The socket is gone, and with it every answer. */
  lost(): void {
    for (const { reject } of this.asked.values()) reject(new ProblemError('unavailable.server'))
    this.asked.clear()
  }
}
