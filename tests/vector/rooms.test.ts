/** Links, keys from S, envelopes and policies, as both languages make them. */
import { describe, expect, it } from 'vitest'
import { hex } from '../../web/client/bytes/text'
import { openEnvelope, sealEnvelope } from '../../web/client/crypto/envelope'
import { openHostKey } from '../../web/client/crypto/host_key'
import { openOrder, signOrder, type HostOrder } from '../../web/client/crypto/host_order'
import { deriveRoomKeys, importSecret, sha256 } from '../../web/client/crypto/labels'
import { signPolicy, verifyPolicy, type Policy } from '../../web/client/crypto/policy'
import { emitLink, parseFragment, parseRoomPath } from '../../web/client/link'
import { ProblemError } from '../../web/client/problem'
import { aes, ed25519, hmac } from './seeds'
import { LANGUAGES, load, raw } from './vector_file'

/** Same key, known without reading it: what one seals the other opens. */
async function isSameAes(key: CryptoKey, bytes: string): Promise<boolean> {
  const iv = new Uint8Array(12)
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await aes(raw(bytes)), new Uint8Array(1))
  return crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed).then(
    () => true,
    () => false,
  )
}

async function isSameHmac(key: CryptoKey, bytes: string): Promise<boolean> {
  return crypto.subtle.verify('HMAC', key, await crypto.subtle.sign('HMAC', await hmac(raw(bytes)), new Uint8Array(9)), new Uint8Array(9))
}

function parseLink(link: string): { roomId: Uint8Array } & ReturnType<typeof parseFragment> {
  const url = new URL(link)
  return { roomId: parseRoomPath(url.pathname), ...parseFragment(url.hash) }
}

describe.each(LANGUAGES)('vectors made by %s', (language) => {
  it.each(load(language, 'labels').cases)('derive the keys of generation $generation from S', async (one) => {
    const keys = await deriveRoomKeys(await importSecret(raw(one.secret)), raw(one.room_id), one.generation)
    expect([hex(keys.access), hex(keys.psk)]).toEqual([one.access, one.psk])
    expect([
      await isSameHmac(keys.admit, one.admit),
      await isSameAes(keys.envelope, one.envelope),
      await isSameAes(keys.heartbeat, one.heartbeat),
    ]).toEqual([true, true, true])
    expect([await isSameHmac(keys.admit, one.access), await isSameAes(keys.envelope, one.heartbeat)]).toEqual([false, false])
  })

  it.each(load(language, 'link').cases)('emit and parse $link', (one) => {
    const invite = {
      secret: raw(one.secret),
      hostKeyHash: raw(one.host_key_hash),
      ...(one.host_seed === null ? {} : { hostSeed: raw(one.host_seed) }),
    }
    expect(emitLink(one.origin, raw(one.room_id), invite)).toBe(one.link)
    expect(parseLink(one.link)).toEqual({ roomId: raw(one.room_id), ...invite })
  })

  // A URL forgives white space at its ends, as the address bar does; what is left of it is what counts.
  it.each(load(language, 'link').refused.filter(({ link }) => link.trim() === link))('refuse $link', ({ link, code }) => {
    expect(() => parseLink(link)).toThrow(new ProblemError(code))
  })

  it.each(load(language, 'envelope').cases)('seal and open $kind of epoch $epoch', async (one) => {
    const key = await aes(raw(one.key))
    expect(hex(await sealEnvelope(key, raw(one.room_id), one.kind, one.epoch, raw(one.plaintext), raw(one.nonce)))).toBe(one.sealed)
    expect(await openEnvelope(key, raw(one.room_id), one.kind, one.epoch, raw(one.sealed))).toEqual(raw(one.plaintext))
  })

  it.each(load(language, 'envelope').refused)('do not open an envelope $why', async (one) => {
    expect(await openEnvelope(await aes(raw(one.key)), raw(one.room_id), one.kind, one.epoch, raw(one.sealed))).toBeNull()
  })

  it.each(load(language, 'policy').cases)('verify the policy $policy_json', async (one) => {
    const verified = await verifyPolicy(raw(one.signed), raw(one.room_id), raw(one.host_key_hash))
    const policy = JSON.parse(one.policy_json) as Policy
    expect(verified).toEqual({ policy, hash: raw(one.policy_hash), hostPublicKey: verified.hostPublicKey })
    expect(await sha256(verified.hostPublicKey)).toEqual(raw(one.host_key_hash))
    if (JSON.stringify(policy) !== one.policy_json) return
    const host = await ed25519(raw(one.host_seed))
    expect(hex(await signPolicy(policy, host.key, host.publicKey))).toBe(one.signed)
  })

  it.each(load(language, 'policy').refused)('refuse a policy $why', async (one) => {
    await expect(verifyPolicy(raw(one.signed), raw(one.room_id), raw(one.host_key_hash))).rejects.toMatchObject({ code: 'integrity.policy' })
  })

  it.each(load(language, 'host_order').cases)('sign and open the order $json', async (one) => {
    const host = await openHostKey(raw(one.host_seed))
    expect(hex(host.publicKey)).toBe(one.host_public_key)
    const { v, ...order } = JSON.parse(one.json) as HostOrder & { readonly v: 1 }
    expect(await openOrder(raw(one.order), host.publicKey)).toEqual({ v, ...order })
    if (JSON.stringify({ v, ...order }) === one.json) expect(hex(await signOrder(order as HostOrder, host))).toBe(one.order)
  })

  it.each(load(language, 'host_order').refused)('follow no order $why', async (one) => {
    expect(await openOrder(raw(one.order), raw(one.host_public_key))).toBeNull()
  })
})
