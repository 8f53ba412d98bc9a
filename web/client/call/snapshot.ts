/** The snapshot that the interface draws: pure functions of the call's parts. */
import type { CallSnapshot, Person, Phase, SecurityReport } from '../api'
import type { Problem } from '../problem'
import type { Readings } from '../security/readings'
import type { Verdict } from '../security/judge'
import { sentence } from '../security/sentence'
import { quality } from '../security/quality'
import type { Media } from '../worker/rpc'
import type { Address } from './address_bar'
import type { Company } from './company'
import type { HostSide } from './host_side'
import type { Parts } from './parts'
import type { Presence } from './presence'

export const NO_MEDIA: Media = { microphone: false, camera: false, screen: false }

export interface Showing {
  readonly company: Company
  readonly verdict: Verdict
  readonly ownMedia: Media
  readonly preview: MediaStream | undefined
  /** Of a member, as far as it may be shown. */
  readonly streamOf: (leafIndex: number) => MediaStream | null
  readonly comesFrom: (leafIndex: number) => boolean
  readonly screenOf: (leafIndex: number) => MediaStream | null
  readonly presence: Presence
  readonly connection: RTCPeerConnectionState | null
  readonly host: HostSide
}

export function people({
  company,
  verdict,
  ownMedia,
  preview,
  streamOf,
  comesFrom,
  screenOf,
  presence,
  connection,
  host,
}: Showing): readonly Person[] {
  return (company.group?.members ?? []).map((member): Person => {
    const shown = member.self ? preview : verdict.state === 'broken' ? undefined : (streamOf(member.leafIndex) ?? undefined)
    const screen = member.self || verdict.state === 'broken' ? null : screenOf(member.leafIndex)
    const isSilent = company.isGroup && company.isSilent(member.leafIndex, presence.pictures.wanted)
    const comes = shown !== undefined && comesFrom(member.leafIndex)
    const isHere = member.self || ((comes || isSilent) && connection === 'connected')
    const { leafIndex, name, self, deviceKey, trust } = member
    return {
      leafIndex,
      name,
      self,
      deviceKey,
      trust,
      media: self ? ownMedia : (company.mediaOf(leafIndex) ?? NO_MEDIA),
      presence: isHere ? 'here' : comes ? 'quiet' : 'connecting',
      ...(shown ? { stream: shown } : {}),
      ...(screen ? { screen } : {}),
      ...manners(leafIndex, deviceKey, presence),
      ...(host.owns(deviceKey) ? { host: true } : {}),
    }
  })
}

/** What there is to say of somebody beside their pictures; what is not so is left out. */
function manners(leafIndex: number, deviceKey: string, { gestures, hearing }: Presence): Partial<Person> {
  const { hand, reactions } = gestures.of(leafIndex)
  return {
    ...(hearing.isSpeaking(deviceKey) ? { speaking: true } : {}),
    ...(hearing.isWeak(deviceKey) ? { quality: 'weak' as const } : {}),
    ...(hand > 0 ? { hand } : {}),
    ...(reactions.length > 0 ? { reactions } : {}),
  }
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

/** What the call itself knows, beside its parts. */
export interface Standing {
  readonly address: Address
  readonly frames: CallSnapshot['security']['sealedFrames']
  readonly name: string
  readonly phase: Phase
  readonly problem: Problem | undefined
  readonly server: CallSnapshot['server']
}

export function callSnapshot(parts: Parts, { address, frames, name, phase, problem, server }: Standing, now_ms: number): CallSnapshot {
  const { chat, company, comparing, host, judgement, notices, own, path, policy, presence } = parts
  const { hearing, pictures } = presence
  const { devices, media: ownMedia, screen } = own
  const { preview } = devices
  const { verdict, readings } = judgement
  const connection = path.connectionState
  const { comparison } = comparing
  return {
    phase,
    roomId: address.roomId,
    ...(problem ? { problem } : {}),
    notices: notices.list(now_ms, path.relayIsMissing ? ['unavailable.relay'] : []),
    topology: policy?.topology ?? 'direct',
    recording: policy?.recording ?? 'forbidden',
    self: {
      name,
      microphone: devices.view('microphone'),
      camera: devices.view('camera'),
      screen: screen.view,
      ...(preview ? { preview } : {}),
    },
    people: people({
      company,
      verdict,
      ownMedia,
      preview,
      streamOf: (leaf) => path.streamOf(leaf),
      comesFrom: (leaf) => path.comesFrom(leaf),
      screenOf: (leaf) => path.screenOf(leaf, company.mediaOf(leaf)),
      presence,
      connection,
      host,
    }),
    chat: chat.messages,
    security: securityReport(company, verdict, readings, path.leg?.isVerified === true, frames),
    ...(comparison ? { comparison } : {}),
    server,
    ...(host.locked ? { locked: true } : {}),
    ...(host.view ? { host: host.view } : {}),
    quality: quality(connection, readings),
    ...(hearing.speaker === undefined ? {} : { speaker: hearing.speaker }),
    pictures: pictures.view,
    ...(company.mustAsk ? { direct: company.consent.view } : {}),
    ...(address.fullLink === undefined ? {} : { link: address.fullLink }),
  }
}
