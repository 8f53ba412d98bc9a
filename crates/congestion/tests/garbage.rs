//! Whatever a client says, the estimate stays within its bounds and nothing breaks.
use congestion::Estimate;
use congestion::limits::{RATE_MAX, RATE_MIN};
use proptest::prelude::*;
use std::time::{Duration, Instant};

#[derive(Clone, Debug)]
enum Act {
    Send(u16, bool),
    Jump(u64),
    Hear(u64, Vec<Option<i64>>),
    Want(u64, u64),
    Wait(u32),
}

fn any_arrival() -> impl Strategy<Value = Option<i64>> {
    prop_oneof![Just(None), any::<i64>().prop_map(Some), (-50_000_000_i64..50_000_000).prop_map(Some), Just(Some(i64::MIN)), Just(Some(i64::MAX))]
}

fn any_act() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => (any::<u16>(), any::<bool>()).prop_map(|(bytes, is_probe)| Act::Send(bytes, is_probe)),
        1 => prop_oneof![any::<u64>(), Just(u64::MAX), Just(u64::MAX - 1)].prop_map(Act::Jump),
        4 => (prop_oneof![0_u64..400, any::<u64>()], prop::collection::vec(any_arrival(), 0..60)).prop_map(|(back, arrivals)| Act::Hear(back, arrivals)),
        1 => (any::<u64>(), any::<u64>()).prop_map(|(next, most)| Act::Want(next, most)),
        1 => (0_u64..5_000_000, 0_u64..9_000_000).prop_map(|(next, most)| Act::Want(next, most)),
        6 => prop_oneof![0_u32..100_000, 0_u32..90_000_000].prop_map(Act::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn no_feedback_breaks_it(start in any::<u64>(), acts in prop::collection::vec(any_act(), 0..400)) {
        let mut now = Instant::now();
        let mut estimate = Estimate::new(now, start);
        let mut number = 0_u64;
        for act in acts {
            match act {
                Act::Send(bytes, is_probe) => {
                    estimate.sent(now, number, bytes.into(), is_probe);
                    number = number.wrapping_add(1);
                }
                Act::Jump(to) => number = to,
                Act::Hear(back, arrivals) => {
                    let first = number.wrapping_sub(back);
                    estimate.feedback(now, arrivals.into_iter().enumerate().map(|(at, arrival)| (first.wrapping_add(at as u64), arrival)));
                }
                Act::Want(next, most) => estimate.want(next, most),
                Act::Wait(us) => now += Duration::from_micros(us.into()),
            }
            prop_assert!(estimate.probe(now) <= 1_500_000);
            prop_assert!((RATE_MIN..=RATE_MAX).contains(&estimate.bits_per_second()));
            estimate.next();
            estimate.changed();
        }
    }
}

#[test]
fn numbers_that_were_never_sent_say_nothing() {
    let now = Instant::now();
    let mut estimate = Estimate::new(now, 300_000);
    (0..100).for_each(|number| estimate.sent(now, 1_000 + number, 1_000, false));
    for round in 0..100_u64 {
        let at = now + Duration::from_millis(round * 50);
        estimate.feedback(at, (0..50).map(|number| (number + 2_000 * round, Some(0))).filter(|(number, _)| !(1_000..1_100).contains(number)));
        estimate.feedback(at, [(u64::MAX, None), (u64::MAX, Some(i64::MIN))]);
    }
    assert_eq!(estimate.bits_per_second(), 300_000);
}
