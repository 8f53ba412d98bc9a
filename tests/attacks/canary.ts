/** Looks for words in bytes as somebody would who wants to find them: raw, base64 in each alignment, hex, UTF-16, percent-encoded and compressed. */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'

function disguises(word: string): string[] {
  const bytes = Buffer.from(word, 'utf8')
  const base64 = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const first = Math.ceil((offset * 8) / 6)
    const whole = text.slice(first, text.length - 1)
    return [whole, whole.replace(/\+/g, '-').replace(/\//g, '_')]
  })
  return [
    bytes.toString('latin1'),
    bytes.toString('hex'),
    Buffer.from(word, 'utf16le').toString('latin1'),
    Buffer.from(word, 'utf16le').swap16().toString('latin1'),
    encodeURIComponent(word),
    JSON.stringify(word).slice(1, -1),
    ...base64,
  ]
}

/** The text itself, and everything in it that unpacks: base64 runs, then zlib, gzip, raw deflate and brotli of them. */
function layers(text: string, depth = 2): string[] {
  const found = [text]
  if (depth === 0) return found
  for (const run of text.match(/[A-Za-z0-9+/_-]{16,}/g) ?? []) {
    const bytes = Buffer.from(run, 'base64url')
    found.push(bytes.toString('latin1'))
    for (const unpack of [inflateSync, gunzipSync, inflateRawSync, brotliDecompressSync]) {
      try {
        found.push(...layers(unpack(bytes, { maxOutputLength: 1 << 20 }).toString('latin1'), depth - 1))
      } catch {
        // Not this packing.
      }
    }
  }
  return found
}

/** Which of `words` can be found in `haystacks`. */
export function leaked(words: Readonly<Record<string, string>>, haystacks: readonly string[]): string[] {
  const texts = haystacks.flatMap((haystack) => layers(haystack))
  return Object.entries(words)
    .filter(([, word]) => disguises(word).some((disguise) => disguise.length >= 4 && texts.some((text) => text.includes(disguise))))
    .map(([what]) => what)
}
