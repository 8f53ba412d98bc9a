/** Who is in the group, what they said of themselves, and under which terms we may meet (spec/8-direct.md). */
import { CAMERA, MICROPHONE } from '../leg/streams'
import { codecOfAll, type VideoCodec } from '../leg/video_codec'
import type { Hello } from '../wire/payloads'
import type { PersonFacts } from '../security/judge'
import type { Event, IceServer, Media, Member } from '../worker/rpc'
import { DirectConsent } from './direct_consent'
import type { Terms } from './media_path'

export type GroupEvent = Extract<Event, { type: 'group' }>

export class Company {
  group: GroupEvent | null = null
  /** By the room's policy: then media goes to the SFU, and nobody is asked about a direct connection. */
  isGroup = false
  /** What our own `hello` lists. */
  ownCodecs: readonly VideoCodec[] = ['vp8']
  readonly consent = new DirectConsent()
  private ice: readonly IceServer[] | null = null
  private readonly hellos = new Map<number, Hello>()

  takeGroup(event: GroupEvent): void {
    this.group = event
    const there = new Set(event.members.map((member) => member.leafIndex))
    for (const leaf of this.hellos.keys()) if (!there.has(leaf)) this.hellos.delete(leaf)
  }

  takeServers(servers: readonly IceServer[]): void {
    this.ice = servers
  }

  takeHello(from: number, hello: Hello): void {
    if (this.hellos.get(from)?.participant_id !== hello.participant_id) this.consent.newPerson()
    this.hellos.set(from, hello)
  }

  takeMedia(from: number, media: Media): void {
    const hello = this.hellos.get(from)
    if (hello) this.hellos.set(from, { ...hello, media })
  }

  forgetHellos(): void {
    this.hellos.clear()
  }

  forget(): void {
    this.group = null
    this.ice = null
    this.hellos.clear()
  }

  member(leaf: number): Member | undefined {
    return this.group?.members.find((one) => one.leafIndex === leaf)
  }

  mediaOf(leaf: number): Media | undefined {
    return this.hellos.get(leaf)?.media
  }

  /** Whether this member said that it sends this stream now. */
  sends(leaf: number, context: number): boolean {
    const media = this.mediaOf(leaf)
    return media !== undefined && (context === MICROPHONE ? media.microphone : context === CAMERA ? media.camera : media.screen)
  }

  /** Has said that it sends nothing now, or nothing that is taken. */
  isSilent(leaf: number, takesPictures: boolean): boolean {
    const media = this.mediaOf(leaf)
    return media !== undefined && !media.microphone && !(takesPictures && (media.camera || media.screen))
  }

  /** The others who have said who they are to the server, in the order of leaves. */
  get participants(): ReadonlyArray<{ readonly leafIndex: number; readonly participantId: string }> {
    const others = (this.group?.members ?? []).filter((member) => !member.self).sort((a, b) => a.leafIndex - b.leafIndex)
    return others.flatMap(({ leafIndex }) => {
      const hello = this.hellos.get(leafIndex)
      return hello ? [{ leafIndex, participantId: hello.participant_id }] : []
    })
  }

  /** Somebody else's microphone is on, or their camera where pictures are taken. */
  someoneSends(takesPictures: boolean): boolean {
    return [...this.hellos].some(([leaf, { media }]) => leaf !== this.group?.ownLeaf && (media.microphone || (takesPictures && media.camera)))
  }

  get others(): readonly PersonFacts[] {
    return (this.group?.members ?? []).flatMap((member) => (member.trust === 'self' ? [] : [{ name: member.name, trust: member.trust }]))
  }

  /** Null while something that they need is not known, or consent to go direct is not given. */
  get terms(): Terms | null {
    const met = this.met
    if (met === null || (!met.relayOnly && !this.consent.isGiven)) return null
    return {
      ownLeaf: met.group.ownLeaf,
      remoteLeaf: met.other.leafIndex,
      remoteLife: met.hello.participant_id,
      relayOnly: met.relayOnly,
      videoCodec: codecOfAll([this.ownCodecs, met.hello.capabilities.codecs]),
      iceServers: met.ice,
    }
  }

  /** Both are here, and only going direct is left. */
  get mustAsk(): boolean {
    const met = this.isGroup ? null : this.met
    return met !== null && !met.relayOnly && !this.consent.isGiven
  }

  private get met(): { group: GroupEvent; ice: readonly IceServer[]; other: Member; hello: Hello; relayOnly: boolean } | null {
    const { group, ice } = this
    const other = group?.members.find((member) => !member.self)
    const hello = other && this.hellos.get(other.leafIndex)
    return group && ice && other && hello ? { group, ice, other, hello, relayOnly: ice.length > 0 && hello.relay } : null
  }
}
