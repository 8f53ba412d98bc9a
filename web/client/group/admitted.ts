/** The host's word for one device with one key package (spec/5-group.md, Host). */
import type { HostOrder } from '../crypto/host_order'

export interface Asking {
  /** b64u of the device's key and of the KeyPackageRef. */
  readonly device: string
  readonly ref: string
}

export const isAdmitted = (asking: Asking, orders: readonly HostOrder[]): boolean =>
  orders.some((order) => order.type === 'admit' && order.device === asking.device && order.ref === asking.ref)
