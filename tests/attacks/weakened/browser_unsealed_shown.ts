/** Weakened sframe/unsealed_gate: what does not open is shown as it came. */
export const renderable = (opened: { readonly frame: Uint8Array<ArrayBuffer> } | { readonly refused: string }, wire: ArrayBuffer): ArrayBuffer =>
  'frame' in opened ? opened.frame.buffer : wire
