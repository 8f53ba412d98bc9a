/**
 * The encoded transforms of a leg. They are put on in the task in which a transceiver appears, so that no frame can be faster, and looked at ever after:
 * whatever else runs in this page could take one off again.
 */
import type { TransformOptions } from '../worker/rpc'

const worn = new WeakMap<RTCRtpSender | RTCRtpReceiver, RTCRtpScriptTransform>()

export function dress(
  transceiver: RTCRtpTransceiver,
  worker: Worker,
  options: { readonly send: TransformOptions; readonly receive: TransformOptions },
): void {
  for (const [end, given] of [
    [transceiver.sender, options.send],
    [transceiver.receiver, options.receive],
  ] as const) {
    const transform = new RTCRtpScriptTransform(worker, given)
    end.transform = transform
    worn.set(end, transform)
  }
}

/** Each sender and receiver that is in use wears the very transform that it was given. */
export const isDressed = (connection: RTCPeerConnection): boolean =>
  connection
    .getTransceivers()
    .filter(({ direction }) => direction !== 'stopped')
    .flatMap(({ sender, receiver }) => [sender, receiver])
    .every((end) => end.transform !== null && end.transform === worn.get(end))
