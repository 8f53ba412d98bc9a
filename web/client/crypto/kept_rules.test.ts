import { describe, expect, it } from 'vitest'
import { requireCurrent, requireKept } from './kept_rules'
import type { Policy } from './policy'

const policy: Policy = {
  v: 1,
  room_id: 'AAAAAAAAAAAAAAAAAAAAAA',
  generation: 0,
  topology: 'direct',
  capacity: 2,
  waiting_room: false,
  recording: 'forbidden',
  expires_at: 2_000_000_000,
  single_use: false,
}

describe('rules of a room', () => {
  it('that can be kept let people in', () => {
    expect(() => requireKept(policy)).not.toThrow()
    expect(() => requireKept({ ...policy, waiting_room: true })).not.toThrow()
  })

  it.each([['single use', { single_use: true }]])('that promise a %s, which this version cannot keep, let nobody in', (_what, rule) => {
    expect(() => requireKept({ ...policy, ...rule })).toThrow(expect.objectContaining({ code: 'local.rules-unsupported' }))
  })

  it('of before a removal are not believed again', () => {
    expect(() => requireCurrent({ ...policy, generation: 1 }, 1)).not.toThrow()
    expect(() => requireCurrent({ ...policy, generation: 2 }, 1)).not.toThrow()
    expect(() => requireCurrent(policy, 1)).toThrow(expect.objectContaining({ code: 'integrity.policy' }))
  })
})
