/** An entry counts once, whatever number the server gives to its copies. */
import { Remembered } from './remembered'

export class SeenEntries {
  private readonly names = new Remembered()

  /** False for an entry that was there before. `name`: the nonce of its envelope. */
  take(name: string): boolean {
    if (this.names.has(name)) return false
    this.names.add(name)
    return true
  }

  clear(): void {
    this.names.clear()
  }
}
