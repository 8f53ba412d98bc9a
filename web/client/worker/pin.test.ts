/** A code from another screen (spec/10-verification.md). */
import { describe, expect, it } from 'vitest'
import { Room } from '../../../tests/attacks/engine/fake_room'
import { b64u } from '../bytes/text'
import { pinned } from './pin'

describe('a code from another screen', () => {
  it('compares the device that it names, and nobody else', async () => {
    const room = await Room.make()
    const [alice, bob, carol] = [await room.join('Alice'), await room.join('Bob'), await room.join('Carol')]
    await room.pass(1_500)
    expect(room.agree(alice, bob, carol)).toBe(true)
    const code = (device: Uint8Array, digits = alice.epoch.epochCode): string => `incamera1.${b64u(device)}.${digits.replaceAll(' ', '')}`
    const found = pinned(code(bob.device.publicKey), alice.epoch)
    expect(found).toMatchObject({ result: 'compared', credential: { displayName: 'Bob', devicePublicKey: bob.device.publicKey } })
    expect(pinned(code(alice.device.publicKey), alice.epoch)).toEqual({ result: 'nobody' })
    expect(pinned(code(new Uint8Array(32)), alice.epoch)).toEqual({ result: 'nobody' })
    expect(pinned(code(bob.device.publicKey, '1'.repeat(30)), alice.epoch)).toEqual({ result: 'other-call' })
    expect(pinned(code(bob.device.publicKey), null)).toEqual({ result: 'other-call' })
    expect(pinned('https://example.org/', alice.epoch)).toEqual({ result: 'malformed' })
  })
})
