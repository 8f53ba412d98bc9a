/** Gives up at the first refusal, whoever wrote it. */
import { vi } from 'vitest'
import type * as original from '../../../web/client/group/engine'

const whole = await vi.importActual<typeof original>('../../../web/client/group/engine')

export class GroupEngine extends whole.GroupEngine {
  constructor(...parts: ConstructorParameters<typeof original.GroupEngine>) {
    super(...parts)
    Reflect.set(this, 'onRefusal', () => {
      const phase = Reflect.get(this, 'phase') as { readonly name: string }
      if (phase.name === 'asking') Reflect.set(this, 'phase', { name: 'over' })
      return Promise.resolve()
    })
  }
}
