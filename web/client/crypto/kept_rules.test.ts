import { describe, expect, it } from 'vitest'
import { requireKept } from './kept_rules'
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
  })

  it.each([
    ['waiting room', { waiting_room: true }],
    ['single use', { single_use: true }],
  ])('that promise a %s, which this version cannot keep, let nobody in', (_what, rule) => {
    expect(() => requireKept({ ...policy, ...rule })).toThrow(expect.objectContaining({ code: 'local.rules-unsupported' }))
  })
})
