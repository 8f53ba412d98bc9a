/** Whether an encoder made what its transform was told: another codec has other clear bytes, and would show what it must not. */
import type { Codec } from './clear_bytes'

const mimeTypes: Readonly<Record<Codec, string>> = { opus: 'audio/opus', vp8: 'video/vp8', vp9: 'video/vp9', av1: 'video/av1' }

/** `mimeType` as the browser states it; Firefox states none, and there the negotiated codec is all that is known. */
export const isCodec = (codec: Codec, mimeType: string | undefined): boolean => mimeType === undefined || mimeType.toLowerCase() === mimeTypes[codec]
