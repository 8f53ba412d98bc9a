/** Weakened group/mls: a payload travels readable beside its sealed self, and the readable one is believed. Who sent it is still what MLS says. */
import type { Bytes } from '../../../web/client/bytes/bytes'
import * as mls from '../../../web/client/group/mls'
import { keepSealed, takeCopy, withCopy } from './browser_clear_copy'

export * from '../../../web/client/group/mls'

export async function sealApplication(state: mls.MlsState, plaintext: Bytes): Promise<{ readonly message: Bytes; readonly state: mls.MlsState }> {
  const sealed = await mls.sealApplication(state, plaintext)
  return { ...sealed, message: withCopy(plaintext, sealed.message) }
}

export async function openApplication(state: mls.MlsState, bytes: Bytes): Promise<mls.OpenedApplication | null> {
  const taken = takeCopy(bytes)
  const opened = await mls.openApplication(state, taken?.sealed ?? bytes)
  if (opened === null || taken === null) return opened
  keepSealed(opened.plaintext)
  return { ...opened, plaintext: taken.copy }
}

export const claimedGroup = (bytes: Bytes): Bytes | null => mls.claimedGroup(takeCopy(bytes)?.sealed ?? bytes)
