/** Looks for words in bytes as somebody would who wants to find them: raw, base64 in each alignment, hex, UTF-16, percent-encoded and compressed. */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'

/** A word as text, or as the bytes that it is. */
export type Word = string | Uint8Array
export type Words = Readonly<Record<string, Word>>

const DISGUISE_MIN = 4
const UNPACKED_MAX = 1 << 20
const GZIP_HEADER_BYTES = 10
/** How zlib (three levels) and gzip streams begin: those may stand anywhere in bytes. */
const STREAM_HEADS = /\x78[\x01\x9c\xda]|\x1f\x8b\x08/g

/** Each as bytes written in Latin-1. */
function disguises(word: Word): string[] {
  const bytes = typeof word === 'string' ? Buffer.from(word, 'utf8') : Buffer.from(word)
  const base64 = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const first = Math.ceil((offset * 8) / 6)
    const whole = text.slice(first, text.length - 1)
    return [whole, whole.replace(/\+/g, '-').replace(/\//g, '_')]
  })
  const spelled =
    typeof word === 'string'
      ? [
          Buffer.from(word, 'utf16le').toString('latin1'),
          Buffer.from(word, 'utf16le').swap16().toString('latin1'),
          encodeURIComponent(word),
          JSON.stringify(word).slice(1, -1),
        ]
      : []
  const hex = bytes.toString('hex')
  return [...new Set([bytes.toString('latin1'), hex, hex.toUpperCase(), ...spelled, ...base64])].filter((disguise) => disguise.length >= DISGUISE_MIN)
}

/** The text itself, and everything in it that unpacks: base64 runs, and zlib, gzip, raw deflate and brotli. */
function layers(text: string, depth = 2): string[] {
  const found = [text]
  if (depth === 0) return found
  for (const run of text.match(/[A-Za-z0-9+/_-]{16,}/g) ?? []) {
    const bytes = Buffer.from(run, 'base64url')
    found.push(bytes.toString('latin1'))
    for (const unpack of [inflateSync, gunzipSync, inflateRawSync, brotliDecompressSync]) found.push(...unpacked(unpack, bytes, depth))
  }
  for (const { 0: head, index } of text.matchAll(STREAM_HEADS)) {
    const bytes = Buffer.from(text.slice(index, index + UNPACKED_MAX), 'latin1')
    // What follows a stream is no matter to zlib's form; of gzip's only the part behind its ten bytes of header is so patient.
    if (head.length === 2) found.push(...unpacked(inflateSync, bytes, depth))
    else found.push(...unpacked(inflateRawSync, bytes.subarray(GZIP_HEADER_BYTES), depth))
  }
  return found
}

function unpacked(unpack: typeof inflateSync, bytes: Buffer, depth: number): string[] {
  try {
    return layers(unpack(bytes, { maxOutputLength: UNPACKED_MAX }).toString('latin1'), depth - 1)
  } catch {
    return [] // Not this packing.
  }
}

/** Which of `words` can be found in `haystacks`, which are bytes written in Latin-1. */
export function leaked(words: Words, haystacks: readonly string[]): string[] {
  const texts = haystacks.flatMap((haystack) => layers(haystack))
  return Object.entries(words)
    .filter(([, word]) => disguises(word).some((disguise) => texts.some((text) => text.includes(disguise))))
    .map(([what]) => what)
}

/** The same for much memory: every disguise is looked for, nothing is unpacked. */
export function leakedInMemory(words: Words, regions: readonly Buffer[]): string[] {
  return Object.entries(words)
    .filter(([, word]) => disguises(word).some((disguise) => regions.some((region) => region.includes(disguise, 0, 'latin1'))))
    .map(([what]) => what)
}
