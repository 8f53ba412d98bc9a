import { describe, expect, it } from 'vitest'
import type { OutgoingPayload } from '../worker/rpc'
import { Leg } from './leg'

const RELAY = 'candidate:1 1 udp 1 203.0.113.1 50000 typ relay raddr 0.0.0.0 rport 0'
const HOST = 'candidate:2 1 udp 2 192.0.2.7 50001 typ host'

/** What a leg says while its connection finds these, one after the other; null is the end of the search. */
function found(candidates: ReadonlyArray<string | null>, relayOnly = true): { gathered: boolean[]; sent: OutgoingPayload[] } {
  const connection = {} as RTCPeerConnection
  const gathered: boolean[] = []
  const sent: OutgoingPayload[] = []
  const nothing = (): void => undefined
  const options = {
    legId: 'AAAAAAAAAAAAAAAAAAAAAA',
    isOfferer: true,
    remoteLeaf: 1,
    relayOnly,
    videoCodec: 'vp8' as const,
    connection,
    worker: {} as Worker,
    tracks: [],
  }
  new Leg(
    { ...options, send: (payload) => sent.push(payload) },
    {
      certificate: () => Promise.resolve(false),
      verified: nothing,
      refused: nothing,
      ended: nothing,
      connection: nothing,
      gathered: (any) => gathered.push(any),
      channelOpen: nothing,
      channelMessage: nothing,
    },
  )
  for (const candidate of candidates)
    connection.onicecandidate?.({ candidate: candidate === null ? null : { candidate, sdpMid: '0' } } as RTCPeerConnectionIceEvent)
  return { gathered, sent }
}

describe('a leg that may use a relay only', () => {
  it('tells that its relay was found, and that it looked in vain', () => {
    expect(found([RELAY, null]).gathered).toEqual([true])
    expect(found([null]).gathered).toEqual([false])
    expect(found(['']).gathered, 'as Firefox ends').toEqual([false])
  })

  it('counts no address that it may not tell', () => {
    const { gathered, sent } = found([HOST, HOST, null])
    expect(gathered).toEqual([false])
    expect(JSON.stringify(sent)).not.toContain('192.0.2.7')
    expect(found([HOST, null], false).gathered).toEqual([true])
  })
})
