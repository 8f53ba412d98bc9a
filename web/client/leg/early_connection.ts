/**
 * A connection that is there before anybody is there to meet, so that a relay's address need not be waited for. It gathers under relay policy only:
 * its relay hears of this device, nobody else does, and what was gathered leaves when the other is known to have a relay as well (spec/8-direct.md).
 */
export class EarlyConnection {
  private waiting: { readonly servers: readonly RTCIceServer[]; readonly connection: RTCPeerConnection } | null = null

  /** Without servers there is nothing that may be gathered. */
  prepare(servers: readonly RTCIceServer[]): void {
    if (this.waiting?.servers === servers) return
    this.drop()
    if (servers.length === 0) return
    const connection = new RTCPeerConnection({ ...configuration(servers, true), iceCandidatePoolSize: 1 })
    this.waiting = { servers, connection }
  }

  /** The one that waits, when it is of these terms; else a new one. */
  take(servers: readonly RTCIceServer[], relayOnly: boolean): RTCPeerConnection {
    const { waiting } = this
    this.waiting = null
    if (waiting && relayOnly && waiting.servers === servers) return waiting.connection
    waiting?.connection.close()
    return new RTCPeerConnection(configuration(servers, relayOnly))
  }

  drop(): void {
    this.waiting?.connection.close()
    this.waiting = null
  }
}

const configuration = (servers: readonly RTCIceServer[], relayOnly: boolean): RTCConfiguration => ({
  iceServers: [...servers],
  iceTransportPolicy: relayOnly ? 'relay' : 'all',
  bundlePolicy: 'max-bundle',
  rtcpMuxPolicy: 'require',
})
