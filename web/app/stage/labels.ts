/** What stands under each tile. Two people of the same name are told apart by the beginning of their device's key. */
import type { Person } from '../../client/mod'

const markLength = 4

export function labelOf(person: Person, people: readonly Person[]): string {
  const same = people.filter((other) => other.name.normalize('NFKC').toLowerCase() === person.name.normalize('NFKC').toLowerCase())
  return same.length > 1 ? `${person.name} · ${person.deviceKey.slice(0, markLength)}` : person.name
}
