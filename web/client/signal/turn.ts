/** TURN credentials of this participant, renewed at three quarters of their life. */
import { parseTurnCredentialsAnswer } from '../wire/bodies'
import type { IceServer } from '../worker/rpc'
import { requestJson } from './request'

const RENEW_AT = 0.75
const RETRY_MS = 5_000

export interface Credentials {
  readonly iceServers: readonly IceServer[]
  readonly ttl_s: number
}

/** Raises ProblemError. Only TURN is taken: a STUN server would tell somebody this device's address. */
export async function askCredentials(origin: string, grant: string): Promise<Credentials> {
  const answer = parseTurnCredentialsAnswer(await requestJson(`${origin}/api/turn-credentials`, { headers: { authorization: `Bearer ${grant}` } }))
  const iceServers = answer.iceServers.map((server) => ({
    urls: [...server.urls].filter((url) => /^turns?:/.test(url)),
    username: server.username,
    credential: server.credential,
  }))
  return { iceServers: iceServers.filter((server) => server.urls.length > 0), ttl_s: answer.ttl }
}

/** When to ask again, in milliseconds from now. */
export const renewalAfter_ms = (credentials: Credentials | null): number =>
  credentials === null ? RETRY_MS : Math.max(1_000, credentials.ttl_s * 1_000 * RENEW_AT)
