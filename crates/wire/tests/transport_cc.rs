//! Transport-wide feedback, of friends and of others.
use proptest::prelude::*;
use wire::rtcp::transport_cc::{PERIOD_US, STATUSES_MAX, emit};
use wire::rtcp::{Rtcp, packets};

/// Microseconds of a delta's unit.
const TICK_US: i64 = 250;

fn read(compound: &[u8]) -> Option<Vec<(u16, Option<i64>)>> {
    let arrivals = packets(compound).find_map(|packet| if let Rtcp::TransportCc(arrivals) = packet { Some(arrivals) } else { None })?;
    let statuses = arrivals.statuses();
    let read: Vec<(u16, Option<i64>)> = arrivals.collect();
    assert!(read.len() <= statuses, "{} of {statuses}", read.len());
    Some(read)
}

fn low(number: u64) -> u16 {
    u16::try_from(number & 0xffff).unwrap()
}

prop_compose! {
    /// What came, ascending by number, with waits of any length and some that came out of turn.
    fn arrivals()(
        first in 0_u64..1 << 40, start in 0_i64..1 << 45,
        steps in prop::collection::vec((1_u64..300, prop_oneof![20 => -40_000_i64..90_000, 1 => -20_000_000_i64..20_000_000]), 1..200),
    ) -> Vec<(u64, i64)> {
        steps.iter().scan((first, start), |(number, at_us), (step, wait_us)| {
            *number += step;
            *at_us += wait_us;
            Some((*number, *at_us))
        }).collect()
    }
}

/// A feedback with chunks and deltas that nobody checked.
fn hostile(statuses: u16, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x8f, 205, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 0xf0];
    packet.extend_from_slice(&statuses.to_be_bytes());
    packet.extend_from_slice(&[0x80, 0, 0, 1]);
    packet.extend_from_slice(body);
    packet.resize(packet.len().next_multiple_of(4), 0);
    let words = u16::try_from(packet.len() / 4 - 1).unwrap();
    packet[2..4].copy_from_slice(&words.to_be_bytes());
    packet
}

proptest! {
    #[test]
    fn each_arrival_is_told_once_in_as_many_feedbacks_as_it_takes(arrived in arrivals()) {
        let mut rest = &arrived[..];
        while !rest.is_empty() {
            let mut compound = Vec::new();
            let told = emit(&mut compound, (1, 2), 3, rest[0].0, rest);
            prop_assert!(told > 0, "no feedback without progress");
            let read = read(&compound).unwrap();
            prop_assert!(read.len() <= STATUSES_MAX);
            prop_assert_eq!(read.len() as u64, rest[told - 1].0 - rest[0].0 + 1, "from the first to the last");
            let came: Vec<(u16, i64)> = read.iter().filter_map(|&(number, at)| Some((number, at?.rem_euclid(PERIOD_US)))).collect();
            let in_ticks = |at: i64| (at - at.rem_euclid(TICK_US)).rem_euclid(PERIOD_US);
            let expected: Vec<(u16, i64)> = rest[..told].iter().map(|&(number, at)| (low(number), in_ticks(at))).collect();
            prop_assert_eq!(came, expected);
            rest = &rest[told..];
        }
    }

    #[test]
    fn hostile_feedback_gives_no_more_than_it_says(
        statuses in prop_oneof![0_u16..600, any::<u16>()], body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let Some(read) = read(&hostile(statuses, &body)) else { return Ok(()) };
        prop_assert!(read.len() <= usize::from(statuses) && read.len() <= STATUSES_MAX);
        prop_assert!(read.windows(2).all(|pair| pair[1].0 == pair[0].0.wrapping_add(1)));
        let came: Vec<i64> = read.iter().filter_map(|&(_, at)| at).collect();
        prop_assert!(came.len() <= body.len().next_multiple_of(4), "each that came takes a byte");
        prop_assert!(came.windows(2).all(|pair| (pair[1] - pair[0]).abs() <= TICK_US << 15));
    }
}

#[test]
fn a_chunk_of_nothing_is_refused_and_so_are_more_statuses_than_the_bound() {
    let bound = u16::try_from(STATUSES_MAX).unwrap();
    assert_eq!(read(&hostile(bound, &[0x1f, 0xff])).unwrap().len(), STATUSES_MAX, "a run of what is missing");
    assert_eq!(read(&hostile(bound + 1, &[0x1f, 0xff])), None);
    assert_eq!(read(&hostile(10, &[0x00, 0x00, 0x00, 0x00])), None);
}
