/** KID = context << 11 | leaf_index << 4 | epoch mod 16 (spec/9-media.md). */

export const contexts = { microphone: 0, camera: 1, screen: 2, screenAudio: 3 } as const
export const CONTEXT_MAX = 15
export const LEAF_MAX = 127
export const EPOCHS = 16

export interface KidParts {
  readonly context: number
  readonly leafIndex: number
  readonly epochBits: number
}

export const makeKid = (context: number, leafIndex: number, epoch: number): number => (context << 11) | (leafIndex << 4) | (epoch % EPOCHS)

/** Null for a number that no KID of this version can be. */
export function splitKid(kid: number): KidParts | null {
  if (!Number.isInteger(kid) || kid < 0 || kid >= (CONTEXT_MAX + 1) << 11) return null
  return { context: kid >> 11, leafIndex: (kid >> 4) & LEAF_MAX, epochBits: kid & (EPOCHS - 1) }
}

/** Whether it is one of the few that this leaf has in this epoch. */
export function isKidOf(kid: number, leafIndex: number, epoch: number): boolean {
  const parts = splitKid(kid)
  return parts !== null && parts.leafIndex === leafIndex && parts.epochBits === epoch % EPOCHS
}
