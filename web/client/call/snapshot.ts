/** The snapshot that the interface draws: pure functions of the call's parts. */
import type { CallSnapshot, Person, SecurityReport } from '../api'
import type { Readings } from '../security/readings'
import type { Verdict } from '../security/judge'
import { sentence } from '../security/sentence'
import type { Media } from '../worker/rpc'
import type { Company } from './company'

export const NO_MEDIA: Media = { microphone: false, camera: false, screen: false }

export interface Showing {
  readonly company: Company
  readonly verdict: Verdict
  readonly ownMedia: Media
  readonly preview: MediaStream | undefined
  /** Of a member, as far as it may be shown. */
  readonly streamOf: (leafIndex: number) => MediaStream | null
  readonly connection: RTCPeerConnectionState | null
}

export function people({ company, verdict, ownMedia, preview, streamOf, connection }: Showing): readonly Person[] {
  return (company.group?.members ?? []).map((member): Person => {
    const shown = member.self ? preview : verdict.state === 'broken' ? undefined : (streamOf(member.leafIndex) ?? undefined)
    const isSilent = company.isGroup && company.isSilent(member.leafIndex)
    const isHere = member.self || ((shown !== undefined || isSilent) && connection === 'connected')
    const { leafIndex, name, self, deviceKey, trust } = member
    return {
      leafIndex,
      name,
      self,
      deviceKey,
      trust,
      media: self ? ownMedia : (company.mediaOf(leafIndex) ?? NO_MEDIA),
      presence: isHere ? 'here' : shown ? 'quiet' : 'connecting',
      ...(shown ? { stream: shown } : {}),
    }
  })
}

export function securityReport(
  company: Company,
  verdict: Verdict,
  readings: Readings,
  hasLeg: boolean,
  frames: CallSnapshot['security']['sealedFrames'],
): SecurityReport {
  return {
    state: verdict.state,
    sentence: sentence(verdict.state, company.others, verdict.problems, company.group !== null, hasLeg),
    problems: verdict.problems,
    epoch: company.group?.epoch ?? 0,
    epochCode: company.group?.epochCode ?? '',
    dtlsState: readings.dtlsState,
    tlsVersion: readings.tlsVersion,
    dtlsCipher: readings.dtlsCipher,
    srtpCipher: readings.srtpCipher,
    localFingerprint: readings.localFingerprint,
    remoteFingerprint: readings.remoteFingerprint,
    candidateTypes: readings.localType === '' ? '' : `${readings.localType} ↔ ${readings.remoteType}`,
    route: !hasLeg ? 'none' : company.isGroup ? 'server' : readings.localType === 'relay' ? 'relay' : 'direct',
    relayTransport: readings.relayTransport,
    sealedFrames: frames,
  }
}
