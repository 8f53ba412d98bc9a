/**
 * How loud and how whole each one sounds, from what this browser has decoded (getStats). Never from a header that the server could write: frames are sealed,
 * and what says "I speak" beside them is not.
 */
const LISTEN_MS = 300
/** On a device that is busy, or with many streams, the browser takes long to answer: then it is asked less often, so that asking stays a small part of the time. */
const REST_OF_ANSWER = 20
const NOTHING: ReadonlyMap<string, SoundTotals> = new Map()

/** Totals of one received sound since it began. */
export interface SoundTotals {
  readonly energy: number
  readonly duration_s: number
  readonly samples: number
  /** Made up by the decoder for what did not arrive, silence left out. */
  readonly concealed: number
}

export interface Heard {
  /** 0 (-60 dB) … 1 (full scale). */
  readonly level: number
  /** Part of the sound that had to be made up; null without sound. */
  readonly concealedRatio: number | null
}

export function heardBetween(before: SoundTotals | undefined, after: SoundTotals): Heard {
  const duration_s = after.duration_s - (before?.duration_s ?? 0)
  const power = duration_s > 0 ? Math.max(0, after.energy - (before?.energy ?? 0)) / duration_s : 0
  const samples = after.samples - (before?.samples ?? 0)
  return {
    level: power === 0 ? 0 : Math.min(1, Math.max(0, 1 + (10 * Math.log10(power)) / 60)),
    concealedRatio: before === undefined || samples <= 0 ? null : Math.max(0, after.concealed - before.concealed) / samples,
  }
}

export class Voices {
  private totals: ReadonlyMap<string, SoundTotals> = new Map()
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly connection: () => RTCPeerConnection | null,
    /** By the identifier of the received track. */
    private readonly take: (heard: ReadonlyMap<string, Heard>) => void,
  ) {}

  start(): void {
    this.timer ??= setTimeout(() => void this.listen(), LISTEN_MS)
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.totals = new Map()
  }

  private async listen(): Promise<void> {
    const { timer } = this
    const connection = this.connection()
    const asked_ms = performance.now()
    const totals = connection?.connectionState === 'connected' ? await read(connection).catch(() => NOTHING) : NOTHING
    // Stopped meanwhile, or begun anew.
    if (this.timer !== timer || timer === undefined) return
    const before = this.totals
    this.totals = totals
    this.timer = setTimeout(() => void this.listen(), Math.max(LISTEN_MS, REST_OF_ANSWER * (performance.now() - asked_ms)))
    this.take(new Map([...totals].map(([track, after]) => [track, heardBetween(before.get(track), after)])))
  }
}

async function read(connection: RTCPeerConnection): Promise<ReadonlyMap<string, SoundTotals>> {
  const report = (await connection.getStats()) as unknown as ReadonlyMap<string, Readonly<Record<string, unknown>>>
  const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
  const totals = new Map<string, SoundTotals>()
  for (const stat of report.values()) {
    const track = stat['trackIdentifier']
    if (stat['type'] !== 'inbound-rtp' || stat['kind'] !== 'audio' || typeof track !== 'string') continue
    totals.set(track, {
      energy: number(stat['totalAudioEnergy']),
      duration_s: number(stat['totalSamplesDuration']),
      samples: number(stat['totalSamplesReceived']),
      concealed: number(stat['concealedSamples']) - number(stat['silentConcealedSamples']),
    })
  }
  return totals
}
