/**
 * The media keys of this device: one base key per live epoch, keys per KID made when first needed, counters, replay windows.
 * Nothing here is ever persisted: no worker, new leaf.
 *
 * Bounds: at most 8 epochs; KIDs of an epoch are bounded by leaves × contexts that asked; `forgetLeaf` and epoch expiry free them.
 */
import type { Bytes } from '../bytes/bytes'
import { CONTEXT_MAX, EPOCHS, LEAF_MAX, makeKid } from './kid'
import { deriveBaseKey, deriveKidKeys, importBaseKey, type KidKeys } from './key_schedule'
import { ReplayWindow } from './replay_window'

export const OLD_EPOCH_MS = 5_000
const EPOCH_LAG_MAX = 8

interface EpochKeys {
  readonly epoch: number
  readonly baseKey: CryptoKey
  /** Receiving under it ends then; infinite while it is the newest. */
  readonly endsAt_ms: number
  readonly keys: Map<number, Promise<KidKeys>>
  readonly windows: Map<number, ReplayWindow>
  readonly counters: Map<number, bigint>
}

export interface SendKey {
  readonly kid: number
  readonly keys: KidKeys
  readonly ctr: bigint
}

export interface ReceiveKey {
  readonly keys: KidKeys
  readonly window: ReplayWindow
}

export class Keyring {
  private readonly epochs = new Map<number, EpochKeys>()
  private sending: { readonly epoch: number; readonly leafIndex: number } | null = null

  /** A new epoch begins: receiving under it works at once, the one before lives 5 s more. */
  async addEpoch(epoch: number, exporterSecret: Bytes, psk: Bytes, now_ms: number): Promise<void> {
    const baseKey = await importBaseKey(await deriveBaseKey(exporterSecret, psk))
    for (const old of this.epochs.values()) if (old.endsAt_ms === Number.POSITIVE_INFINITY) this.epochs.set(old.epoch, { ...old, endsAt_ms: now_ms + OLD_EPOCH_MS })
    this.epochs.set(epoch, { epoch, baseKey, endsAt_ms: Number.POSITIVE_INFINITY, keys: new Map(), windows: new Map(), counters: new Map() })
    this.dropOld(epoch, now_ms)
  }

  /** Sending moves to this epoch. Counters of an epoch that was sent under before go on, never back. */
  sendUnder(epoch: number, leafIndex: number): void {
    if (this.epochs.has(epoch)) this.sending = { epoch, leafIndex }
  }

  /** Nothing is sent and nothing opens from now on. */
  clear(): void {
    this.epochs.clear()
    this.sending = null
  }

  get sendEpoch(): number | null {
    return this.sending?.epoch ?? null
  }

  /** Key and the next counter of one of our streams; null without a key: then there is no frame. */
  async nextSendKey(context: number): Promise<SendKey | null> {
    const sending = this.sending
    const epoch = sending === null ? undefined : this.epochs.get(sending.epoch)
    if (!sending || !epoch || context > CONTEXT_MAX || sending.leafIndex > LEAF_MAX) return null
    const kid = makeKid(context, sending.leafIndex, epoch.epoch)
    const ctr = epoch.counters.get(kid) ?? 0n
    epoch.counters.set(kid, ctr + 1n)
    return { kid, keys: await this.keysOf(epoch, kid), ctr }
  }

  /** The newest live epoch whose low bits are the KID's; null when there is none. */
  async receiveKey(kid: number, now_ms: number): Promise<ReceiveKey | null> {
    const epoch = [...this.epochs.values()].filter((e) => e.epoch % EPOCHS === kid % EPOCHS && now_ms < e.endsAt_ms).at(-1)
    if (!epoch) return null
    let window = epoch.windows.get(kid)
    if (!window) epoch.windows.set(kid, (window = new ReplayWindow()))
    return { keys: await this.keysOf(epoch, kid), window }
  }

  /** The next counter of each of our KIDs in the epoch that we send under, for heartbeats. */
  sentCounters(): Readonly<Record<string, number>> {
    const epoch = this.sending === null ? undefined : this.epochs.get(this.sending.epoch)
    return Object.fromEntries([...(epoch?.counters ?? [])].map(([kid, ctr]) => [String(kid), Number(ctr)]))
  }

  /** One more than the highest counter that arrived under this KID, 0 when none did. */
  receivedCounter(kid: number): number {
    const windows = [...this.epochs.values()].filter((e) => e.epoch % EPOCHS === kid % EPOCHS).map((e) => e.windows.get(kid))
    return Number(windows.at(-1)?.last ?? -1n) + 1
  }

  private keysOf(epoch: EpochKeys, kid: number): Promise<KidKeys> {
    let keys = epoch.keys.get(kid)
    if (!keys) epoch.keys.set(kid, (keys = deriveKidKeys(epoch.baseKey, kid)))
    return keys
  }

  private dropOld(newest: number, now_ms: number): void {
    for (const old of this.epochs.values()) {
      const isSending = old.epoch === this.sending?.epoch
      if (newest - old.epoch >= EPOCH_LAG_MAX || (now_ms >= old.endsAt_ms && !isSending)) this.epochs.delete(old.epoch)
    }
  }
}
