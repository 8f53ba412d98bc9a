/**
 * The media keys of this device: one base key per live epoch, keys per KID made when first needed, counters, replay windows.
 * Nothing here is ever persisted: no worker, new leaf.
 *
 * Bounds: at most 8 epochs; KIDs of an epoch are bounded by the tiles that asked; epochs free them as they go.
 * Safe because a (key, counter) pair is used once: counters belong to one epoch's keys, live and die with them, and the same secret is never taken twice.
 */
import { equal, type Bytes } from '../bytes/bytes'
import { CONTEXT_MAX, EPOCHS, LEAF_MAX, makeKid, splitKid } from './kid'
import { deriveBaseKey, deriveKidKeys, importBaseKey, type KidKeys } from './key_schedule'
import { FrameOrder } from './frame_order'
import { ReplayWindow } from './replay_window'

export const OLD_EPOCH_MS = 5_000
const EPOCH_LAG_MAX = 8

interface EpochKeys {
  readonly epoch: number
  /** Grows with each epoch that comes, also when a new group begins to count anew. */
  readonly age: number
  readonly baseKey: CryptoKey
  /** Digest of the base key: tells a repeated secret from a new one. */
  readonly digest: Bytes
  /** Receiving under it ends then; infinite while it is the newest. */
  endsAt_ms: number
  readonly keys: Map<number, Promise<KidKeys>>
  readonly windows: Map<number, ReplayWindow>
  readonly counters: Map<number, bigint>
  /** Leaves that were removed since: whoever is there now is somebody else. */
  readonly gone: Set<number>
}

export interface SendKey {
  readonly kid: number
  readonly keys: KidKeys
  readonly ctr: bigint
}

export interface ReceiveKey {
  readonly keys: KidKeys
  readonly window: ReplayWindow
  /** Of the stream, over all epochs. */
  readonly order: FrameOrder
  readonly age: number
}

export class Keyring {
  private readonly epochs = new Map<number, EpochKeys>()
  private sending: { readonly under: EpochKeys; readonly leafIndex: number } | null = null
  /** By leaf and context, for as long as the worker lives: at most 128 × 16. */
  private readonly orders = new Map<number, FrameOrder>()
  private added = 0
  private life = 0

  /** A new epoch begins: receiving under it works at once, the ones before live 5 s more, and `removed` leaves are heard no more under those. */
  async addEpoch(epoch: number, exporterSecret: Bytes, psk: Bytes, now_ms: number, removed: readonly number[] = []): Promise<void> {
    const life = this.life
    const baseKeyBytes = await deriveBaseKey(exporterSecret, psk)
    const [baseKey, digest] = await Promise.all([importBaseKey(baseKeyBytes), crypto.subtle.digest('SHA-256', baseKeyBytes)])
    baseKeyBytes.fill(0)
    const added: EpochKeys = {
      epoch,
      age: this.added++,
      baseKey,
      digest: new Uint8Array(digest),
      endsAt_ms: Number.POSITIVE_INFINITY,
      keys: new Map(),
      windows: new Map(),
      counters: new Map(),
      gone: new Set(),
    }
    if (life !== this.life || [...this.epochs.values()].some((known) => equal(known.digest, added.digest))) return
    for (const old of this.epochs.values()) {
      old.endsAt_ms = Math.min(old.endsAt_ms, now_ms + OLD_EPOCH_MS)
      for (const leafIndex of removed) old.gone.add(leafIndex)
      if (old.epoch === epoch || epoch - old.epoch >= EPOCH_LAG_MAX) this.drop(old)
    }
    this.epochs.set(epoch, added)
    this.expire(now_ms)
  }

  /** Sending moves to this epoch. Counters of an epoch that was sent under before go on, never back. */
  sendUnder(epoch: number, leafIndex: number): void {
    const under = this.epochs.get(epoch)
    if (under) this.sending = { under, leafIndex }
  }

  /** Nothing is sent and nothing opens from now on, not even under an epoch that is on its way in. */
  clear(): void {
    this.life++
    this.epochs.clear()
    this.orders.clear()
    this.sending = null
  }

  get sendEpoch(): number | null {
    return this.sending?.under.epoch ?? null
  }

  /** Key and the next counter of one of our streams; null without a key: then there is no frame. */
  async nextSendKey(context: number): Promise<SendKey | null> {
    const { sending } = this
    if (!sending || !isWithin(context, CONTEXT_MAX) || !isWithin(sending.leafIndex, LEAF_MAX)) return null
    const kid = makeKid(context, sending.leafIndex, sending.under.epoch)
    const ctr = sending.under.counters.get(kid) ?? 0n
    sending.under.counters.set(kid, ctr + 1n)
    return { kid, keys: await keysOf(sending.under, kid), ctr }
  }

  /** The newest live epoch whose low bits are the KID's; null when there is none, or when its leaf was removed since. */
  async receiveKey(kid: number, now_ms: number): Promise<ReceiveKey | null> {
    this.expire(now_ms)
    const leafIndex = splitKid(kid)?.leafIndex
    const epoch = [...this.epochs.values()].findLast((e) => e.epoch % EPOCHS === kid % EPOCHS && now_ms < e.endsAt_ms)
    if (!epoch || leafIndex === undefined || epoch.gone.has(leafIndex)) return null
    let window = epoch.windows.get(kid)
    if (!window) epoch.windows.set(kid, (window = new ReplayWindow()))
    return { keys: await keysOf(epoch, kid), window, order: this.orderOf(kid), age: epoch.age }
  }

  private orderOf(kid: number): FrameOrder {
    const stream = Math.floor(kid / EPOCHS)
    let order = this.orders.get(stream)
    if (!order) this.orders.set(stream, (order = new FrameOrder()))
    return order
  }

  /** The next counter of each of our KIDs in the epoch that we send under, for heartbeats. */
  sentCounters(): Readonly<Record<string, number>> {
    return Object.fromEntries([...(this.sending?.under.counters ?? [])].map(([kid, ctr]) => [String(kid), Number(ctr)]))
  }

  /** One more than the highest counter that arrived under this KID, 0 when none did. */
  receivedCounter(kid: number): number {
    const windows = [...this.epochs.values()].filter((e) => e.epoch % EPOCHS === kid % EPOCHS).map((e) => e.windows.get(kid))
    return Number(windows.at(-1)?.last ?? -1n) + 1
  }

  /** Epochs whose 5 s are over are gone for good, except the one that we still send under. */
  private expire(now_ms: number): void {
    for (const old of this.epochs.values()) if (now_ms >= old.endsAt_ms && old !== this.sending?.under) this.drop(old)
  }

  private drop(old: EpochKeys): void {
    this.epochs.delete(old.epoch)
    if (this.sending?.under === old) this.sending = null
  }
}

const isWithin = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most

function keysOf(epoch: EpochKeys, kid: number): Promise<KidKeys> {
  let keys = epoch.keys.get(kid)
  if (!keys) epoch.keys.set(kid, (keys = deriveKidKeys(epoch.baseKey, kid)))
  return keys
}
