/**
 * Who speaks, and who has the floor, from how loud each one sounds here. A cough takes nobody's place: the floor moves to somebody who goes on speaking, when
 * its holder has paused or is clearly quieter, and not twice in a breath.
 */
/** Levels go from 0 (-60 dB) to 1 (full scale). Above the first one speaks; below the second one has stopped. */
const BEGINS = 0.42
const ENDS = 0.34
/** Between words one goes on speaking. */
const PAUSE_MS = 900
/** Speaking for so long makes a candidate. */
const CANDIDATE_MS = 600
/** The holder who paused for so long may lose the floor; else who is louder by so much for so long takes it. */
const YIELDS_MS = 1_200
const LOUDER = 0.12
const LOUDER_MS = 2_500
const STAYS_MS = 2_000

interface Voice {
  level: number
  isSpeaking: boolean
  since_ms: number
  heard_ms: number
  louderSince_ms: number | null
}

export class Floor<Key> {
  private readonly voices = new Map<Key, Voice>()
  private current: Key | undefined
  private took_ms = Number.NEGATIVE_INFINITY

  get holder(): Key | undefined {
    return this.current
  }

  isSpeaking(key: Key): boolean {
    return this.voices.get(key)?.isSpeaking === true
  }

  /** `levels`: of everybody who sounds; who is not in it is silent. `mayHold`: the floor is for others than oneself. True when anything changed. */
  hear(levels: ReadonlyMap<Key, number>, mayHold: (key: Key) => boolean, now_ms: number): boolean {
    const before = this.signature()
    for (const key of new Set([...this.voices.keys(), ...levels.keys()])) this.listen(key, levels.get(key) ?? 0, now_ms)
    this.give(mayHold, now_ms)
    return this.signature() !== before
  }

  /** Only these are here. */
  keep(here: ReadonlySet<Key>): void {
    for (const key of this.voices.keys()) if (!here.has(key)) this.voices.delete(key)
    if (this.current !== undefined && !here.has(this.current)) this.current = undefined
  }

  private listen(key: Key, level: number, now_ms: number): void {
    const voice = this.voices.get(key) ?? { level: 0, isSpeaking: false, since_ms: 0, heard_ms: Number.NEGATIVE_INFINITY, louderSince_ms: null }
    this.voices.set(key, voice)
    voice.level = voice.level * 0.5 + level * 0.5
    if (level >= (voice.isSpeaking ? ENDS : BEGINS)) voice.heard_ms = now_ms
    const speaks = now_ms - voice.heard_ms < PAUSE_MS
    if (speaks && !voice.isSpeaking) voice.since_ms = now_ms
    voice.isSpeaking = speaks
  }

  private give(mayHold: (key: Key) => boolean, now_ms: number): void {
    const holding = this.current === undefined ? undefined : this.voices.get(this.current)
    const candidates = [...this.voices].filter(
      ([key, voice]) => key !== this.current && mayHold(key) && voice.isSpeaking && voice.heard_ms - voice.since_ms >= CANDIDATE_MS,
    )
    for (const [, voice] of this.voices) {
      const isLouder = voice.isSpeaking && voice.level > (holding?.level ?? 0) + LOUDER
      voice.louderSince_ms = isLouder ? (voice.louderSince_ms ?? now_ms) : null
    }
    const [key, voice] = candidates.sort(([, a], [, b]) => b.level - a.level)[0] ?? []
    if (key === undefined || voice === undefined || now_ms - this.took_ms < STAYS_MS) return
    const hasYielded = holding === undefined || now_ms - holding.heard_ms >= YIELDS_MS
    const isDrowned = voice.louderSince_ms !== null && now_ms - voice.louderSince_ms >= LOUDER_MS
    if (!hasYielded && !isDrowned) return
    this.current = key
    this.took_ms = now_ms
  }

  private signature(): string {
    return JSON.stringify([String(this.current), [...this.voices].flatMap(([key, { isSpeaking }]) => (isSpeaking ? [String(key)] : []))])
  }
}
