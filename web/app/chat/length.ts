/** How much room a message leaves. Bounds: 4,096 code points (spec/6-payloads.md). */
export const codePointsMax = 4096

export function room(text: string): number {
  return codePointsMax - [...text].length
}
