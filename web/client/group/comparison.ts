/**
 * The emoji comparison of this member (spec/10-verification.md): which run is on, what we say in it, and what is shown of it. Runs are answered without
 * asking the person, whose word is wanted at the end alone. Events are queued, so that one is done before the next begins.
 */
import type { Bytes } from '../bytes/bytes'
import { b64u, fromB64u } from '../bytes/text'
import { rosterHash } from '../crypto/roster_hash'
import { commitmentOf } from '../crypto/sas_commitment'
import type { ComparisonView, Ending, OutgoingPayload } from '../worker/rpc'
import type { Output } from './output'
import { SasRun, type RunPerson } from './sas_run'
import { mayTry, withTry } from './sas_tries'

type Epoch = Extract<Output, { type: 'epoch' }>
type Said<T extends OutgoingPayload['type']> = Extract<OutgoingPayload, { type: T }>

const RUN_ID_BYTES = 16
const NONCE_BYTES = 32
const EMOJI_BY_MS = 20_000
/** Of one epoch. */
const RUNS_MAX = 256

export interface ComparisonPort {
  /** Through the log, in this epoch or not at all. */
  readonly send: (payload: OutgoingPayload, epoch: number) => Promise<void>
  readonly random: (length: number) => Bytes
  readonly now_ms: () => number
  /** When this device revealed; kept across calls and reloads. */
  readonly tries: { readonly load: () => Promise<readonly number[]>; readonly save: (tries: readonly number[]) => Promise<unknown> }
  readonly show: (view: ComparisonView | null) => void
  readonly alarm: (code: string, leafIndex: number) => void
  /** The devices of this roster are theirs: those that were not compared before. Or these are not, after all. */
  readonly mark: (epoch: Epoch) => Promise<readonly Bytes[]>
  readonly unmark: (devices: readonly Bytes[]) => Promise<void>
}

export class Comparison {
  private queue: Promise<void> = Promise.resolve()
  private epoch: Epoch | null = null
  private run: SasRun | null = null
  private readonly used = new Set<string>()
  /** What we started in this epoch, and of it what has no place in the log yet. Bounds: RUNS_MAX. */
  private readonly started = new Map<string, SasRun>()
  private wish: SasRun | null = null

  constructor(private readonly port: ComparisonPort) {}

  /** Everything that the engine says passes here, in its order. */
  hear(output: Output): void {
    if (output.type === 'epoch') void this.next(() => this.beginEpoch(output))
    else if (output.type === 'stopped') void this.next(() => this.leaveEpoch())
    else if (output.type === 'payload' && output.via === 'log') void this.next(() => this.take(output.epoch, output.from, output.payload))
    else if (output.type === 'echo') void this.next(() => this.take(output.epoch, this.epoch?.ownLeaf ?? -1, output.payload))
  }

  /** "Compare emoji". Nothing happens while a run is on its way, and when nobody else is there. */
  start(): Promise<void> {
    return this.next(async () => {
      if (this.epoch === null || this.epoch.roster.size < 2 || this.run?.isOpen === true || this.wish !== null) return
      const run = await this.makeRun(b64u(this.port.random(RUN_ID_BYTES)), this.epoch.ownLeaf)
      if (!(await this.isAllowed()) || this.started.size >= RUNS_MAX) {
        this.run = run
        this.end(run, 'paused', [this.epoch.ownLeaf])
        return
      }
      this.started.set(run.runId, run)
      this.wish = run
      await this.commit(run)
      this.draw()
    })
  }

  /** The person's word on what is shown. False when it came too late or somebody said that the emoji differ. */
  async say(runId: string, match: boolean): Promise<boolean> {
    let isTaken = false
    await this.next(async () => {
      const { epoch, run } = this
      if (epoch === null || run === null || run.runId !== runId || run.phase !== 'comparing') return
      if (match && (run.isDenied || run.results.has(epoch.ownLeaf))) return
      isTaken = true
      run.result(epoch.ownLeaf, match ? 'match' : 'differ')
      if (match) run.marked = await this.port.mark(epoch)
      else await this.takeBack(run)
      await this.send({ type: 'sas_result', run_id: runId, outcome: match ? 'match' : 'differ' })
      this.draw()
    })
    return isTaken
  }

  tick(): Promise<void> {
    return this.next(async () => {
      if (this.wish !== null && this.isLate(this.wish)) {
        if (this.run?.isOpen !== true) this.run = this.wish
        this.wish = null
      }
      if (this.run?.isOpen === true && this.isLate(this.run)) this.end(this.run, 'too-slow', this.run.missing)
    })
  }

  /** When everything that was heard so far is done. */
  settled(): Promise<void> {
    return this.queue
  }

  // -- epochs -------------------------------------------------------------------------------------------------------------

  private async beginEpoch(epoch: Epoch): Promise<void> {
    await this.leaveEpoch()
    this.epoch = epoch
  }

  private async leaveEpoch(): Promise<void> {
    const { epoch, run } = this
    this.wish = null
    this.started.clear()
    this.used.clear()
    this.epoch = null
    if (run === null || epoch === null) return
    const isConfirmed = run.phase === 'comparing' && run.results.get(epoch.ownLeaf) === 'match' && !run.isDenied
    // What somebody found to differ stays on the screen, and so does why a run ended.
    if (isConfirmed) this.run = null
    else if (!run.isDenied) run.end('keys-changed', [])
    this.draw()
  }

  // -- what the log says --------------------------------------------------------------------------------------------------

  private async take(epoch: number, from: number, payload: OutgoingPayload): Promise<void> {
    if (this.epoch?.epoch !== epoch || !this.epoch.roster.has(from)) return
    if (payload.type === 'sas_commit') await this.onCommit(from, payload)
    else if (payload.type === 'sas_reveal') await this.onReveal(from, payload)
    else if (payload.type === 'sas_result') await this.onResult(from, payload)
  }

  private async onCommit(from: number, { run_id: runId, commitment }: Said<'sas_commit'>): Promise<void> {
    let run = this.run
    if (run?.runId !== runId) {
      const own = this.started.get(runId) ?? null
      if (own === this.wish) this.wish = null
      if (this.used.has(runId) || this.used.size >= RUNS_MAX) return
      this.used.add(runId)
      if (run?.isOpen === true && !run.commitments.has(from)) {
        this.draw()
        return
      }
      run = own ?? (await this.makeRun(runId, from))
      this.run = run
      if (own === null) await this.answer(run)
    }
    if (!run.isOpen) return
    if (run.commit(from, fromB64u(commitment) ?? new Uint8Array(0))) await this.goOn(run)
    else this.cheated(run, from)
  }

  private async onReveal(from: number, { run_id: runId, nonce }: Said<'sas_reveal'>): Promise<void> {
    const { run } = this
    if (run?.runId !== runId || !run.isOpen) return
    if (await run.reveal(from, fromB64u(nonce) ?? new Uint8Array(0))) this.draw()
    else this.cheated(run, from)
  }

  private async onResult(from: number, { run_id: runId, outcome }: Said<'sas_result'>): Promise<void> {
    const { run } = this
    if (run?.runId !== runId || run.phase === 'void') return
    if (outcome === 'paused') {
      if (run.isOpen) this.end(run, 'paused', [from])
      return
    }
    run.result(from, outcome)
    if (run.isDenied) await this.takeBack(run)
    this.draw()
  }

  private cheated(run: SasRun, from: number): void {
    this.port.alarm('integrity.comparison', from)
    this.end(run, 'rules-broken', [from])
  }

  // -- what we say --------------------------------------------------------------------------------------------------------

  private async answer(run: SasRun): Promise<void> {
    if (await this.isAllowed()) await this.commit(run)
    else await this.send({ type: 'sas_result', run_id: run.runId, outcome: 'paused' })
  }

  private async goOn(run: SasRun): Promise<void> {
    if (run.mayReveal && !run.isRevealed && run.commitments.has(this.epoch?.ownLeaf ?? -1)) {
      run.isRevealed = true
      await this.port.tries.save(withTry(await this.port.tries.load(), this.port.now_ms()))
      await this.send({ type: 'sas_reveal', run_id: run.runId, nonce: b64u(run.nonce) })
    }
    this.draw()
  }

  private async commit(run: SasRun): Promise<void> {
    const own = run.members.get(this.epoch?.ownLeaf ?? -1)
    if (!own) return
    await this.send({ type: 'sas_commit', run_id: run.runId, commitment: b64u(await commitmentOf(run.place, own, run.nonce)) })
  }

  private async makeRun(runId: string, startedBy: number): Promise<SasRun> {
    const { epoch } = this
    if (epoch === null) throw new Error('no group')
    const people = [...epoch.roster.values()].map(({ leafIndex, credential }): RunPerson => {
      const { devicePublicKey, displayName: name } = credential
      return { leafIndex, devicePublicKey, name, self: leafIndex === epoch.ownLeaf }
    })
    const members = new Map(people.map((person) => [person.leafIndex, person]))
    const place = { runId: fromB64u(runId) ?? new Uint8Array(0), epochAuthenticator: epoch.epochAuthenticator, rosterHash: await rosterHash(people) }
    return new SasRun(runId, place, members, startedBy, this.port.now_ms(), this.port.random(NONCE_BYTES))
  }

  private async takeBack(run: SasRun): Promise<void> {
    const { marked } = run
    run.marked = []
    await this.port.unmark(marked)
  }

  private isLate(run: SasRun): boolean {
    return this.port.now_ms() - run.begun_ms >= EMOJI_BY_MS
  }

  private async isAllowed(): Promise<boolean> {
    return mayTry(await this.port.tries.load(), this.port.now_ms())
  }

  /** What comes too late for its epoch is not said: the next epoch voids the run. */
  private async send(payload: OutgoingPayload): Promise<void> {
    if (this.epoch !== null) await this.port.send(payload, this.epoch.epoch).catch(() => undefined)
  }

  private end(run: SasRun, ending: Ending, blamed: readonly number[]): void {
    run.end(ending, blamed)
    this.draw()
  }

  /** What we started is shown before it has its place in the log. */
  private draw(): void {
    const wish = this.run?.isOpen === true ? null : this.wish
    this.port.show((wish ?? this.run)?.view ?? null)
  }

  private next(work: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(work).catch(() => undefined)
    return this.queue
  }
}
