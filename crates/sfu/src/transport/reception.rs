//! How one incoming stream arrives, for receiver reports (RFC 3550 §6.4.1, A.3, A.8).
use std::time::{Duration, Instant};
use wire::rtcp::Block;

/// The counts of one stream.
#[derive(Debug, Default)]
pub(super) struct Reception {
    clock_hz: u32,
    first: Option<u64>,
    highest: u64,
    received: u64,
    /// At the last report: expected and received.
    before: (u64, u64),
    /// Sixteen times the jitter, in units of the clock.
    jitter: i64,
    /// Arrival less timestamp of the last packet, in units of the clock.
    transit: Option<i64>,
    began: Option<Instant>,
    /// The middle of the last sender report's time, and when it came.
    report: Option<(u32, Instant)>,
}

impl Reception {
    pub(super) fn new(clock_hz: u32) -> Self {
        Self { clock_hz, ..Self::default() }
    }

    /// A packet came.
    pub(super) fn came(&mut self, now: Instant, number: u64, timestamp: u32) {
        self.first.get_or_insert(number);
        self.highest = self.highest.max(number);
        self.received += 1;
        let began = *self.began.get_or_insert(now);
        let elapsed = i64::try_from(now.saturating_duration_since(began).as_micros()).unwrap_or(i64::MAX);
        let arrival = elapsed.saturating_mul(i64::from(self.clock_hz)) / 1_000_000;
        let transit = arrival - i64::from(timestamp);
        if let Some(before) = self.transit.replace(transit) {
            // Timestamps begin anew after 32 bits: only the difference within them counts.
            let difference = (transit - before) & 0xffff_ffff;
            let difference = difference.min(0x1_0000_0000 - difference);
            self.jitter += difference - (self.jitter + 8) / 16;
        }
    }

    /// The sender said when it sent what.
    pub(super) fn sender_reported(&mut self, now: Instant, ntp: u64) {
        self.report = Some((middle(ntp), now));
    }

    /// The next report; `None` before the first packet.
    pub(super) fn block(&mut self, now: Instant, ssrc: u32) -> Option<Block> {
        let expected = self.highest - self.first? + 1;
        let (expected_before, received_before) = std::mem::replace(&mut self.before, (expected, self.received));
        let (of, came) = (expected - expected_before, self.received - received_before);
        let fraction = of.saturating_sub(came) * 256 / of.max(1);
        let (last_report, delay) = self.report.map_or((0, 0), |(report, at)| (report, units(now.saturating_duration_since(at))));
        Some(Block {
            ssrc,
            fraction_lost: u8::try_from(fraction).unwrap_or(u8::MAX),
            lost: u32::try_from(expected.saturating_sub(self.received)).unwrap_or(u32::MAX),
            highest: u32::try_from(self.highest & 0xffff_ffff).unwrap_or(0),
            jitter: u32::try_from(self.jitter / 16).unwrap_or(u32::MAX),
            last_report,
            delay,
        })
    }
}

/// The middle 32 of 64 bits.
pub(super) fn middle(ntp: u64) -> u32 {
    let [_, _, a, b, c, d, _, _] = ntp.to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

/// In 1/65,536 s.
pub(super) fn units(duration: Duration) -> u32 {
    u32::try_from(duration.as_micros().saturating_mul(65_536) / 1_000_000).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Reception;
    use std::time::{Duration, Instant};

    #[test]
    fn half_lost_is_reported_as_half() {
        let (mut reception, start) = (Reception::new(90_000), Instant::now());
        assert!(reception.block(start, 1).is_none());
        for number in (10..20).step_by(2) {
            reception.came(start, number, 0);
        }
        let block = reception.block(start, 1).unwrap();
        // 4 of 9 of 256.
        assert_eq!((block.fraction_lost, block.lost, block.highest), (113, 4, 18));
        reception.came(start, 19, 0);
        assert_eq!(reception.block(start, 1).unwrap().fraction_lost, 0, "since the last one");
    }

    #[test]
    fn an_even_pace_has_no_jitter_and_an_uneven_one_has() {
        let start = Instant::now();
        let jitter = |late_ms: u64| {
            let mut reception = Reception::new(90_000);
            for frame in 0..200_u32 {
                let at = start + Duration::from_millis(u64::from(frame) * 33 + u64::from(frame % 2) * late_ms);
                reception.came(at, u64::from(frame), u32::MAX.wrapping_add(frame * 2_970));
            }
            reception.block(start, 1).unwrap().jitter
        };
        assert_eq!(jitter(0), 0);
        assert!((800..1_000).contains(&jitter(10)), "10 ms are 900 units: {}", jitter(10));
    }

    #[test]
    fn the_delay_since_a_sender_report_is_told() {
        let (mut reception, start) = (Reception::new(48_000), Instant::now());
        reception.came(start, 1, 0);
        reception.sender_reported(start, 0x0000_1234_5678_0000);
        let block = reception.block(start + Duration::from_millis(500), 1).unwrap();
        assert_eq!((block.last_report, block.delay), (0x1234_5678, 32_768));
    }
}
