/** The crypto worker's composition: one room, one participation at a time, and the transforms of its frames. */
import { own } from '../bytes/bytes'
import { ProblemError } from '../problem'
import { normaliseName } from '../crypto/name'
import { contexts } from '../sframe/kid'
import { Keyring } from '../sframe/keyring'
import { Slots } from '../sframe/slots'
import { runTransform } from '../sframe/transform'
import { createRoom } from './create_room'
import { FrameCounts } from './frame_counts'
import { Legs } from './legs'
import { Member, type MemberOptions } from './member'
import { closeRoom, moveRoom, type Moved } from './move'
import { openRoom, type OpenedRoom } from './room'
import type { Event, Request, TransformOptions } from './rpc'
import { pause } from './timing'

declare const self: DedicatedWorkerGlobalScope

const FRAMES_MS = 1_000
const HEARD_MS = 1_000
/** How long the others have to hear that the call is over, before the server closes their sockets. */
const TOLD_MS = 500

const now_ms = (): number => performance.timeOrigin + performance.now()
const tell = (event: Event): void => {
  self.postMessage(event, event.type === 'channel-out' ? [event.bytes] : [])
}

const keyring = new Keyring()
const legs = new Legs()
const slots = new Slots((legId, slot, { participantId, context }) => tell({ type: 'slot-open', legId, slot, participantId, context }))
const senders = new Map<number, RTCRtpScriptTransformer>()
const heardAt = new Map<number, number>()
let room: OpenedRoom | null = null
let member: Member | null = null

const counts = new FrameCounts((leafIndex) => {
  const now = now_ms()
  if (now - (heardAt.get(leafIndex) ?? 0) < HEARD_MS) return
  heardAt.set(leafIndex, now)
  member?.hear(leafIndex)
})

const handlers = {
  start: async (request: Extract<Request, { type: 'start' }>) => {
    room = await openRoom(request, now_ms() / 1_000)
    const { topology, capacity, recording, waiting_room: waitingRoom, expires_at: expiresAt } = room.policy.policy
    tell({
      type: 'started',
      policy: { topology, capacity, recording, waitingRoom, expiresAt },
      linkKnown: request.secret !== undefined,
      isHost: room.kept.host !== undefined,
    })
    return undefined
  },
  'create-room': async (request: Extract<Request, { type: 'create-room' }>) => {
    return createRoom(request, now_ms() / 1_000)
  },
  join: async (request: Extract<Request, { type: 'join' }>) => {
    if (room === null) throw new ProblemError('local.secret-forgotten')
    const name = normaliseName(request.name)
    if (name === null) throw new ProblemError('local.settings', 'this name cannot be shown')
    member?.stop(false)
    enter(room, { ...request, name })
    return undefined
  },
  host: async ({ decision }: Extract<Request, { type: 'host' }>) => {
    await present().decide(decision)
    if (decision.what === 'end') await end()
    return undefined
  },
  send: async (request: Extract<Request, { type: 'send' }>) => {
    await present().send(request.payload, request.via)
    return undefined
  },
  'leg-certificate': async (request: Extract<Request, { type: 'leg-certificate' }>) => {
    const isSealed = await legs.verify(request.legId, own(new Uint8Array(request.certificate)))
    if (isSealed) for (const context of [contexts.camera, contexts.screen]) onEvent({ type: 'key-frame-wanted', context })
    return isSealed
  },
  'sfu-offer': async ({ legId, sdp }: Extract<Request, { type: 'sfu-offer' }>) => {
    const answer = await present().sfu.offer(legId, sdp)
    if (!legs.describe(legId, answer)) throw new ProblemError('integrity.fingerprint')
    return answer
  },
  compared: async (request: Extract<Request, { type: 'compared' }>) => {
    return request.match ? present().compared(request.epochCode) : false
  },
  'compare-emoji': async () => {
    await present().comparison.start()
    return undefined
  },
  'emoji-compared': async (request: Extract<Request, { type: 'emoji-compared' }>) => {
    return present().comparison.say(request.runId, request.match)
  },
  pin: async (request: Extract<Request, { type: 'pin' }>) => {
    return present().pin(request.text)
  },
  alive: async () => {
    return true
  },
  leave: async () => {
    await member?.leave()
    member = null
    return undefined
  },
}

function enter(opened: OpenedRoom, options: MemberOptions): void {
  const entered: Member = new Member(opened, options, keyring, legs, onEvent, now_ms, (moved) => void move(entered, moved))
  member = entered
}

/** Somebody was removed, and the call goes on under another S. */
async function move(from: Member, moved: Moved): Promise<void> {
  try {
    if (room === null) return
    const { stay } = moved
    const next = await moveRoom(room, moved, () => now_ms() / 1_000)
    if (member !== from) return
    from.stop(true)
    tell({ type: 'stopped', code: 'unavailable.moved', again: true })
    tell({ type: 'link', link: next.link })
    room = next.room
    enter(room, { ...from.optionsNow, welcome: stay })
  } catch {
    if (member === from) tell({ type: 'alarm', code: 'unavailable.not-moved', standing: false })
  }
}

/** Everybody has been told; then the room is closed for those who were not there. */
async function end(): Promise<void> {
  const ended = room
  await pause(TOLD_MS)
  if (ended !== null) await closeRoom(ended)
  await member?.leave()
  member = null
}

function present(): Member {
  if (member === null) throw new ProblemError('unavailable.server')
  return member
}

/** The page is asked for a key frame only where this worker's browser cannot ask the encoder itself. */
function onEvent(event: Event): void {
  const transformer = event.type === 'key-frame-wanted' ? senders.get(event.context) : undefined
  if (event.type === 'key-frame-wanted' && transformer && 'generateKeyFrame' in transformer) {
    Promise.resolve((transformer as unknown as { generateKeyFrame(): Promise<unknown> }).generateKeyFrame()).catch(() => undefined)
    return
  }
  if (event.type === 'stopped' && !event.again) member = null
  tell(event)
}

self.onmessage = (message: MessageEvent<Request>) => {
  const request = message.data
  switch (request.type) {
    case 'channel-in':
      void member?.channelMessage(own(new Uint8Array(request.bytes)))
      return
    case 'leg-closed':
      if (room?.policy.policy.topology === 'group') member?.sfu.close(request.legId)
      legs.close(request.legId)
      slots.close(request.legId)
      return
    case 'sfu-wish':
      slots.wish(request.legId, request.slots, now_ms())
      member?.sfu.wish(request.legId, request.slots)
      return
    case 'online':
      member?.hurry()
      return
    case 'alive':
    case 'compare-emoji':
    case 'compared':
    case 'emoji-compared':
    case 'pin':
    case 'create-room':
    case 'host':
    case 'join':
    case 'leave':
    case 'leg-certificate':
    case 'send':
    case 'sfu-offer':
    case 'start':
      void answer(request)
  }
}

async function answer(request: Exclude<Request, { type: 'channel-in' | 'leg-closed' | 'online' | 'sfu-wish' }>): Promise<void> {
  try {
    const handle = handlers[request.type] as (request: Request) => Promise<unknown>
    tell({ type: 'answer', id: request.id, value: await handle(request) })
  } catch (error) {
    const problem =
      error instanceof ProblemError
        ? { code: error.code, ...(error.detail === undefined ? {} : { detail: error.detail }) }
        : { code: 'unavailable.internal' }
    tell({ type: 'answer', id: request.id, problem })
  }
}

self.onrtctransform = (event: RTCTransformEvent) => {
  const { transformer } = event
  const options = transformer.options as TransformOptions
  if (options.direction === 'send') senders.set(options.context, transformer)
  runTransform(transformer, options, keyring, legs, counts, now_ms, slots)
}

setInterval(() => {
  if (!member) return
  tell(counts.event)
  if (counts.takeUnsealed()) tell({ type: 'alarm', code: 'integrity.unsealed-frame', standing: false })
  if (counts.takeLate()) tell({ type: 'alarm', code: 'integrity.delayed', standing: false })
}, FRAMES_MS)
