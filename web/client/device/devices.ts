/**
 * Our microphone and camera. Nothing is asked for but on a person's action. A muted microphone stays open (so that unmuting does not ask again) and sends nothing;
 * a camera that is off is closed, and its light goes out.
 */
import type { DeviceKind, LocalDevice } from '../api'
import { problem, type Problem } from '../problem'
import { deviceProblem } from './device_problem'
import { LevelMeter } from './level_meter'

interface Slot {
  wanted: boolean
  track: MediaStreamTrack | null
  permission: LocalDevice['permission']
  problem: Problem | undefined
  chosen: string | undefined
}

const constraints: Readonly<Record<DeviceKind, MediaTrackConstraints>> = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
  camera: { width: { ideal: 1_280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } },
}

export class Devices {
  private readonly slots: Record<DeviceKind, Slot> = { microphone: emptySlot(), camera: emptySlot() }
  private known: readonly MediaDeviceInfo[] = []
  private readonly meter = new LevelMeter()

  constructor(
    /** Something to show changed. */
    private readonly changed: () => void,
    /** What is to be sent changed: the track, or null for nothing. */
    private readonly sends: (kind: DeviceKind, track: MediaStreamTrack | null) => void,
  ) {
    if ('mediaDevices' in navigator) navigator.mediaDevices.addEventListener('devicechange', () => void this.list())
    for (const kind of ['microphone', 'camera'] as const) void this.watchPermission(kind)
  }

  view(kind: DeviceKind): LocalDevice {
    const slot = this.slots[kind]
    const wanted = kind === 'microphone' ? 'audioinput' : 'videoinput'
    const choices = this.known
      .filter((device) => device.kind === wanted && device.deviceId !== '' && device.label !== '')
      .map((device) => ({ id: device.deviceId, label: device.label }))
    return {
      kind,
      wanted: slot.wanted,
      live: slot.track?.readyState === 'live',
      permission: slot.permission,
      choices,
      ...(slot.problem ? { problem: slot.problem } : {}),
      ...(slot.chosen === undefined ? {} : { chosen: slot.chosen }),
    }
  }

  /** What goes out now; null when it is off, muted or broken. */
  sending(kind: DeviceKind): MediaStreamTrack | null {
    const slot = this.slots[kind]
    return slot.wanted && slot.track?.readyState === 'live' ? slot.track : null
  }

  get preview(): MediaStream | undefined {
    const camera = this.sending('camera')
    if (!camera) {
      this.shown = undefined
      return undefined
    }
    if (this.shown?.getVideoTracks()[0] !== camera) this.shown = new MediaStream([camera])
    return this.shown
  }
  private shown: MediaStream | undefined

  level(): number {
    return this.sending('microphone') ? this.meter.level() : 0
  }

  async set(kind: DeviceKind, wanted: boolean): Promise<void> {
    const slot = this.slots[kind]
    slot.wanted = wanted
    slot.problem = undefined
    if (!wanted && kind === 'camera') this.close(kind)
    if (slot.track) slot.track.enabled = wanted
    if (wanted && slot.track?.readyState !== 'live') await this.open(kind)
    this.tell(kind)
  }

  async choose(kind: DeviceKind, id: string): Promise<void> {
    const slot = this.slots[kind]
    slot.chosen = id
    if (!slot.wanted && !slot.track) {
      this.changed()
      return
    }
    this.close(kind)
    if (slot.wanted) await this.open(kind)
    this.tell(kind)
  }

  async retry(kind: DeviceKind): Promise<void> {
    await this.set(kind, true)
  }

  closeAll(): void {
    for (const kind of ['microphone', 'camera'] as const) {
      this.close(kind)
      this.slots[kind].wanted = false
    }
    this.changed()
  }

  private async open(kind: DeviceKind): Promise<void> {
    const slot = this.slots[kind]
    const wish = { ...constraints[kind], ...(slot.chosen === undefined ? {} : { deviceId: { exact: slot.chosen } }) }
    try {
      if (!window.isSecureContext || !('mediaDevices' in navigator)) throw new TypeError('insecure context')
      const stream = await navigator.mediaDevices.getUserMedia(kind === 'microphone' ? { audio: wish } : { video: wish })
      const track = stream.getTracks()[0] ?? null
      if (!slot.wanted || slot.track?.readyState === 'live') {
        track?.stop() // The person changed their mind while the browser asked.
        return
      }
      this.use(kind, track)
    } catch (error) {
      slot.problem = deviceProblem(error)
      slot.wanted = false
    }
    await this.list()
  }

  private use(kind: DeviceKind, track: MediaStreamTrack | null): void {
    const slot = this.slots[kind]
    slot.track = track
    slot.permission = 'granted'
    slot.chosen = track?.getSettings().deviceId ?? slot.chosen
    if (track && kind === 'camera' && 'contentHint' in track) track.contentHint = 'motion'
    if (kind === 'microphone') this.meter.listen(track)
    track?.addEventListener('ended', () => {
      if (slot.track !== track) return
      slot.track = null
      slot.wanted = false
      slot.problem = problem('local.device-ended')
      this.tell(kind)
    })
  }

  private close(kind: DeviceKind): void {
    const slot = this.slots[kind]
    const { track } = slot
    slot.track = null
    track?.stop()
    if (kind === 'microphone') this.meter.listen(null)
  }

  private tell(kind: DeviceKind): void {
    this.sends(kind, this.sending(kind))
    this.changed()
  }

  private async list(): Promise<void> {
    this.known = await navigator.mediaDevices.enumerateDevices().catch(() => [])
    this.changed()
  }

  private async watchPermission(kind: DeviceKind): Promise<void> {
    try {
      const status = await navigator.permissions.query({ name: kind })
      const read = (): void => {
        this.slots[kind].permission = status.state
        if (status.state === 'denied' && this.slots[kind].track) {
          this.close(kind)
          this.slots[kind].wanted = false
          this.slots[kind].problem = problem('local.device-ended')
          this.sends(kind, null)
        }
        this.changed()
      }
      status.addEventListener('change', read)
      read()
    } catch {
      // This browser does not tell; the state stays unknown.
    }
  }
}

const emptySlot = (): Slot => ({ wanted: false, track: null, permission: 'unknown', problem: undefined, chosen: undefined })
