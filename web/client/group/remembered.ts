/** Names that were seen before: of entries, of key packages that asked. Bounds: the newest 4,096. */
const REMEMBERED_MAX = 4_096

export class Remembered {
  private readonly names = new Set<string>()

  has(name: string): boolean {
    return this.names.has(name)
  }

  add(name: string): void {
    this.names.add(name)
    const oldest = this.names.values().next().value
    if (this.names.size > REMEMBERED_MAX && oldest !== undefined) this.names.delete(oldest)
  }

  clear(): void {
    this.names.clear()
  }
}
