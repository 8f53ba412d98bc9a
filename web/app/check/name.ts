/** Whether a name can stand in a credential (spec/3-identity.md: 1 … 64 code points after NFKC); the client checks it again. */
const codePointsMax = 64

export function nameProblem(name: string): 'check.name.missing' | 'check.name.long' | undefined {
  const normal = name.normalize('NFKC').trim()
  if (normal === '') return 'check.name.missing'
  if ([...normal].length > codePointsMax) return 'check.name.long'
  return undefined
}
