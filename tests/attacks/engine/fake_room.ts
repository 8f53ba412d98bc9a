/**
 * A room without sockets: engines, a log that can misbehave, and a clock that moves when told.
 * Everything else is real: keys, envelopes, MLS, credentials.
 */
import { equal, type Bytes } from '../../../web/client/bytes/bytes'
import { b64u } from '../../../web/client/bytes/text'
import { generateDevice, type DeviceKeys } from '../../../web/client/crypto/device'
import { openHostKey, type HostKey } from '../../../web/client/crypto/host_key'
import { deriveRoomKeys, importSecret, type RoomKeys } from '../../../web/client/crypto/labels'
import type { Policy, VerifiedPolicy } from '../../../web/client/crypto/policy'
import { GroupEngine, type LogEntry } from '../../../web/client/group/engine'
import type { HostDecision } from '../../../web/client/group/host_desk'
import type { Output } from '../../../web/client/group/output'

export const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))

type Of<T extends Output['type']> = Extract<Output, { type: T }>

export class Member {
  readonly outputs: Output[] = []
  connected = false
  /** What the log hands to this member instead of an entry; the attacker's place. */
  seesEntry: (entry: LogEntry) => readonly LogEntry[] = (entry) => [entry]
  seesRelay: (body: Bytes) => readonly Bytes[] = (body) => [body]
  /** What else hears the engine, and when it has done what it does about it. */
  hears: (output: Output) => void = () => undefined
  settled: () => Promise<void> = () => Promise.resolve()
  ticks: () => Promise<void> = () => Promise.resolve()
  ctrs: Record<string, number> = {}
  received: (kid: number) => number = () => Number.MAX_SAFE_INTEGER
  constructor(
    readonly name: string,
    readonly room: Room,
    readonly device: DeviceKeys,
    readonly engine: GroupEngine,
  ) {}

  all<T extends Output['type']>(type: T): Of<T>[] {
    return this.outputs.filter((output): output is Of<T> => output.type === type)
  }
  get epoch(): Of<'epoch'> {
    const last = this.all('epoch').at(-1)
    if (!last) throw new Error(`${this.name} is in no group`)
    return last
  }
  get alarms(): string[] {
    return this.all('alarm').map((alarm) => alarm.code)
  }
  /** What this member knows of the host's decisions. */
  get hostView(): Of<'host'> {
    const last = this.all('host').at(-1)
    if (!last) throw new Error(`${this.name} is in no group`)
    return last
  }
  get said(): string[] {
    return this.all('payload').flatMap(({ payload }) => (payload.type === 'chat' ? [payload.text] : []))
  }
  say(text: string, via: 'log' | 'channel' = 'log'): Promise<void> {
    return this.engine.send({ type: 'chat', message_id: b64u(random(16)), text, sent_at_ms: this.room.now_ms }, via)
  }
}

export class Room {
  now_ms = 1_700_000_000_000
  readonly log: LogEntry[] = []
  readonly members: Member[] = []
  private constructor(
    readonly roomId: Bytes,
    readonly keys: RoomKeys,
    readonly policy: VerifiedPolicy,
    readonly host: HostKey,
  ) {}

  static async make(
    capacity = 6,
    secret: Bytes = random(32),
    roomId: Bytes = random(16),
    policyHash: Bytes = random(32),
    waitingRoom = false,
  ): Promise<Room> {
    const policy: Policy = {
      v: 1,
      room_id: b64u(roomId),
      generation: 0,
      topology: capacity === 2 ? 'direct' : 'group',
      capacity,
      waiting_room: waitingRoom,
      recording: 'forbidden',
      expires_at: 2_000_000_000,
      single_use: false,
    }
    const host = await openHostKey(random(32))
    return new Room(
      roomId,
      await deriveRoomKeys(await importSecret(secret), roomId),
      { policy, hash: policyHash, hostPublicKey: host.publicKey },
      host,
    )
  }

  async member(name: string, device?: DeviceKeys, policy: VerifiedPolicy = this.policy, isHost = false): Promise<Member> {
    const keys = device ?? (await generateDevice())
    const holder: { member?: Member } = {}
    const context = {
      roomId: this.roomId,
      admit: this.keys.admit,
      keys: this.keys,
      device: keys,
      policy,
      displayName: name,
      ...(isHost ? { host: { key: this.host, welcome: [], banned: [] } } : {}),
      media: { sent: () => holder.member?.ctrs ?? {}, received: (kid: number) => holder.member?.received(kid) ?? 0 },
      emit: (output: Output) => {
        holder.member?.outputs.push(output)
        holder.member?.hears(output)
      },
    }
    const member = new Member(name, this, keys, new GroupEngine(context, random))
    holder.member = member
    this.members.push(member)
    return member
  }

  async connect(member: Member): Promise<void> {
    const others = this.members.filter((other) => other !== member && other.connected)
    member.connected = true
    await member.engine.handleJoined({ head: this.log.length, logStart: 1, othersHere: others.length > 0 }, this.now_ms)
    const have = member.engine.have ?? 0
    for (const entry of this.log.slice(have)) await this.show(member, entry)
    await this.settle()
  }

  async disconnect(member: Member): Promise<void> {
    member.connected = false
    await member.engine.handleDisconnected()
  }

  /** Joins and waits until the newcomer is in, or waits for the host. */
  async join(name: string, device?: DeviceKeys, isHost = false): Promise<Member> {
    const member = await this.member(name, device, this.policy, isHost)
    await this.connect(member)
    return member
  }

  /** The host decides about somebody, by name. */
  async decide(host: Member, what: Exclude<HostDecision['what'], 'lock' | 'end'>, about: Member): Promise<void> {
    await host.engine.host({ what, device: b64u(about.device.publicKey) }, this.now_ms)
    await this.settle()
  }
  async lock(host: Member, locked: boolean): Promise<void> {
    await host.engine.host({ what: 'lock', locked }, this.now_ms)
    await this.settle()
  }

  private done = new WeakMap<Member, number>()
  /** Carries outputs into the log and to the others until nobody has anything to say. */
  async settle(): Promise<void> {
    for (let quiet = false; !quiet;) {
      quiet = true
      for (const member of this.members) {
        await member.settled()
        const from = this.done.get(member) ?? 0
        this.done.set(member, member.outputs.length)
        for (const output of member.outputs.slice(from)) {
          if (output.type === 'append' && member.connected) {
            quiet = false
            await this.append({ kind: output.kind, epoch: output.epoch, body: output.body })
          } else if (output.type === 'relay' && member.connected) {
            quiet = false
            for (const other of this.members)
              if (other !== member && other.connected)
                for (const body of other.seesRelay(output.body)) await other.engine.handleRelay(body, this.now_ms)
          }
        }
      }
    }
  }

  /** Drops what this member has said and the room has not carried yet. */
  forget(member: Member): void {
    this.done.set(member, member.outputs.length)
  }

  async append(entry: Omit<LogEntry, 'seq'>): Promise<void> {
    const numbered = { ...entry, seq: this.log.length + 1 }
    this.log.push(numbered)
    for (const member of this.members) if (member.connected) await this.show(member, numbered)
  }

  private async show(member: Member, entry: LogEntry): Promise<void> {
    for (const seen of member.seesEntry(entry)) await member.engine.handleEntry(seen, this.now_ms)
  }

  /** Time goes by, in steps of a quarter of a second. */
  async pass(ms: number): Promise<void> {
    for (let gone = 0; gone < ms; gone += 250) {
      this.now_ms += 250
      for (const member of this.members) {
        await member.engine.handleTick(this.now_ms)
        await member.ticks()
      }
      await this.settle()
    }
  }

  /** All of them in one epoch with the same code. */
  agree(...members: Member[]): boolean {
    const codes = new Set(members.map((member) => `${member.epoch.epoch} ${member.epoch.epochCode}`))
    return codes.size === 1 && members.every((member) => member.epoch.roster.size === members.length)
  }
}

export const sameBytes = equal
