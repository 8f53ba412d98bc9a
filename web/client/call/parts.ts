/** The parts of a call and how they hold on to each other. Those that belong to one stay in the group are made anew when the person joins again. */
import type { IceServer, Media, OutgoingPayload, PolicyView } from '../worker/rpc'
import { Chat } from './chat'
import { Company, type GroupEvent } from './company'
import { Comparing } from './comparing'
import { GroupPath } from './group_path'
import { HostSide } from './host_side'
import { Judgement } from './judgement'
import { Notices } from './notices'
import { OwnMedia } from './own_media'
import type { Path } from './path'
import { pathOf } from './path_of'
import type { Desk } from './payload_desk'
import { Presence } from './presence'
import type { WorkerLink } from './worker_link'

export interface PartsPort {
  /** Readings may have changed. */
  readonly read: () => void
  readonly draw: () => void
}

export class Parts {
  readonly notices = new Notices()
  readonly chat = new Chat()
  readonly host = new HostSide()
  readonly own: OwnMedia
  readonly presence: Presence
  company = new Company()
  comparing = this.newComparing()
  judgement = this.newJudgement()
  path: Path
  link: WorkerLink | null = null
  policy: PolicyView | null = null
  /** What a member says reaches the parts as they are then. */
  readonly desk: Desk = {
    company: () => this.company,
    path: () => this.path,
    chat: () => this.chat,
    gestures: () => this.presence.gestures,
    meet: () => this.meet(),
  }

  constructor(private readonly port: PartsPort) {
    const sends = (context: number, track: MediaStreamTrack | null): void => this.path.replaceTrack(context, track)
    this.own = new OwnMedia(port.draw, sends, (media) => this.announce(media))
    const [company, path] = [() => this.company, () => this.path]
    this.presence = new Presence({ company, path, own: this.own, send: (payload) => this.send(payload, 'log'), changed: port.draw })
    this.path = this.newPath()
  }

  renew(): void {
    this.link?.close()
    this.link = null
    this.company = new Company()
    this.comparing = this.newComparing()
    this.path = this.newPath()
    this.judgement = this.newJudgement()
  }

  /** Nothing is sent or shown from here on. */
  stop(): void {
    this.presence.leave()
    this.path.stop()
    this.own.closeAll()
    this.company.forget()
    this.host.forget()
  }

  /** The group is lost, and comes again by itself. */
  dropGroup(): void {
    this.path.drop()
    this.company.group = null
    this.comparing.take(null)
    this.company.forgetHellos()
  }

  /** Which way media goes is the policy's to say, which the host signed. */
  takePolicy(policy: PolicyView): void {
    this.policy = policy
    this.company.isGroup = policy.topology === 'group'
    if (this.path instanceof GroupPath === this.company.isGroup) return
    this.path.stop()
    this.path = this.newPath()
  }

  takeServers(servers: readonly IceServer[]): void {
    this.company.takeServers(servers)
    this.path.prepare(servers)
    this.meet()
  }

  takeGroup(event: GroupEvent): void {
    this.company.takeGroup(event)
    this.presence.gestures.meet(new Set(event.members.map(({ leafIndex }) => leafIndex)))
    this.meet()
  }

  /** Lays down the terms of the leg, when everything they need is known. */
  meet(): void {
    this.path.meet(this.judgement.isBroken ? null : this.company)
  }

  alarm(code: string, stands: boolean): void {
    if (stands) this.judgement.stand(code)
    else this.notices.show(code, Date.now())
  }

  async send(payload: OutgoingPayload, via: 'log' | 'channel'): Promise<boolean> {
    if (!this.link) return false
    return this.link.ask({ type: 'send', payload, via }).then(
      () => true,
      () => false,
    )
  }

  /** What went by a channel that broke may not have arrived: it is said again, through the log. */
  resendDoubtful(): void {
    for (const payload of this.chat.takeDoubtful(Date.now())) void this.send(payload, 'log')
  }

  private announce(media: Media): boolean {
    if (this.company.group !== null) void this.send({ type: 'media_state', media }, 'log')
    return this.company.group !== null
  }

  private newPath(): Path {
    const path = pathOf(this.policy, this.own, () => this.link, {
      send: (payload) => void this.send(payload, 'log'),
      channelBroke: () => this.resendDoubtful(),
      refused: (code) => this.alarm(code, true),
      trouble: (code, stands) => this.notices.set(code, stands),
      changed: () => {
        this.port.read()
        this.port.draw()
      },
    })
    if (!this.presence.pictures.wanted) path.setPictures(false)
    return path
  }

  private newComparing(): Comparing {
    return new Comparing(
      () => this.link,
      () => this.alarm('integrity.emoji-differ', true),
    )
  }

  private newJudgement(): Judgement {
    return new Judgement({
      needsLeg: () => this.company.isGroup,
      leg: () => this.path.leg,
      relayOnly: () => this.path.relayOnly,
      groupIsLive: () => this.company.group !== null,
      others: () => this.company.others,
      broke: (code) => this.path.stop(code),
    })
  }
}
