/** Network quality in words. */
import type { Readings } from './readings'

export function quality(connection: RTCPeerConnectionState | null, readings: Readings): 'unknown' | 'good' | 'weak' | 'lost' {
  if (connection === 'disconnected' || connection === 'failed') return 'lost'
  if (connection !== 'connected' || readings.roundTrip_ms === null) return 'unknown'
  return readings.roundTrip_ms > 400 || (readings.lossRatio ?? 0) > 0.08 ? 'weak' : 'good'
}
