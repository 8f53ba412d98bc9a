/** Decodes frames in a browser's page, with no player around: what somebody who kept them could do. Serialised into the page, so that they close over nothing. */

/** The sender (tests/e2e/harness/pattern.ts) of the last picture of a run of VP8 frames that begins with a key frame; null when there is none to be read. */
export async function decodedSender(frames: readonly string[]): Promise<number | null> {
  const canvas = new OffscreenCanvas(64, 36)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  let pictures = 0
  const decoder = new VideoDecoder({
    output: (frame) => {
      pictures++
      context?.drawImage(frame, 0, 0, 64, 36)
      frame.close()
    },
    error: () => undefined,
  })
  decoder.configure({ codec: 'vp8' })
  try {
    for (const [at, text] of frames.entries()) {
      const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
      decoder.decode(new EncodedVideoChunk({ type: at === 0 ? 'key' : 'delta', timestamp: at * 33_000, data }))
    }
    await decoder.flush()
  } catch {
    // It gave up; what it decoded before counts.
  }
  if (pictures === 0) return null
  const bits = Array.from({ length: 8 }, (_, cell) => {
    const [red = 0, green = 0, blue = 0] = context?.getImageData(cell * 8 + 3, 8, 1, 1).data ?? []
    const light = (red + green + blue) / 3
    return light > 150 ? 1 : light < 90 ? 0 : null
  })
  if (bits.includes(null) || bits[0] !== 1 || bits[1] !== 0) return null
  const number = (from: number, to: number): number => bits.slice(from, to).reduce<number>((sum, bit) => sum * 2 + (bit ?? 0), 0)
  const sender = number(2, 6)
  return number(6, 8) === ((sender ^ (sender >> 2)) & 3) ? sender : null
}

/**
 * The tone in a run of Opus packets, of those that senders sound (tests/e2e/harness/pattern.ts), in Hz. Null when the decoder takes none of the packets, or
 * when no tone has more than half of the energy of what it makes of them: noise has a twentieth of its energy at any of these, and whichever is its loudest
 * may be anybody's.
 */
export async function decodedTone(packets: readonly string[]): Promise<number | null> {
  const rate_hz = 48_000
  const samples: number[] = []
  const decoder = new AudioDecoder({
    output: (data) => {
      const plane = new Float32Array(data.numberOfFrames)
      data.copyTo(plane, { planeIndex: 0, format: 'f32-planar' })
      samples.push(...plane)
      data.close()
    },
    error: () => undefined,
  })
  decoder.configure({ codec: 'opus', sampleRate: rate_hz, numberOfChannels: 2 })
  try {
    for (const [at, text] of packets.entries()) {
      const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
      decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: at * 20_000, data }))
    }
    await decoder.flush()
  } catch {
    // It gave up; what it decoded before counts.
  }
  // Whole periods of every tone fit into 20 ms, so that none is seen in another.
  const block = rate_hz / 50
  if (samples.length < 10 * block) return null
  let whole = 0
  const energies = Array.from({ length: 16 }, () => 0)
  for (let start = 0; start + block <= samples.length; start += block) {
    const part = samples.slice(start, start + block)
    whole += part.reduce((sum, sample) => sum + sample * sample, 0)
    for (const sender of energies.keys()) {
      const turn = (2 * Math.PI * (400 + 200 * sender)) / rate_hz
      const [real, imaginary] = [Math.cos, Math.sin].map((wave) => part.reduce((sum, sample, at) => sum + sample * wave(turn * at), 0))
      energies[sender]! += (2 * ((real ?? 0) ** 2 + (imaginary ?? 0) ** 2)) / block
    }
  }
  const loudest = energies.indexOf(Math.max(...energies))
  return (energies[loudest] ?? 0) > whole / 2 ? 400 + 200 * loudest : null
}
