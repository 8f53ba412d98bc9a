/** Pictures between the two of a direct call: who does not want them says so (`only_sound`), and then the other does not send them. */
import { CAMERA, SCREEN } from '../leg/streams'

export const PICTURES: readonly number[] = [CAMERA, SCREEN]

export class PictureAgreement {
  private wants = true
  private isAsked = true

  get areWanted(): boolean {
    return this.wants
  }

  /** True when that is news. */
  want(wants: boolean): boolean {
    const isNews = wants !== this.wants
    this.wants = wants
    return isNews
  }

  otherTakes(takes: boolean): void {
    this.isAsked = takes
  }

  /** Somebody else, or another life of theirs: nothing was said yet. */
  newPerson(): void {
    this.isAsked = true
  }

  outgoing(context: number, track: MediaStreamTrack | null): MediaStreamTrack | null {
    return !this.isAsked && PICTURES.includes(context) ? null : track
  }
}
