/** What may be a display name (spec/3-identity.md). A name is a claim; the key is the identity. */
import { utf8 } from '../bytes/text'

const CODE_POINTS_MAX = 64
const BYTES_MAX = 128
/** Controls, bidirectional overrides and isolates, invisible joiners, line and paragraph separators, surrogates and private use. */
const forbidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u

/** As it is shown: NFKC, single spaces, no ends. Null when nothing is left or it breaks the rules. */
export function normaliseName(name: string): string | null {
  const normal = name
    .slice(0, 1_024)
    .normalize('NFKC')
    .replace(/\p{White_Space}+/gu, ' ')
    .replace(/^ | $/g, '')
  return isName(normal) ? normal : null
}

/** Whether a name that came from elsewhere is already in that form. */
export function isName(name: string): boolean {
  const length = Array.from(name).length
  return (
    length >= 1 &&
    length <= CODE_POINTS_MAX &&
    utf8(name).length <= BYTES_MAX &&
    !forbidden.test(name) &&
    name.normalize('NFKC') === name &&
    name.trim() === name
  )
}
