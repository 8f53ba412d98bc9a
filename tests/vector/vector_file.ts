/** The files of spec/vectors: what one looks like (spec/vectors/README.md) and where they are. */
import { readFileSync } from 'node:fs'
import { fromHex } from '../../web/client/bytes/text'
import type { Bytes } from '../../web/client/bytes/bytes'
import type { Kind } from '../../web/client/crypto/envelope'

export const LANGUAGES = ['typescript', 'python'] as const
export const folder = new URL('../../spec/vectors/', import.meta.url)

type Of<C, R = never> = { readonly cases: readonly C[]; readonly refused: readonly R[] }

type Fields = Readonly<Record<string, unknown>>
interface EnvelopePlace {
  readonly key: string
  readonly room_id: string
  readonly kind: Kind
  readonly epoch: number
}
interface PolicyPlace {
  readonly room_id: string
  readonly signed: string
  readonly host_key_hash: string
}
interface LeafPlace {
  readonly admit: string
  readonly room_id: string
  readonly group_id: string
  readonly leaf_signature_key: string
}
interface MediaPlace {
  readonly exporter_secret: string
  readonly psk: string
  readonly context: number
  readonly leaf_index: number
  readonly epoch: number
  readonly codec: 'opus' | 'vp8'
  readonly wire: string
}
interface RunPlace {
  readonly run_id: string
  readonly epoch_authenticator: string
  readonly roster: ReadonlyArray<{ readonly leaf_index: number; readonly device_public_key: string }>
}
interface Opening {
  readonly leaf_index: number
  readonly commitment: string
  readonly nonce: string
}
interface Why {
  readonly why: string
}

export interface Topics {
  readonly labels: Of<
    Readonly<Record<'secret' | 'room_id' | 'access' | 'admit' | 'envelope' | 'heartbeat' | 'psk', string>> & { readonly generation: number }
  >
  readonly link: Of<
    Readonly<Record<'origin' | 'room_id' | 'secret' | 'host_key_hash' | 'link', string>> & { readonly host_seed: string | null },
    Readonly<Record<'link' | 'code', string>>
  >
  readonly envelope: Of<EnvelopePlace & Readonly<Record<'nonce' | 'plaintext' | 'sealed', string>>, EnvelopePlace & Why & { readonly sealed: string }>
  readonly policy: Of<PolicyPlace & Readonly<Record<'host_seed' | 'policy_json' | 'policy_hash', string>>, PolicyPlace & Why>
  readonly host_order: Of<
    Readonly<Record<'host_seed' | 'host_public_key' | 'json' | 'order', string>>,
    Why & Readonly<Record<'host_public_key' | 'order', string>>
  >
  readonly credential: Of<
    LeafPlace &
      Readonly<Record<'device_seed' | 'contact_public_key' | 'token_hash' | 'display_name' | 'credential', string>> & { readonly expires_at: number },
    LeafPlace & Why & { readonly credential: string }
  >
  readonly name: Of<Readonly<Record<'typed' | 'name', string>>, { readonly typed: string } | { readonly name: string }>
  readonly signed_blob: Of<
    Readonly<Record<'device_seed' | 'json' | 'blob', string>> & { readonly label: 'heartbeat' | 'note' },
    Why & { readonly label: 'heartbeat' | 'note'; readonly blob: string }
  >
  readonly padding: Of<Readonly<Record<'json' | 'padded', string>>, Why & { readonly padded: string }>
  readonly epoch_code: Of<{
    readonly epoch_authenticator: string
    readonly roster: ReadonlyArray<{ readonly leaf_index: number; readonly device_public_key: string }>
    readonly code: string
  }>
  readonly sas: Of<RunPlace & { readonly revealed: readonly Opening[]; readonly numbers: readonly number[] }, RunPlace & Opening & Why>
  readonly media: Of<
    MediaPlace & Readonly<Record<'frame' | 'base_key' | 'salt', string>> & { readonly ctr: number; readonly kid: number },
    MediaPlace & { readonly reason: string }
  >
  readonly heartbeat: Of<{ readonly heartbeat: Fields }, Why & { readonly heartbeat: Fields }>
  readonly digest: Of<Readonly<Record<'digest' | 'private_message' | 'next', string>>>
  readonly sframe_header: Of<Readonly<Record<'kid' | 'ctr' | 'header', string>>, Why & { readonly header: string }>
  readonly sframe_payload: Of<
    Readonly<Record<'base_key' | 'kid' | 'ctr' | 'metadata' | 'plaintext' | 'key' | 'salt' | 'sealed', string>>,
    Why & Readonly<Record<'base_key' | 'metadata' | 'sealed', string>>
  >
  readonly replay: Of<{ readonly ctrs: readonly number[]; readonly accepted: readonly boolean[] }>
}
export type Topic = keyof Topics

export const path = (language: string, topic: string): URL => new URL(`${language}/${topic}.json`, folder)

export const load = <T extends Topic>(language: string, topic: T): Topics[T] => JSON.parse(readFileSync(path(language, topic), 'utf8')) as Topics[T]

export const raw = (hex: string): Bytes => fromHex(hex)
