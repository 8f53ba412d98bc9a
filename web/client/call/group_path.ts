/**
 * The way of media in a group: one leg to the SFU, and in its slots those who are here (spec/11-sfu.md). A leg that breaks is replaced by a new one.
 * Who is in which tile is decided here, from the group and the members' sealed words; the worker lets nothing else through.
 */
import { b64u } from '../bytes/text'
import { SfuLeg, type SfuLegEvents } from '../leg/sfu_leg'
import { CAMERA, MICROPHONE, SCREEN, SCREEN_AUDIO } from '../leg/streams'
import { problemOf } from '../problem'
import type { Event, Media } from '../worker/rpc'
import type { Company } from './company'
import type { Path, PathPort } from './path'
import { ShownHeights } from './shown_heights'
import { AWAITED_MS, ShownSlots } from './shown_slots'
import { Silence } from './silence'
import { SlotPlan } from './slot_plan'
import { streamsOf } from './group_streams'

const AUDIO_SLOTS_MAX = 16
const VIDEO_SLOTS_MAX = 30
/** Screens beside the cameras. */
const SCREENS = 1
const DISCONNECTED_MS = 3_000
const SETUP_MS = 8_000
const SILENT_MS = 5_000
/** A wish that was not heard, or not granted yet, is said again. */
const WISH_AGAIN_MS = 2_000
/** The page shows the devices first. */
const SPARE_MS = 200
const PAUSES_MS = [0, 500, 1_000, 2_000, 4_000] as const

export class GroupPath implements Path {
  leg: SfuLeg | null = null
  /** Made while the person looks at their devices: its many transceivers would take the time of a join. Nothing of it has left this page. */
  private spare: SfuLeg | null = null
  private spareTimer: ReturnType<typeof setTimeout> | undefined
  readonly relayOnly = false
  readonly channelIsOpen = false
  private company: Company | null = null
  private plan: SlotPlan
  private shown: ShownSlots
  private takesPictures = true
  private readonly silence = new Silence()
  private readonly heights = new ShownHeights(() => this.wish())
  private isStopped = false
  /** Our streams are on the present leg. */
  private carries = false
  private attempts = 0
  private wished = ''
  private lastWish_ms = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly port: PathPort,
    private readonly capacity: number,
  ) {
    this.plan = this.newPlan()
    this.shown = this.newShown()
  }

  /** The SFU is reached by its own address. */
  readonly relayIsMissing = false
  /** Nobody to send to: the leg stands ready and carries nothing. */
  private get isAlone(): boolean {
    return this.company === null || this.company.others.length === 0
  }

  get connectionState(): RTCPeerConnectionState | null {
    return this.leg?.connection.connectionState ?? null
  }

  streamOf(leafIndex: number): MediaStream | null {
    return this.shown.streamOf(leafIndex, [MICROPHONE, CAMERA], Date.now())
  }

  screenOf(leafIndex: number, media: Media | undefined): MediaStream | null {
    return media?.screen === true ? this.shown.streamOf(leafIndex, [SCREEN, SCREEN_AUDIO], Date.now()) : null
  }

  comesFrom(leafIndex: number): boolean {
    return this.shown.comesFrom(leafIndex)
  }

  setPictures(wanted: boolean): void {
    this.takesPictures = wanted
    this.wish()
    this.port.changed()
  }

  otherTakesPictures(): void {
    // Each one tells the SFU what they wish for.
  }

  prepare(): void {
    // The SFU is reached without a relay.
  }

  ready(): void {
    if (this.isStopped || this.leg || this.spare || this.spareTimer !== undefined) return
    this.spareTimer = setTimeout(() => (this.spare = this.newLeg()), SPARE_MS)
  }

  /** The leg comes up beside the join, and before the first other comes: neither has to wait for the other. */
  reached(): void {
    if (!this.isStopped && this.leg === null && this.timer === undefined) this.beginIn(0)
  }

  meet(company: Company | null): void {
    this.company = company
    if (this.isStopped) return
    if (company === null) this.drop()
    else {
      this.reached()
      this.carryOwn()
    }
    this.wish()
  }

  take(): void {
    // Members' own legs are of direct calls.
  }

  hearOfSlots(event: Extract<Event, { type: 'slot-open' | 'sfu-ended' }>): void {
    if (event.legId !== this.leg?.legId) return
    if (event.type === 'sfu-ended') {
      this.again()
      return
    }
    if (this.shown.opened(event.slot, event.participantId, event.context)) this.port.changed()
  }

  /** Our streams go onto the leg when the first other comes, and off it when the last one left. */
  private carryOwn(): void {
    if (this.leg === null || this.carries === !this.isAlone) return
    this.carries = !this.isAlone
    this.port.tracks().forEach((track, context) => this.replaceTrack(context, track))
  }

  replaceTrack(context: number, track: MediaStreamTrack | null): void {
    void this.leg?.replaceTrack(context, this.isAlone ? null : track).catch(() => undefined)
  }

  askKeyFrame(context: number): void {
    void this.leg?.askKeyFrame(context)
  }

  showing(leafIndex: number, kind: 'camera' | 'screen', height_px: number): void {
    this.heights.show(leafIndex, kind, height_px)
  }

  sendMessage(): boolean {
    return false
  }

  hear(receivedBytes: number | null, isExpected: boolean): void {
    const { leg } = this
    const isUp = leg?.isVerified === true && this.connectionState === 'connected'
    const silent_ms = leg === null ? 0 : this.silence.hear(leg.legId, receivedBytes, isExpected && isUp, Date.now())
    if (silent_ms >= SILENT_MS) this.again()
    else this.wish()
  }

  serverBack(): void {
    this.wished = ''
    if (this.leg === null || this.connectionState === 'failed' || this.connectionState === 'disconnected') this.again()
    else this.wish()
  }

  stop(): void {
    this.isStopped = true
    this.drop()
    this.port.trouble('unavailable.sfu', false)
  }

  drop(): void {
    this.takeSpare()?.close()
    clearTimeout(this.timer)
    this.timer = undefined
    const { leg } = this
    this.leg = null
    this.plan = this.newPlan()
    this.shown = this.newShown()
    this.wished = ''
    if (!leg) return
    leg.close()
    this.port.legClosed(leg.legId)
    this.port.changed()
  }

  // -- legs ---------------------------------------------------------------------------------------------------------------

  private newPlan(): SlotPlan {
    const { audio, video } = this.slotCounts
    return new SlotPlan(audio, video)
  }

  private newShown(): ShownSlots {
    return new ShownSlots({
      trackOf: (slot) => this.leg?.trackOf(slot) ?? null,
      sends: (leafIndex, context) => this.company?.sends(leafIndex, context) === true,
    })
  }

  private get slotCounts(): { readonly audio: number; readonly video: number } {
    const others = this.capacity - 1
    return { audio: Math.min(AUDIO_SLOTS_MAX, others + SCREENS), video: Math.min(VIDEO_SLOTS_MAX, others + SCREENS) }
  }

  private beginIn(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.begin(), ms)
  }

  /** Another leg in place of this one; sooner at first. */
  private again(): void {
    this.drop()
    if (this.isStopped) return
    this.port.trouble('unavailable.sfu', this.attempts > 1)
    this.beginIn(PAUSES_MS[Math.min(this.attempts++, PAUSES_MS.length - 1)] ?? 0)
  }

  private async begin(): Promise<void> {
    this.timer = setTimeout(() => this.again(), SETUP_MS)
    const leg = this.takeSpare() ?? this.newLeg()
    this.leg = leg
    this.carries = false
    this.carryOwn()
    try {
      await leg.open()
    } catch (error) {
      if (this.leg !== leg) return
      const { code } = problemOf(error)
      if (code === 'denied.topology') this.isStopped = true
      if (code.startsWith('integrity.')) this.port.refused(code)
      this.again()
    }
  }

  private takeSpare(): SfuLeg | null {
    clearTimeout(this.spareTimer)
    const { spare } = this
    this.spareTimer = undefined
    this.spare = null
    return spare
  }

  private newLeg(): SfuLeg {
    const legId = b64u(crypto.getRandomValues(new Uint8Array(16)))
    const { audio, video } = this.slotCounts
    const offer = (sdp: string): Promise<string> => this.port.offer(legId, sdp)
    const leg: SfuLeg = new SfuLeg(
      { legId, worker: this.port.worker(), audioSlots: audio, videoSlots: video, offer },
      this.eventsFor(() => leg),
    )
    return leg
  }

  private eventsFor(self: () => SfuLeg): SfuLegEvents {
    const ifCurrent = (then: () => void) => (): void => {
      if (this.leg === self()) then()
    }
    return {
      certificate: (der) => this.port.certificate(self().legId, der),
      verified: ifCurrent(() => {
        clearTimeout(this.timer)
        this.timer = undefined
        this.attempts = 0
        this.port.trouble('unavailable.sfu', false)
        this.wish()
        this.port.changed()
      }),
      refused: (code) => {
        if (this.leg === self()) this.port.refused(code)
      },
      ended: ifCurrent(() => this.again()),
      connection: (state) => {
        if (this.leg !== self() || !self().isVerified) return
        clearTimeout(this.timer)
        this.timer = undefined
        if (state === 'failed') this.again()
        else if (state === 'disconnected') this.timer = setTimeout(() => this.again(), DISCONNECTED_MS)
        this.port.changed()
      },
    }
  }

  // -- slots --------------------------------------------------------------------------------------------------------------

  /** Says what each slot is wanted for, when that changed, or when somebody who sends is not seen yet. */
  private wish(): void {
    const { leg, company } = this
    if (!leg?.isVerified || company === null) return
    const now = Date.now()
    const { audio, video } = this.slotCounts
    const planned = this.plan.plan(streamsOf(company, audio, this.takesPictures ? video : 0), now)
    if (this.shown.plan(planned, now)) this.await()
    const slots = planned.flatMap((stream, slot) => {
      const mid = leg.midOf(slot)
      return stream === null || mid === null ? [] : [{ slot, mid, ...stream, heightMax: this.heights.of(stream.leafIndex, stream.context) }]
    })
    const wished = JSON.stringify(slots)
    const isMissing = planned.some((stream, slot) => stream !== null && !this.shown.isOpen(slot) && company.sends(stream.leafIndex, stream.context))
    if (wished === this.wished && !(isMissing && now - this.lastWish_ms >= WISH_AGAIN_MS)) return
    this.wished = wished
    this.lastWish_ms = now
    this.port.wish(leg.legId, slots)
  }

  /** What is awaited is drawn at once; and again without it, if it has not come. */
  private await(): void {
    const { shown } = this
    this.port.changed()
    setTimeout(() => {
      if (this.shown === shown) this.port.changed()
    }, AWAITED_MS)
  }
}
