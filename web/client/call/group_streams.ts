/** What is wanted of whom: everybody's sound as far as there are slots, shared screens before cameras. */
import { CAMERA, MICROPHONE, SCREEN, SCREEN_AUDIO } from '../leg/streams'
import type { Company } from './company'
import type { Stream } from './slot_plan'

/** In the order of leaves, so that everybody who lacks slots lacks the same ones. */
export function streamsOf(company: Company, audioSlots: number, videoSlots: number): readonly Stream[] {
  const there = company.participants
  const sharing = there.filter(({ leafIndex }) => company.mediaOf(leafIndex)?.screen === true)
  const of = (people: typeof there, context: number): Stream[] => people.map((person) => ({ ...person, context }))
  return [
    ...[...of(there, MICROPHONE), ...of(sharing, SCREEN_AUDIO)].slice(0, audioSlots),
    ...[...of(sharing, SCREEN), ...of(there, CAMERA)].slice(0, videoSlots),
  ]
}
