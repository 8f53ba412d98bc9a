/** Our screen, or one window of it, with its sound where the browser gives it. Asked for by a person's press only; it ends here or in the browser's own bar. */
import type { LocalScreen } from '../api'
import type { Problem } from '../problem'
import { deviceProblem } from './device_problem'

/** What a screen sounds is no voice in a room: what would mend that one spoils this. */
const SOUND = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }

export class Screen {
  private tracks: readonly MediaStreamTrack[] = []
  private problem: Problem | undefined

  constructor(private readonly changed: () => void) {}

  get picture(): MediaStreamTrack | null {
    return this.live('video')
  }
  get sound(): MediaStreamTrack | null {
    return this.live('audio')
  }

  get view(): LocalScreen {
    const possible = 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices
    return { possible, shared: this.picture !== null, ...(this.problem ? { problem: this.problem } : {}) }
  }

  async share(): Promise<void> {
    this.stop()
    this.problem = undefined
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: SOUND })
      this.tracks = stream.getTracks()
      const picture = this.picture
      if (picture && 'contentHint' in picture) picture.contentHint = 'detail'
      picture?.addEventListener('ended', () => this.stop())
    } catch (error) {
      // Closing the browser's own question is no problem.
      if ((error as DOMException).name !== 'NotAllowedError') this.problem = deviceProblem(error)
    }
    this.changed()
  }

  stop(): void {
    if (this.tracks.length === 0) return
    for (const track of this.tracks) track.stop()
    this.tracks = []
    this.changed()
  }

  private live(kind: 'audio' | 'video'): MediaStreamTrack | null {
    return this.tracks.find((track) => track.kind === kind && track.readyState === 'live') ?? null
  }
}
