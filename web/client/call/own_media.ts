/** What we send now: microphone, camera, screen, as tracks and as words for the others. */
import { Devices } from '../device/devices'
import { Screen } from '../device/screen'
import { CAMERA, MICROPHONE, SCREEN, SCREEN_AUDIO } from '../leg/streams'
import type { Media } from '../worker/rpc'

export class OwnMedia {
  readonly devices: Devices
  readonly screen: Screen
  private announced = ''

  /** `sends`: another track, or none, in one of our streams. `announce`: tells the others, false while there are none to tell. */
  constructor(
    changed: () => void,
    sends: (context: number, track: MediaStreamTrack | null) => void,
    private readonly announce: (media: Media) => boolean,
  ) {
    this.devices = new Devices(changed, (kind, track) => sends(kind === 'microphone' ? MICROPHONE : CAMERA, track))
    this.screen = new Screen(() => {
      sends(SCREEN, this.screen.picture)
      sends(SCREEN_AUDIO, this.screen.sound)
      this.announceNews()
      changed()
    })
  }

  get media(): Media {
    const { devices, screen } = this
    return { microphone: devices.sending('microphone') !== null, camera: devices.sending('camera') !== null, screen: screen.picture !== null }
  }

  /** In the order of contexts. */
  get tracks(): ReadonlyArray<MediaStreamTrack | null> {
    const { devices, screen } = this
    return [devices.sending('microphone'), devices.sending('camera'), screen.picture, screen.sound]
  }

  /** Says so when it is something else than what was said last. */
  announceNews(): void {
    const { media } = this
    const now = JSON.stringify(media)
    if (now === this.announced) return
    if (this.announce(media)) this.announced = now
  }

  closeAll(): void {
    this.screen.stop()
    this.devices.closeAll()
  }
}
