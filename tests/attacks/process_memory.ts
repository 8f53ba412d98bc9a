/** What a process holds in its memory right now: its writable regions, as whoever took the machine over would read them. */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

const REGION_MAX = 512 * 1024 * 1024

export function memoryOf(pid: number): Buffer[] {
  const memory = openSync(`/proc/${pid}/mem`, 'r')
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? []
        return from === undefined || to === undefined ? [] : [read(memory, BigInt(`0x${from}`), Number(BigInt(`0x${to}`) - BigInt(`0x${from}`)))]
      })
  } finally {
    closeSync(memory)
  }
}

function read(memory: number, from: bigint, length: number): Buffer {
  if (length > REGION_MAX) return Buffer.alloc(0)
  const region = Buffer.alloc(length)
  try {
    return region.subarray(0, readSync(memory, region, 0, length, from))
  } catch {
    return Buffer.alloc(0) // A region that was given back in the meantime, or that nobody may read.
  }
}
