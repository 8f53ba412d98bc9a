/** Keys for the things that are in a hurry: with Alt always; alone only when the person asked for it (WCAG 2.1.4). */

const keys = {
  KeyM: 'microphone',
  KeyV: 'camera',
  KeyC: 'chat',
  KeyH: 'hand',
  KeyG: 'view',
  KeyP: 'pin',
  KeyK: 'keys',
} as const

export type Shortcut = (typeof keys)[keyof typeof keys]

export const shortcuts: readonly Shortcut[] = Object.values(keys)

export function letterOf(shortcut: Shortcut): string {
  return (
    Object.entries(keys)
      .find(([, does]) => does === shortcut)?.[0]
      .slice(-1) ?? ''
  )
}

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
  return pressed.code in keys ? keys[pressed.code as keyof typeof keys] : undefined
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
