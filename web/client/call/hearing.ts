/** Who is heard now: the floor of this call, and whose sound arrives in pieces. Computed here, for this browser's person alone. */
import type { Company } from './company'
import { Floor } from './floor'
import { Voices, type Heard } from './voices'

/** More than this part of somebody's sound made up is a weak line; it is judged over some seconds. */
const WEAK_RATIO = 0.12
const FORGETS = 0.9

export interface HearingPort {
  readonly connection: () => RTCPeerConnection | null
  readonly company: () => Company
  readonly soundOf: (leaf: number) => MediaStreamTrack | undefined
  readonly ownLevel: () => number
  readonly changed: () => void
}

export class Hearing {
  private readonly floor = new Floor<string>()
  private readonly concealed = new Map<string, number>()
  private readonly voices: Voices

  constructor(private readonly port: HearingPort) {
    this.voices = new Voices(port.connection, (heard) => this.take(heard))
  }

  start(): void {
    this.voices.start()
  }
  stop(): void {
    this.voices.stop()
    this.floor.keep(new Set())
    this.concealed.clear()
  }

  /** The device key of who speaks or spoke last. */
  get speaker(): string | undefined {
    return this.floor.holder
  }
  isSpeaking(deviceKey: string): boolean {
    return this.floor.isSpeaking(deviceKey)
  }
  isWeak(deviceKey: string): boolean {
    return (this.concealed.get(deviceKey) ?? 0) > WEAK_RATIO
  }

  private take(heard: ReadonlyMap<string, Heard>): void {
    const members = this.port.company().group?.members ?? []
    const levels = new Map<string, number>()
    for (const { leafIndex, deviceKey, self } of members) {
      const track = self ? undefined : this.port.soundOf(leafIndex)
      const sound = track && heard.get(track.id)
      const isOpen = self || this.port.company().mediaOf(leafIndex)?.microphone === true
      if (self) levels.set(deviceKey, this.port.ownLevel())
      else if (sound && isOpen) levels.set(deviceKey, sound.level)
      if (sound && sound.concealedRatio !== null)
        this.concealed.set(deviceKey, (this.concealed.get(deviceKey) ?? 0) * FORGETS + (isOpen ? sound.concealedRatio : 0) * (1 - FORGETS))
    }
    const here = new Set(members.map(({ deviceKey }) => deviceKey))
    this.floor.keep(here)
    for (const key of this.concealed.keys()) if (!here.has(key)) this.concealed.delete(key)
    const own = members.find(({ self }) => self)?.deviceKey
    if (this.floor.hear(levels, (key) => key !== own, Date.now())) this.port.changed()
  }
}
