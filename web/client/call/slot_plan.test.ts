import { describe, expect, it } from 'vitest'
import { SlotPlan, type Stream } from './slot_plan'

const of = (leafIndex: number, context: number, life = 'a'): Stream => ({ participantId: `${life}${leafIndex}`, leafIndex, context })

describe('the plan of receive slots', () => {
  it('gives sound and picture slots of their own kind, and lets streams keep them', () => {
    const plan = new SlotPlan(2, 2)
    const bob = [of(1, 0), of(1, 1)]
    expect(plan.plan(bob, 0)).toEqual([of(1, 0), null, of(1, 1), null])
    expect(plan.plan([of(0, 0), of(0, 1), ...bob], 10)).toEqual([of(1, 0), of(0, 0), of(1, 1), of(0, 1)])
  })

  it('lets a slot rest for a second before somebody else is in it', () => {
    const plan = new SlotPlan(1, 0)
    plan.plan([of(1, 0)], 0)
    expect(plan.plan([of(2, 0)], 100)).toEqual([null])
    expect(plan.plan([of(2, 0)], 1_099)).toEqual([null])
    expect(plan.plan([of(2, 0)], 1_100)).toEqual([of(2, 0)])
  })

  it('takes another life in the same leaf for somebody else', () => {
    const plan = new SlotPlan(2, 0)
    plan.plan([of(1, 0, 'a')], 0)
    expect(plan.plan([of(1, 0, 'b')], 5)).toEqual([null, of(1, 0, 'b')])
  })

  it('leaves out who finds no slot', () => {
    const plan = new SlotPlan(0, 1)
    expect(plan.plan([of(1, 1), of(2, 1)], 0)).toEqual([of(1, 1)])
  })
})
