/** What the browser says about a leg, as plain values. Nothing is assumed: what is not there is the empty string. */
import { certificateFingerprint, sealedFingerprint } from '../fingerprint'
import { isDressed } from '../leg/dress'

export interface Readings {
  readonly dtlsState: string
  readonly tlsVersion: string
  readonly dtlsCipher: string
  readonly srtpCipher: string
  readonly localFingerprint: string
  readonly remoteFingerprint: string
  readonly localType: string
  readonly remoteType: string
  readonly relayTransport: string
  /** Every sender and receiver wears its encoded transform. */
  readonly isDressed: boolean
  readonly roundTrip_ms: number | null
  /** Of what we send, as the far end says; the worst of our streams. */
  readonly lossRatio: number | null
  /** Of what is sent to us, since the reading before. */
  readonly receivedLossRatio: number | null
  /** Of received sound; the worst. */
  readonly jitter_ms: number | null
  /** What the browser believes that it can send. */
  readonly estimate_bps: number | null
  /** Received and missing since the leg began, over all streams. */
  readonly packets: PacketTotals | null
  /** On the whole transport since it began. */
  readonly receivedBytes: number | null
}

export interface PacketTotals {
  readonly received: number
  readonly lost: number
}

export const NO_READINGS: Readings = {
  dtlsState: '',
  tlsVersion: '',
  dtlsCipher: '',
  srtpCipher: '',
  localFingerprint: '',
  remoteFingerprint: '',
  localType: '',
  remoteType: '',
  relayTransport: '',
  isDressed: false,
  roundTrip_ms: null,
  lossRatio: null,
  receivedLossRatio: null,
  jitter_ms: null,
  estimate_bps: null,
  packets: null,
  receivedBytes: null,
}

type Stat = Readonly<Record<string, unknown>>
const text = (stat: Stat | undefined, name: string): string => (typeof stat?.[name] === 'string' ? stat[name] : '')
const number = (stat: Stat | undefined, name: string): number | null => (typeof stat?.[name] === 'number' ? stat[name] : null)

/** `before`: the last reading of the same leg, if there is one. */
export async function readLeg(connection: RTCPeerConnection, transport: RTCDtlsTransport | null, before: Readings = NO_READINGS): Promise<Readings> {
  const report = (await connection.getStats()) as unknown as ReadonlyMap<string, Stat>
  const stats = [...report.values()]
  const dtls = stats.find((stat) => stat['type'] === 'transport')
  const selected =
    report.get(text(dtls, 'selectedCandidatePairId')) ??
    stats.find(
      (stat) => stat['type'] === 'candidate-pair' && (stat['selected'] === true || (stat['nominated'] === true && stat['state'] === 'succeeded')),
    )
  const local = report.get(text(selected, 'localCandidateId'))
  const remote = report.get(text(selected, 'remoteCandidateId'))
  const certificate = transport?.getRemoteCertificates()[0]
  const roundTrip = number(selected, 'currentRoundTripTime')
  const packets = packetTotals(stats)
  const losses = stats.filter((stat) => stat['type'] === 'remote-inbound-rtp').map((stat) => number(stat, 'fractionLost') ?? 0)
  return {
    dtlsState: text(dtls, 'dtlsState'),
    tlsVersion: text(dtls, 'tlsVersion').toUpperCase(),
    dtlsCipher: text(dtls, 'dtlsCipher'),
    srtpCipher: text(dtls, 'srtpCipher'),
    localFingerprint: sealedFingerprint(connection.localDescription?.sdp ?? '') ?? '',
    remoteFingerprint: certificate ? await certificateFingerprint(new Uint8Array(certificate.slice(0))) : '',
    localType: text(local, 'candidateType'),
    remoteType: text(remote, 'candidateType'),
    relayTransport: text(local, 'relayProtocol'),
    isDressed: isDressed(connection),
    roundTrip_ms: roundTrip === null ? null : roundTrip * 1_000,
    lossRatio: losses.length === 0 ? null : Math.max(...losses),
    receivedLossRatio: lossBetween(before.packets, packets) ?? before.receivedLossRatio,
    jitter_ms: jitterOf(stats),
    estimate_bps: number(selected, 'availableOutgoingBitrate'),
    packets,
    receivedBytes: number(dtls, 'bytesReceived'),
  }
}

/** Fewer packets than this between two readings say nothing about loss. */
const PACKETS_MIN = 20

/** Null when there is too little to tell. */
export function lossBetween(before: PacketTotals | null, after: PacketTotals): number | null {
  const received = after.received - (before?.received ?? 0)
  const lost = Math.max(0, after.lost - (before?.lost ?? 0))
  return received + lost < PACKETS_MIN ? null : lost / (received + lost)
}

const inbound = (stats: readonly Stat[]): readonly Stat[] => stats.filter((stat) => stat['type'] === 'inbound-rtp')

function packetTotals(stats: readonly Stat[]): PacketTotals {
  const sum = (name: string): number => inbound(stats).reduce((total, stat) => total + (number(stat, name) ?? 0), 0)
  return { received: sum('packetsReceived'), lost: sum('packetsLost') }
}

function jitterOf(stats: readonly Stat[]): number | null {
  const sounds = inbound(stats).filter((stat) => stat['kind'] === 'audio' && (number(stat, 'packetsReceived') ?? 0) > PACKETS_MIN)
  return sounds.length === 0 ? null : Math.max(...sounds.map((stat) => (number(stat, 'jitter') ?? 0) * 1_000))
}
