/** What the browser says that this device can do with pictures. */
import type { Device } from './video_codec'

export const thisDevice = (): Device => ({
  cores: navigator.hardwareConcurrency,
  sends: RTCRtpSender.getCapabilities('video')?.codecs ?? [],
  receives: RTCRtpReceiver.getCapabilities('video')?.codecs ?? [],
})
