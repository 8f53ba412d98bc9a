/** Whose code this is: of a device in this call and of its present keys, or nobody's. */
import { equal } from '../bytes/bytes'
import type { Credential } from '../crypto/credential'
import { parsePin } from '../crypto/pin'
import type { Roster } from '../group/roster'
import type { PinAnswer } from './rpc'

interface Here {
  readonly epochCode: string
  readonly ownLeaf: number
  readonly roster: Roster
}

type Found = { readonly result: 'compared'; readonly credential: Credential } | Exclude<PinAnswer, { result: 'compared' }>

export function pinned(text: string, here: Here | null): Found {
  const pin = parsePin(text)
  if (pin === null) return { result: 'malformed' }
  if (here === null || here.epochCode !== pin.epochCode) return { result: 'other-call' }
  for (const { leafIndex, credential } of here.roster.values())
    if (leafIndex !== here.ownLeaf && equal(credential.devicePublicKey, pin.devicePublicKey)) return { result: 'compared', credential }
  return { result: 'nobody' }
}
