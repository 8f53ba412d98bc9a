import { describe, expect, it } from 'vitest'
import { clearBytes, isKeyFrame } from './clear_bytes'
import { openFrame, sealFrame } from './frame'
import { Keyring } from './keyring'

/** VP9: marker 2, profile 0, not shown again, key frame; then the same as an inter frame, shown again, and with a wrong marker. */
const [KEY, INTER, AGAIN, NONE] = [0x82, 0x86, 0x88, 0x42]

describe('a frame of VP9', () => {
  it('has no clear bytes, and is a key frame by its own header alone', () => {
    expect(clearBytes('vp9', new Uint8Array([KEY]))).toBe(0)
    expect([KEY, INTER, AGAIN, NONE].map((first) => isKeyFrame('vp9', new Uint8Array([first, 0x49, 0x83])))).toEqual([true, false, false, false])
    expect(isKeyFrame('vp9', new Uint8Array(0))).toBe(false)
  })

  it('opens as VP9 and as nothing else', async () => {
    const [secret, psk] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    const [sender, receiver] = [new Keyring(), new Keyring()]
    for (const ring of [sender, receiver]) await ring.addEpoch(1, secret.slice(), psk, 0)
    sender.sendUnder(1, 3)
    const sealed = await sealFrame(sender, 1, 'vp9', new Uint8Array([KEY, 0x49, 0x83, 0x42, 7, 7]))
    if ('refused' in sealed) throw new Error(sealed.refused)
    expect('refused' in (await openFrame(receiver, { leafIndex: 3, context: 1 }, 'vp8', sealed.frame, 0))).toBe(true)
    expect(await openFrame(receiver, { leafIndex: 3, context: 1 }, 'vp9', sealed.frame, 0)).toEqual({
      frame: new Uint8Array([KEY, 0x49, 0x83, 0x42, 7, 7]),
    })
  })
})
