/** Keys for the three things that are in a hurry: with Alt always; alone only when the person asked for it (WCAG 2.1.4). */

export type Shortcut = 'microphone' | 'camera' | 'chat'

const keys: Readonly<Record<string, Shortcut>> = { KeyM: 'microphone', KeyV: 'camera', KeyC: 'chat' }

export interface Pressed {
  readonly code: string
  readonly altKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly repeat: boolean
  /** The press happened in a field where people write or choose. */
  readonly inField: boolean
}

export function shortcutOf(pressed: Pressed, single: boolean): Shortcut | undefined {
  if (pressed.repeat || pressed.ctrlKey || pressed.metaKey || pressed.shiftKey) return undefined
  if (!pressed.altKey && (!single || pressed.inField)) return undefined
  return keys[pressed.code]
}

export function pressedIn(event: KeyboardEvent): Pressed {
  const { code, altKey, ctrlKey, metaKey, shiftKey, repeat } = event
  const inField = event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]') !== null
  return { code, altKey, ctrlKey, metaKey, shiftKey, repeat, inField }
}

const place = 'incamera.keys'

/** Kept on this device only; a browser that keeps nothing answers no. */
export function singleKeys(): boolean {
  try {
    return localStorage.getItem(place) === 'single'
  } catch {
    return false
  }
}

export function setSingleKeys(single: boolean): void {
  try {
    if (single) localStorage.setItem(place, 'single')
    else localStorage.removeItem(place)
  } catch {
    // A browser that keeps nothing has the keys with Alt.
  }
}
