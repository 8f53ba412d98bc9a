/** Takes what a member said, authenticated by MLS, to the part of the call that it is for. An unknown member's word reaches nobody. */
import type { Payload } from '../wire/payloads'
import type { Chat } from './chat'
import type { Gestures } from './gestures'
import type { Company } from './company'
import type { Path } from './path'

export interface Desk {
  readonly company: () => Company
  readonly path: () => Path
  readonly chat: () => Chat
  readonly gestures: () => Gestures
  /** Who is here, or what they said of themselves, changed: the terms of the leg may have. */
  readonly meet: () => void
}

export function takePayload(desk: Desk, from: number, payload: Payload): void {
  const company = desk.company()
  const member = company.member(from)
  if (!member) return
  switch (payload.type) {
    case 'hello':
      company.takeHello(from, payload)
      desk.meet()
      return
    case 'media_state':
      company.takeMedia(from, payload.media)
      if (company.isGroup) desk.meet()
      return
    case 'direct_consent':
      company.consent.heard(payload.accept)
      desk.meet()
      return
    case 'chat':
      desk.chat().read(payload, from, member.name)
      return
    case 'reaction':
      desk.gestures().takeReaction(from, payload.name)
      return
    case 'hand':
      desk.gestures().takeHand(from, payload.up)
      return
    case 'only_sound':
      desk.path().otherTakesPictures(!payload.on)
      return
    case 'sas_commit':
    case 'sas_reveal':
    case 'sas_result':
      // The worker's: it tells what is to be seen of them.
      return
    case 'bye':
      if (!company.isGroup) desk.path().drop()
      return
    case 'host':
    case 'order_mute':
    case 'order_end':
      // Orders are looked at where the host's key is known: in the worker, which tells what they come to.
      return
    case 'leg_offer':
    case 'leg_answer':
    case 'leg_candidates':
    case 'leg_restart':
    case 'leg_end':
      desk.path().take(payload)
  }
}
