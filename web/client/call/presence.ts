/** How people are there, beside their pictures: their hands and reactions, who is heard, and whether pictures are asked for. */
import type { OutgoingPayload } from '../worker/rpc'
import type { Company } from './company'
import { Gestures } from './gestures'
import { Hearing } from './hearing'
import type { OwnMedia } from './own_media'
import type { Path } from './path'
import { Pictures } from './pictures'

export interface PresencePort {
  readonly company: () => Company
  readonly path: () => Path
  readonly own: OwnMedia
  readonly send: (payload: OutgoingPayload) => Promise<boolean>
  readonly changed: () => void
}

export class Presence {
  readonly gestures: Gestures
  readonly hearing: Hearing
  readonly pictures = new Pictures()

  constructor({ company, path, own, send, changed }: PresencePort) {
    this.gestures = new Gestures({ ownLeaf: () => company().group?.ownLeaf, send, changed })
    this.hearing = new Hearing({
      connection: () => path().leg?.connection ?? null,
      company,
      soundOf: (leaf) => path().streamOf(leaf)?.getAudioTracks()[0],
      ownLevel: () => own.devices.level(),
      changed,
    })
  }

  /** Out of the group, for good or until the person joins again. */
  leave(): void {
    this.hearing.stop()
    this.gestures.leave()
  }
}
