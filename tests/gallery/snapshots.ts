/** Fixed snapshots for every state of the interface. */
import problems from '../../spec/errors.json'
import list from '../../spec/emoji.json'
import type { CallSnapshot, ChatMessage, ComparingPerson, EmojiComparison, LocalDevice, Person, Problem, SecurityReport } from '../../web/client/api'

export function problem(code: string, detail?: string): Problem {
  const found = problems.find((each) => each.code === code)
  if (!found) throw new Error(`no such code: ${code}`)
  return { code, title: found.title, advice: found.advice, ...(detail ? { detail } : {}) }
}

export const codes: readonly string[] = problems.map(({ code }) => code)

export const link =
  'https://calls.example.org/r/Vq1nZ0c3S9mJx2tq7yHcGg#v1.kQ3x0bqkq1dXnD4b8T6wS7fJ2mZ5pL9uYc0eRtViA3o.Yw8N4hJxQ7gkUe2mVf5aZs1tLr6oPd9cBi0K3yXqT4E'

export function microphone(more: Partial<LocalDevice> = {}): LocalDevice {
  return {
    kind: 'microphone',
    wanted: true,
    live: true,
    permission: 'granted',
    choices: [
      { id: 'a', label: 'Built-in microphone' },
      { id: 'b', label: 'Headset (USB)' },
    ],
    chosen: 'a',
    ...more,
  }
}

export function camera(more: Partial<LocalDevice> = {}): LocalDevice {
  return { kind: 'camera', wanted: true, live: true, permission: 'granted', choices: [{ id: 'c', label: 'FaceTime camera' }], chosen: 'c', ...more }
}

export function person(leafIndex: number, name: string, more: Partial<Person> = {}): Person {
  return {
    leafIndex,
    name,
    self: false,
    deviceKey: `${leafIndex}k${name}`.padEnd(43, 'x').replaceAll(' ', '-'),
    trust: 'not-compared',
    media: { microphone: true, camera: true, screen: false },
    presence: 'here',
    ...more,
  }
}

export function security(more: Partial<SecurityReport> = {}): SecurityReport {
  return {
    state: 'unverified',
    sentence: 'Private. Bob is not compared yet.',
    problems: [],
    epoch: 2,
    epochCode: '48213 90577 11864 30259 77102 05931',
    dtlsState: 'connected',
    tlsVersion: 'FEFC',
    dtlsCipher: 'TLS_AES_128_GCM_SHA256',
    srtpCipher: 'AEAD_AES_256_GCM',
    localFingerprint: 'sha-256 3A:9F:0C:51:77:E2:8B:D4:19:6A:F0:35:C8:42:9D:BB:01:5E:A7:60:F3:2C:88:14:D9:7B:46:EE:92:0A:C5:1F',
    remoteFingerprint: 'sha-256 B1:04:6E:D3:58:2A:97:FC:40:8D:13:E6:7A:C9:25:5B:DE:31:86:0F:A4:72:1C:E8:99:63:4D:B0:0E:F7:38:52',
    candidateTypes: 'relay ↔ relay',
    route: 'relay',
    relayTransport: 'udp',
    sealedFrames: { sent: 18_204, opened: 17_991, refused: 0 },
    ...more,
  }
}

export const notConnected = security({
  sentence: 'Private. Waiting for someone to join.',
  epoch: 0,
  epochCode: '',
  dtlsState: '',
  tlsVersion: '',
  dtlsCipher: '',
  srtpCipher: '',
  localFingerprint: '',
  remoteFingerprint: '',
  candidateTypes: '',
  route: 'none',
  relayTransport: '',
  sealedFrames: { sent: 0, opened: 0, refused: 0 },
})

export function message(n: number, from: Person, text: string, state: ChatMessage['state'] = 'sent'): ChatMessage {
  return { messageId: `m${n}`, from: from.leafIndex, name: from.name, self: from.self, text, atMs: Date.UTC(2026, 4, 4, 9, 30 + n), state }
}

/** A run among these people, each in its state; Alice is ourselves. */
export function comparison(states: Readonly<Record<string, ComparingPerson['state']>>, more: Partial<EmojiComparison> = {}): EmojiComparison {
  const people = Object.entries(states).map(([name, state], leafIndex) => ({ leafIndex, name, self: leafIndex === 0, state }))
  const phase = more.phase ?? 'comparing'
  const emoji = phase === 'comparing' ? [25, 3, 40, 22, 63, 13, 51].flatMap((number) => list[number] ?? []) : []
  return { runId: 'a-run', startedBy: 1, people, emoji, ...more, phase }
}

export const screen = { possible: true, shared: false } as const

export function snapshot(more: Partial<CallSnapshot> = {}): CallSnapshot {
  return {
    phase: 'in-call',
    roomId: 'Vq1nZ0c3S9mJx2tq7yHcGg',
    notices: [],
    topology: 'direct',
    recording: 'forbidden',
    self: { name: 'Alice', microphone: microphone(), camera: camera(), screen },
    people: [],
    chat: [],
    security: security(),
    server: 'connected',
    quality: 'good',
    link,
    ...more,
  }
}
