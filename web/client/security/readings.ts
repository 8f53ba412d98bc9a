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
  readonly lossRatio: number | null
  /** On the whole transport since it began. */
  readonly receivedBytes: number | null
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
  receivedBytes: null,
}

type Stat = Readonly<Record<string, unknown>>
const text = (stat: Stat | undefined, name: string): string => (typeof stat?.[name] === 'string' ? stat[name] : '')
const number = (stat: Stat | undefined, name: string): number | null => (typeof stat?.[name] === 'number' ? stat[name] : null)

export async function readLeg(connection: RTCPeerConnection, transport: RTCDtlsTransport | null): Promise<Readings> {
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
    receivedBytes: number(dtls, 'bytesReceived'),
  }
}
