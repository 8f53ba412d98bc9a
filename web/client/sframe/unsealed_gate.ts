/** What becomes of a frame that did not open: nothing. One place, so that a test can show what happens without it. */
export function renderable(
  opened: { readonly frame: Uint8Array<ArrayBuffer> } | { readonly refused: string },
  wire: ArrayBuffer,
): ArrayBuffer | null {
  void wire
  return 'frame' in opened ? opened.frame.buffer : null
}
