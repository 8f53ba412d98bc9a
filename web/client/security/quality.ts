/** Network quality in words: what was lost, how long the way takes and how evenly, and how much the browser believes that it can carry. */
import type { Readings } from './readings'

const ROUND_TRIP_MS_MAX = 400
const LOSS_MAX = 0.08
const JITTER_MS_MAX = 100
/** Less than one voice with its seals and headers. */
const ESTIMATE_BPS_MIN = 60_000

export function quality(connection: RTCPeerConnectionState | null, readings: Readings): 'unknown' | 'good' | 'weak' | 'lost' {
  if (connection === 'disconnected' || connection === 'failed') return 'lost'
  if (connection !== 'connected' || readings.roundTrip_ms === null) return 'unknown'
  const isWeak =
    readings.roundTrip_ms > ROUND_TRIP_MS_MAX ||
    (readings.lossRatio ?? 0) > LOSS_MAX ||
    (readings.receivedLossRatio ?? 0) > LOSS_MAX ||
    (readings.jitter_ms ?? 0) > JITTER_MS_MAX ||
    (readings.estimate_bps ?? ESTIMATE_BPS_MIN) < ESTIMATE_BPS_MIN
  return isWeak ? 'weak' : 'good'
}
