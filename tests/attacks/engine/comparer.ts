/** Emoji comparisons in a room without sockets: a member whose client takes part as the product does, and one who says what she likes. */
import type { Bytes } from '../../../web/client/bytes/bytes'
import { b64u, fromB64u } from '../../../web/client/bytes/text'
import { rosterHash } from '../../../web/client/crypto/roster_hash'
import type { RunPlace } from '../../../web/client/crypto/sas_commitment'
import { Comparison } from '../../../web/client/group/comparison'
import type { ComparisonView, OutgoingPayload } from '../../../web/client/worker/rpc'
import { random, type Member } from './fake_room'

export class Comparer {
  view: ComparisonView | null = null
  readonly alarms: string[] = []
  tries: readonly number[] = []
  /** Names of compared devices. */
  readonly compared = new Set<string>()
  readonly comparison: Comparison

  constructor(readonly member: Member) {
    const nameOf = new Map([...member.epoch.roster.values()].map(({ credential }) => [b64u(credential.devicePublicKey), credential.displayName]))
    this.comparison = new Comparison({
      send: (payload, epoch) => member.engine.send(payload, 'log', epoch),
      random,
      now_ms: () => member.room.now_ms,
      tries: { load: () => Promise.resolve(this.tries), save: (tries) => Promise.resolve((this.tries = tries)) },
      show: (view) => (this.view = view),
      alarm: (code) => this.alarms.push(code),
      mark: (epoch) => {
        const others = [...epoch.roster.values()].filter(({ leafIndex }) => leafIndex !== epoch.ownLeaf)
        const fresh = others.filter(({ credential }) => !this.compared.has(credential.displayName))
        for (const { credential } of fresh) this.compared.add(credential.displayName)
        return Promise.resolve(fresh.map(({ credential }) => credential.devicePublicKey))
      },
      unmark: (devices) => {
        for (const device of devices) this.compared.delete(nameOf.get(b64u(device)) ?? '')
        return Promise.resolve()
      },
    })
    this.comparison.hear(member.epoch)
    member.hears = (output) => this.comparison.hear(output)
    member.settled = () => this.comparison.settled()
    member.ticks = () => this.comparison.tick()
  }

  async start(): Promise<void> {
    await this.comparison.start()
    await this.member.room.settle()
  }

  async say(match: boolean): Promise<boolean> {
    const taken = await this.comparison.say(this.view?.runId ?? '', match)
    await this.member.room.settle()
    return taken
  }

  get emoji(): readonly number[] {
    return this.view?.numbers ?? []
  }
  /** Codes of alarms, and why the last run ended. */
  get noticed(): readonly string[] {
    return [...this.alarms, ...(this.view?.ending === undefined ? [] : [this.view.ending])]
  }
  /** Names in this state. */
  named(state: ComparisonView['people'][number]['state']): readonly string[] {
    return (this.view?.people ?? []).filter((person) => person.state === state).map(({ name }) => name)
  }
}

type Sas<T extends 'sas_commit' | 'sas_reveal'> = Extract<OutgoingPayload, { type: T }>

/** What a member without a client of ours heard of a kind, the newest last. */
export const heard = <T extends 'sas_commit' | 'sas_reveal'>(member: Member, type: T): readonly Sas<T>[] =>
  member.all('payload').flatMap(({ payload }) => (payload.type === type ? [payload as Sas<T>] : []))

export async function sayAs(member: Member, payload: OutgoingPayload): Promise<void> {
  await member.engine.send(payload, 'log')
  await member.room.settle()
}

/** The run as this member has to see it. */
export async function placeOf(member: Member, runId: string): Promise<RunPlace> {
  const { roster, epochAuthenticator } = member.epoch
  const rows = [...roster.values()].map(({ leafIndex, credential }) => ({ leafIndex, devicePublicKey: credential.devicePublicKey }))
  return { runId: fromB64u(runId) ?? new Uint8Array(0), epochAuthenticator, rosterHash: await rosterHash(rows) }
}

export const runMember = (member: Member): { readonly leafIndex: number; readonly devicePublicKey: Bytes } => ({
  leafIndex: member.epoch.ownLeaf,
  devicePublicKey: member.device.publicKey,
})
