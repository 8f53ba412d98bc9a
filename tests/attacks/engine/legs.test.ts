/** A leg's description, candidates and certificate, as somebody between the two would have them. */
import { attack, codeOf, type Outcome } from './attack'
import type { World } from './world'

const HEX = (byte: number): string => byte.toString(16).padStart(2, '0').toUpperCase()
const fingerprint = (seed: number): string => Array.from({ length: 32 }, (_, i) => HEX((seed + i * 7) & 0xff)).join(':')

interface Wish {
  readonly fingerprints?: readonly string[]
  readonly audio?: readonly string[]
  readonly head?: readonly string[]
  readonly profile?: string
  readonly connection?: string
}

function describe({ fingerprints = [`a=fingerprint:sha-256 ${fingerprint(1)}`], audio = [], head = [], profile, connection }: Wish = {}): string {
  return [
    'v=0',
    'o=- 1 2 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    ...head,
    ...fingerprints,
    `m=audio 9 ${profile ?? 'UDP/TLS/RTP/SAVPF'} 111`,
    connection ?? 'c=IN IP4 0.0.0.0',
    'a=mid:0',
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    ...audio,
    '',
  ].join('\r\n')
}

/** What becomes of a description: taken as `shows` looks for it, or refused by a code. */
function filtered(world: World, sdp: string, shows: (taken: string) => boolean): Promise<Outcome> {
  try {
    const taken = world.sdp.filterDescription(sdp)
    return Promise.resolve({ believed: shows(taken), noticed: shows(taken) ? [] : ['left out'] })
  } catch (error) {
    return Promise.resolve({ believed: false, noticed: [codeOf(error)] })
  }
}

/** Whether the leg opens for frames under this certificate after these descriptions. */
async function connected(world: World, certificate: Uint8Array<ArrayBuffer>, ...sdps: readonly string[]): Promise<Outcome> {
  const legs = new world.legs.Legs()
  const described = sdps.map((sdp) => legs.describe('leg', sdp))
  const isSealed = await legs.verify('leg', certificate)
  return { believed: isSealed && legs.isOpen('leg'), noticed: described.includes(false) || !isSealed ? ['closed'] : [] }
}

const fingerprintOf = async (world: World, certificate: Uint8Array<ArrayBuffer>): Promise<string> =>
  `a=fingerprint:sha-256 ${await world.fingerprint.certificateFingerprint(certificate)}`

attack('certificate of somebody in the middle', async (world) => {
  const [honest, between] = [world.random(400), world.random(400)]
  return connected(world, between, describe({ fingerprints: [await fingerprintOf(world, honest)] }))
})

attack('two fingerprints in one description', async (world) => {
  const [honest, between] = [world.random(400), world.random(400)]
  const sdp = describe({ fingerprints: [await fingerprintOf(world, between), await fingerprintOf(world, honest)] })
  const taken = await filtered(world, sdp, () => true)
  const leg = await connected(world, between, sdp)
  return { believed: taken.believed && leg.believed, noticed: [...taken.noticed, ...leg.noticed] }
})

attack('fingerprint by another hash', (world) =>
  filtered(world, describe({ fingerprints: [`a=fingerprint:sha-1 ${fingerprint(3).slice(0, 59)}`] }), () => true),
)

attack('description without a fingerprint', (world) => filtered(world, describe({ fingerprints: [] }), () => true))

attack('another certificate after a restart', async (world) => {
  const [honest, between] = [world.random(400), world.random(400)]
  const [first, second] = await Promise.all([honest, between].map(async (one) => describe({ fingerprints: [await fingerprintOf(world, one)] })))
  return connected(world, between, first ?? '', second ?? '')
})

attack('certificate before any description', (world) => connected(world, world.random(400)))

attack('keys in the description', (world) =>
  filtered(world, describe({ audio: [`a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${'A'.repeat(40)}`] }), (taken) => taken.includes('a=crypto')),
)

const weak = ['profile RTP/AVPF', 'profile RTP/AVP', 'profile RTP/SAVPF', 'profile TCP/TLS/RTP/SAVPF', 'profile udp/tls/rtp/savpf']
for (const [name, profile] of weak.map((one) => [one, one.slice('profile '.length)] as const))
  attack(name, (world) => filtered(world, describe({ profile }), (taken) => taken.includes(` ${profile} `)))

attack('description without rtcp-mux', (world) => filtered(world, describe().replace('a=rtcp-mux\r\n', ''), () => true))

attack('description that is too long', (world) =>
  filtered(world, describe({ audio: Array.from({ length: 20 }, () => `a=x:${'y'.repeat(1_500)}`) }), () => true),
)

attack('line that is too long', (world) => filtered(world, describe({ audio: [`a=x:${'y'.repeat(2_100)}`] }), () => true))

attack('nine m-lines', (world) => filtered(world, describe() + describe().slice(describe().indexOf('m=audio')).repeat(8), () => true))

const HOME = '203.0.113.7'
attack('addresses in a description', (world) =>
  filtered(
    world,
    describe({
      connection: `c=IN IP4 ${HOME}`,
      audio: [`a=rtcp:9 IN IP4 ${HOME}`, `a=candidate:1 1 udp 1 ${HOME} 9 typ host`, `a=remote-candidates:1 ${HOME} 9`],
      head: [`c=IN IP4 ${HOME}`],
    }).replace('o=- 1 2 IN IP4 0.0.0.0', `o=me 1 2 IN IP4 ${HOME}`),
    (taken) => taken.includes(HOME),
  ),
)

attack('addresses in attributes that nobody expects', (world) =>
  filtered(
    world,
    describe({
      audio: [`a=source-filter: incl IN IP4 * ${HOME}`, `a=rtsp-ish ${HOME}`, `i=${HOME}`, `u=http://${HOME}/`, `e=me@${HOME}`, `k=uri:${HOME}`],
    }),
    (taken) => taken.includes(HOME),
  ),
)

attack('audio levels in the clear', (world) =>
  filtered(world, describe({ audio: ['a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level'] }), (taken) => taken.includes('audio-level')),
)

attack('audio at a variable bitrate', (world) =>
  filtered(world, describe({ audio: ['a=fmtp:111 cbr=0;usedtx=1'] }), (taken) => /usedtx=1|cbr=0/.test(taken) || !taken.includes('cbr=1')),
)

attack('RED beside Opus', (world) =>
  filtered(world, describe({ audio: ['a=rtpmap:63 red/48000/2'] }).replace('SAVPF 111', 'SAVPF 63 111'), (taken) => taken.includes('red/48000')),
)

/** `wanted`: what the attacker would like to see in a candidate that is taken. */
function candidate(world: World, line: string, relayOnly: boolean, wanted: string): Promise<Outcome> {
  const taken = world.candidates.filterCandidate(line, relayOnly)
  return Promise.resolve({ believed: taken?.includes(wanted) ?? false, noticed: taken?.includes(wanted) ? [] : ['left out'] })
}

attack('host candidate in a relayed call', (world) => candidate(world, `candidate:1 1 udp 2122260223 ${HOME} 50000 typ host`, true, HOME))
attack('server-reflexive candidate in a relayed call', (world) =>
  candidate(world, `candidate:1 1 udp 1686052607 ${HOME} 50000 typ srflx raddr 10.0.0.1 rport 9`, true, HOME),
)
attack('related address of a relay candidate', (world) =>
  candidate(world, `candidate:1 1 udp 41885695 198.51.100.1 50000 typ relay raddr ${HOME} rport 50001 generation 0 network-id 1`, true, HOME),
)
attack('candidate with a name to look up', (world) =>
  candidate(world, 'candidate:1 1 udp 41885695 who-is-calling.evil.example 50000 typ relay raddr 0.0.0.0 rport 0', true, 'evil.example'),
)
attack('candidate with a line break', (world) =>
  candidate(world, `candidate:1 1 udp 41885695 198.51.100.1 50000 typ relay raddr 0.0.0.0 rport 0 ufrag a\r\na=candidate:1`, true, '\n'),
)
