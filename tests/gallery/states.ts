/** Every state of the interface by name: what the call says, and what a person then presses. */
import type { CallSnapshot, HostView, Person } from '../../web/client/api'
import type { HomeState } from '../../web/app/home/home-page'
import { page, picture } from './pictures'
import { camera, codes, comparison, link, message, microphone, notConnected, person, problem, screen, security, snapshot } from './snapshots'

export interface CallState {
  readonly snapshot: () => CallSnapshot
  /** Accessible names of buttons pressed in this order. */
  readonly press?: readonly string[]
}

const alice = (more: Partial<Person> = {}): Person => person(0, 'Alice', { self: true, trust: 'self', stream: picture(3), ...more })
const bob = (more: Partial<Person> = {}): Person => person(1, 'Bob', { stream: picture(1), ...more })
const dark = { microphone: true, camera: false, screen: false }
const two = (): Pick<CallSnapshot, 'people'> => ({ people: [alice(), bob()] })
const names = [
  'Bob',
  'Chidi Anagonye',
  'Dorothea von Stein',
  'Ewa',
  'Fatima Al-Sayed',
  'Goro',
  'Hana',
  'Ines de la Cruz',
  'Jan',
  'Kwame',
  'Lena',
  'Miguel',
  'Noor',
  'Ola',
  'Priya',
]

function many(count: number): readonly Person[] {
  const others = Array.from({ length: count - 1 }, (_, at) => {
    const off = at % 4 === 2
    return person(at + 1, `${names[at % names.length]}${at >= names.length ? ' II' : ''}`, {
      trust: at % 3 === 0 ? 'compared' : 'not-compared',
      media: { microphone: at % 3 !== 1, camera: !off, screen: false },
      ...(off ? {} : { stream: picture(at, 320, 180) }),
    })
  })
  return [alice(), ...others]
}

const group = (count: number): CallSnapshot =>
  snapshot({ topology: 'group', people: many(count), security: security({ sentence: `Private. ${count - 1} people are not compared yet.` }) })

/** Hands, reactions and voices. */
function lively(count: number): CallSnapshot {
  const whole = group(count)
  const ways: ReadonlyArray<Partial<Person>> = [
    {},
    { speaking: true },
    { hand: 2 },
    { reactions: [{ number: 1, name: 'applause' }] },
    {
      hand: 1,
      reactions: [
        { number: 2, name: 'heart' },
        { number: 3, name: 'party' },
      ],
    },
  ]
  return {
    ...whole,
    people: whole.people.map((one, at) => ({ ...one, ...ways[at], media: { ...one.media, microphone: at === 1 || one.media.microphone } })),
  }
}

/** The first other shares a page of text. */
function shared(count: number): CallSnapshot {
  const whole = group(count)
  return {
    ...whole,
    people: whole.people.map((one, at) => (at === 1 ? { ...one, screen: page(), media: { ...one.media, screen: true }, speaking: true } : one)),
  }
}

const asHosted = (people: readonly Person[], host: number): readonly Person[] => people.map((one, at) => (at === host ? { ...one, host: true } : one))

const knocking = (count: number): HostView['waiting'] =>
  names.slice(3, 3 + count).map((name, at) => ({ deviceKey: `${at}w`.padEnd(43, 'y'), name, trust: at === 0 ? 'compared' : 'not-compared' }))

const check = (more: Partial<CallSnapshot['self']>): CallSnapshot =>
  snapshot({
    phase: 'device-check',
    self: { name: 'Alice', microphone: microphone(), camera: camera(), screen, preview: picture(3, 960, 540), ...more },
    security: notConnected,
  })

const withoutDevices = {
  microphone: microphone({ wanted: false, live: false, permission: 'prompt', choices: [] }),
  camera: camera({ wanted: false, live: false, permission: 'prompt', choices: [] }),
}

function troubled(kind: 'microphone' | 'camera', code: string): CallSnapshot {
  const trouble = { live: false, problem: problem(code), ...(code.endsWith('not-allowed') ? { permission: 'denied' as const } : {}) }
  return check(kind === 'camera' ? { camera: camera(trouble) } : { microphone: microphone(trouble) })
}

const chat = (): CallSnapshot['chat'] => [
  message(1, bob(), 'Good morning! Can you see the second page?'),
  message(2, bob(), 'It is the one with the signatures.'),
  message(3, alice(), 'Yes. Give me a moment to read it.'),
  message(4, bob(), 'https://example.org/a/very/long/address/that/does/not/break/anywhere/by/itself?and=goes&on=and&on'),
  message(5, alice(), 'Line one\nLine two', 'sending'),
  message(6, alice(), 'This one did not get through', 'failed'),
]

const deviceCodes = ['device-not-allowed', 'device-not-found', 'device-not-readable', 'device-overconstrained', 'device-ended']

const six = (): CallSnapshot =>
  snapshot({
    topology: 'group',
    people: many(6),
    security: security({ sentence: 'Private. 3 people are not compared yet.', route: 'server', candidateTypes: 'host ↔ host' }),
  })

type Run = Parameters<typeof comparison>
const everybody = (state: Run[0][string]): Run[0] => Object.fromEntries(['Alice', ...names.slice(0, 5)].map((name) => [name, state]))
const run = (states: Run[0], more?: Run[1]) => ({
  snapshot: () => ({ ...six(), comparison: comparison({ ...everybody('waited-for'), ...states }, more) }),
})
const runOpen = (states: Run[0], more?: Run[1]): CallState => ({ ...run(states, more), press: ['Security'] })

export const calls: Readonly<Record<string, CallState>> = {
  opening: { snapshot: () => snapshot({ phase: 'opening', security: notConnected }) },
  check: { snapshot: () => check({}) },
  'check-first-visit': { snapshot: () => check({ name: '', ...withoutDevices }) },
  'check-no-name': { snapshot: () => check({ name: '', ...withoutDevices }), press: ['Join'] },
  ...Object.fromEntries(deviceCodes.map((code) => [`check-camera-${code}`, { snapshot: () => troubled('camera', `local.${code}`) }])),
  'check-microphone-device-not-allowed': { snapshot: () => troubled('microphone', 'local.device-not-allowed') },
  'joining-server': { snapshot: () => snapshot({ phase: 'joining', server: 'connecting', security: notConnected }) },
  'joining-group': { snapshot: () => snapshot({ phase: 'joining', security: notConnected }) },
  waiting: { snapshot: () => snapshot({ people: [alice()], security: notConnected }) },
  'waiting-no-link': {
    snapshot: () => {
      const { link, ...rest } = snapshot({ people: [alice()], security: notConnected })
      if (!link) throw new Error('there was no link to leave out')
      return rest
    },
  },
  two: { snapshot: () => snapshot(two()) },
  'two-secure': {
    snapshot: () =>
      snapshot({
        people: [alice(), bob({ trust: 'compared' })],
        security: security({ state: 'secure', sentence: 'Private. 2 people, both compared.' }),
      }),
  },
  'two-no-pictures': {
    snapshot: () =>
      snapshot({
        people: [alice({ media: { ...dark, microphone: false } }), bob({ media: { ...dark, microphone: false }, name: 'Dorothea von Stein' })],
        self: { name: 'Alice', microphone: microphone({ wanted: false }), camera: camera({ wanted: false, live: false }), screen },
        security: security({ sentence: 'Private. Dorothea von Stein is not compared yet.' }),
      }),
  },
  'two-connecting': {
    snapshot: () =>
      snapshot({
        people: [alice(), person(1, 'Bob', { presence: 'connecting' })],
        security: security({ ...notConnected, sentence: 'Private. Bob is not compared yet. Setting up picture and sound.' }),
      }),
  },
  'two-quiet': { snapshot: () => snapshot({ people: [alice(), bob({ presence: 'quiet' })], quality: 'weak' }) },
  'two-new-key': {
    snapshot: () =>
      snapshot({
        people: [alice(), bob({ trust: 'new-key' })],
        security: security({ sentence: 'Private. Bob uses a device you have not compared.' }),
      }),
  },
  'two-stopped': {
    snapshot: () =>
      snapshot({
        people: [alice(), person(1, 'Bob')],
        security: security({
          state: 'broken',
          sentence: 'Stopped: someone stands between you: the certificate is not the one that was announced.',
          problems: [problem('integrity.fingerprint')],
        }),
      }),
  },
  'two-reconnecting': { snapshot: () => snapshot({ ...two(), server: 'reconnecting', quality: 'lost' }) },
  'two-server-away': { snapshot: () => snapshot({ ...two(), server: 'reconnecting', notices: [problem('unavailable.restarting')] }) },
  'two-relay-lost': { snapshot: () => snapshot({ ...two(), notices: [problem('unavailable.relay')] }) },
  'two-worker-lost': {
    snapshot: () => snapshot({ people: [alice(), person(1, 'Bob', { presence: 'connecting' })], notices: [problem('local.worker-lost')] }),
  },
  'two-camera-gone': {
    snapshot: () =>
      snapshot({
        people: [alice({ media: dark }), bob()],
        self: { name: 'Alice', microphone: microphone(), camera: camera({ live: false, problem: problem('local.device-ended') }), screen },
      }),
  },
  six: {
    snapshot: six,
  },
  three: { snapshot: () => group(3) },
  twelve: { snapshot: () => group(12) },
  'three-speaking': { snapshot: () => ({ ...group(3), people: group(3).people.map((one, at) => (at === 1 ? { ...one, speaking: true } : one)) }) },
  'six-lively': { snapshot: () => lively(6) },
  'six-speaker': { snapshot: () => ({ ...lively(6), speaker: many(6)[1]?.deviceKey ?? '' }), press: ['More', 'Speaker view'] },
  'thirty-speaker': { snapshot: () => ({ ...group(30), speaker: many(30)[4]?.deviceKey ?? '' }), press: ['More', 'Speaker view'] },
  'six-pinned': { snapshot: () => lively(6), press: ['Pin Ewa'] },
  'six-screen': { snapshot: () => shared(6) },
  'two-screen': { snapshot: () => shared(2) },
  'screen-starting': {
    snapshot: () => ({ ...group(3), people: group(3).people.map((one, at) => (at === 1 ? { ...one, media: { ...one.media, screen: true } } : one)) }),
  },
  'six-only-sound': {
    snapshot: () => ({
      ...lively(6),
      pictures: 'only-sound',
      people: lively(6).people.map(({ stream, ...one }) => (stream ? one : one)),
      self: { name: 'Alice', microphone: microphone(), camera: camera({ wanted: false, live: false }), screen },
    }),
  },
  'six-resting': {
    snapshot: () => ({
      ...group(6),
      pictures: 'resting',
      quality: 'weak',
      people: group(6).people.map(({ stream, ...one }) => (stream ? one : one)),
    }),
  },
  'six-trouble': {
    snapshot: () => ({
      ...group(6),
      quality: 'weak',
      people: group(6).people.map((one, at) => (at === 1 ? { ...one, presence: 'quiet' } : at === 2 ? { ...one, quality: 'weak' } : one)),
    }),
  },
  'more-menu': { snapshot: () => lively(6), press: ['More'] },
  'more-menu-two': { snapshot: () => snapshot(two()), press: ['More'] },
  keys: { snapshot: () => snapshot(two()), press: ['More', 'Keyboard shortcuts'] },
  thirty: {
    snapshot: () => snapshot({ topology: 'group', people: many(30), security: security({ sentence: 'Private. 19 people are not compared yet.' }) }),
  },
  'emoji-idle': { snapshot: six, press: ['Security'] },
  'emoji-invited': run({ Bob: 'ready' }, { phase: 'committing' }),
  'emoji-committing': runOpen({ Alice: 'ready', Bob: 'ready', Ewa: 'ready' }, { phase: 'committing' }),
  'emoji-revealing': runOpen({ ...everybody('ready'), 'Dorothea von Stein': 'waited-for' }, { phase: 'revealing' }),
  'emoji-shown': runOpen({ Bob: 'match' }),
  'emoji-matched': runOpen({ Alice: 'match', Bob: 'match' }),
  'emoji-matched-all': {
    snapshot: () => ({
      ...six(),
      people: six().people.map((one) => (one.self ? one : { ...one, trust: 'compared' as const })),
      security: security({ state: 'secure', sentence: 'Private. 6 people, all compared.', route: 'server' }),
      comparison: comparison(everybody('match')),
    }),
    press: ['Security'],
  },
  'emoji-differ': runOpen({ Bob: 'match', Ewa: 'differ' }),
  'emoji-differ-alarm': run({ Bob: 'match', Ewa: 'differ' }),
  'emoji-void-keys-changed': runOpen(everybody('ready'), { phase: 'void', ending: 'keys-changed' }),
  'emoji-void-too-slow': runOpen({ ...everybody('ready'), Ewa: 'blamed', Bob: 'blamed' }, { phase: 'void', ending: 'too-slow' }),
  'emoji-void-rules-broken': runOpen({ ...everybody('ready'), Ewa: 'blamed' }, { phase: 'void', ending: 'rules-broken' }),
  'emoji-void-paused': runOpen({ ...everybody('ready'), Alice: 'blamed' }, { phase: 'void', ending: 'paused' }),
  chat: { snapshot: () => snapshot({ ...two(), chat: chat() }), press: ['Chat'] },
  'chat-empty': { snapshot: () => snapshot(two()), press: ['Chat'] },
  'chat-unread': { snapshot: () => snapshot({ ...two(), chat: chat() }) },
  people: { snapshot: () => snapshot({ topology: 'group', people: asHosted(many(4), 1) }), press: ['People'] },
  'people-host': { snapshot: () => snapshot({ topology: 'group', people: asHosted(many(6), 0), host: { waiting: [] } }), press: ['People'] },
  'people-host-waiting': {
    snapshot: () => snapshot({ topology: 'group', people: asHosted(many(3), 0), host: { waiting: knocking(2) } }),
    press: ['People, 2 people wait'],
  },
  'people-host-removing': {
    snapshot: () => snapshot({ topology: 'group', people: asHosted(many(3), 0), host: { waiting: [] } }),
    press: ['People', 'Remove'],
  },
  'people-host-ending': {
    snapshot: () => snapshot({ topology: 'group', people: asHosted(many(3), 0), host: { waiting: [], newLink: `${link}.${'s'.repeat(43)}` } }),
    press: ['People', 'End call'],
  },
  'people-host-locked': {
    snapshot: () => snapshot({ topology: 'group', people: asHosted(many(3), 0), locked: true, host: { waiting: [] } }),
    press: ['People'],
  },
  'host-knock': { snapshot: () => snapshot({ topology: 'group', people: asHosted(many(3), 0), host: { waiting: knocking(3) } }) },
  'host-asked-to-mute': {
    snapshot: () =>
      snapshot({
        topology: 'group',
        people: asHosted(many(3), 1),
        self: { name: 'Alice', microphone: microphone({ wanted: false }), camera: camera(), screen },
        notices: [problem('local.asked-to-mute')],
      }),
  },
  'waiting-for-host': { snapshot: () => snapshot({ phase: 'waiting', people: [], security: notConnected }) },
  'waiting-for-host-reconnecting': { snapshot: () => snapshot({ phase: 'waiting', people: [], server: 'reconnecting', security: notConnected }) },
  devices: { snapshot: () => snapshot(two()), press: ['Camera and microphone on. Devices'] },
  'direct-asked': {
    snapshot: () =>
      snapshot({
        people: [alice(), person(1, 'Bob', { presence: 'connecting' })],
        direct: { ours: 'asked', theirs: 'unknown' },
        security: security({ ...notConnected, sentence: 'Private. Bob is not compared yet. Setting up picture and sound.' }),
      }),
  },
  'direct-waiting': {
    snapshot: () =>
      snapshot({
        people: [alice(), person(1, 'Bob', { presence: 'connecting' })],
        direct: { ours: 'accepted', theirs: 'unknown' },
        security: security({ ...notConnected, sentence: 'Private. Bob is not compared yet. Setting up picture and sound.' }),
      }),
  },
  'direct-declined': {
    snapshot: () =>
      snapshot({
        people: [alice(), person(1, 'Bob')],
        direct: { ours: 'declined', theirs: 'unknown' },
        security: security({ ...notConnected, sentence: 'Private. Bob is not compared yet. Setting up picture and sound.' }),
      }),
  },
  security: { snapshot: () => snapshot(two()), press: ['Security'] },
  'security-qr': { snapshot: () => snapshot(two()), press: ['Security', 'Show QR code'] },
  'security-secure-direct': {
    snapshot: () =>
      snapshot({
        people: [alice(), bob({ trust: 'compared' })],
        security: security({
          state: 'secure',
          sentence: 'Private. 2 people, both compared.',
          route: 'direct',
          candidateTypes: 'host ↔ srflx',
          relayTransport: '',
        }),
      }),
    press: ['Security'],
  },
  'security-alone': { snapshot: () => snapshot({ people: [alice()], security: notConnected }), press: ['Security'] },
  'security-broken': {
    snapshot: () =>
      snapshot({
        people: [alice(), person(1, 'Bob', { trust: 'new-key' })],
        security: security({ state: 'broken', sentence: 'Stopped: the server shows us different calls.', problems: [problem('integrity.fork')] }),
      }),
    press: ['Security'],
  },
  'ended-left': { snapshot: () => snapshot({ phase: 'ended' }) },
  'ended-problem': { snapshot: () => snapshot({ phase: 'ended', problem: problem('denied.room-gone') }) },
  ...Object.fromEntries(codes.map((code) => [`refused-${code}`, { snapshot: () => snapshot({ phase: 'refused', problem: problem(code) }) }])),
}

export const homes: Readonly<Record<string, HomeState>> = {
  home: { at: 'start' },
  'home-making': { at: 'making' },
  'home-ready': {
    at: 'ready',
    room: { link, hostLink: `${link}.zT4qXy3K0iBc9dPo6rLt1sZa5fVm2eUk7gQxJh4N8wY`, expiresAt: Date.UTC(2026, 4, 11, 9, 30) / 1000 },
  },
  'home-failed': { at: 'failed', problem: problem('denied.api-key') },
}
