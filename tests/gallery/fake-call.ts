/** A call that shows what it is given and writes down what is asked of it. */
import type { Call, CallSnapshot, CodeCheck, DeviceKind, HostDecision, ReactionName } from '../../web/client/api'

export class FakeCall implements Call {
  readonly asked: string[] = []
  readonly #listeners = new Set<(snapshot: CallSnapshot) => void>()

  constructor(public snapshot: CallSnapshot) {}

  show(snapshot: CallSnapshot): void {
    this.snapshot = snapshot
    for (const listener of this.#listeners) listener(snapshot)
  }

  subscribe(listener: (snapshot: CallSnapshot) => void): () => void {
    this.#listeners.add(listener)
    listener(this.snapshot)
    return () => this.#listeners.delete(listener)
  }

  microphoneLevel(): number {
    return 0.42
  }

  setName(name: string): void {
    this.asked.push(`setName ${name}`)
  }

  setDevice(kind: DeviceKind, wanted: boolean): Promise<void> {
    return this.#ask(`setDevice ${kind} ${wanted}`)
  }

  chooseDevice(kind: DeviceKind, id: string): Promise<void> {
    return this.#ask(`chooseDevice ${kind} ${id}`)
  }

  retryDevice(kind: DeviceKind): Promise<void> {
    return this.#ask(`retryDevice ${kind}`)
  }

  shareScreen(wanted: boolean): Promise<void> {
    return this.#ask(`shareScreen ${wanted}`)
  }

  join(): Promise<void> {
    return this.#ask('join')
  }

  leave(): Promise<void> {
    return this.#ask('leave')
  }

  rejoin(): Promise<void> {
    return this.#ask('rejoin')
  }

  sendChat(text: string): Promise<void> {
    return this.#ask(`sendChat ${text}`)
  }

  raiseHand(up: boolean): Promise<void> {
    return this.#ask(`raiseHand ${up}`)
  }

  react(name: ReactionName): Promise<void> {
    return this.#ask(`react ${name}`)
  }

  setOnlySound(wanted: boolean): Promise<void> {
    return this.#ask(`setOnlySound ${wanted}`)
  }

  showing(): void {
    // Its pictures have one size.
  }

  answerDirect(accept: boolean): Promise<void> {
    return this.#ask(`answerDirect ${accept}`)
  }

  compared(match: boolean, epochCode: string): Promise<void> {
    return this.#ask(`compared ${match} ${epochCode}`)
  }

  compareEmoji(): Promise<void> {
    return this.#ask('compareEmoji')
  }

  emojiCompared(match: boolean, runId: string): Promise<void> {
    return this.#ask(`emojiCompared ${match} ${runId}`)
  }

  checkCode(text: string): Promise<CodeCheck> {
    this.asked.push(`checkCode ${text}`)
    return Promise.resolve(text.startsWith('incamera1.') ? { result: 'compared', name: 'Bob' } : { result: 'malformed' })
  }

  decide(decision: HostDecision): Promise<void> {
    return this.#ask(`decide ${Object.values(decision).join(' ')}`)
  }

  #ask(what: string): Promise<void> {
    this.asked.push(what)
    return Promise.resolve()
  }
}
