//! What holds for every input, tried with many.
use crate::support::{Caller, Heard, Lab, config};
use proptest::prelude::*;

fn soak(inputs: &[(u16, Vec<u8>)]) {
    let mut lab = Lab::new(config());
    let ada = lab.client("ada", 1);
    let before = lab.server.entries();
    for (port, input) in inputs {
        let stranger = Caller::new("eve", &format!("203.0.113.200:{}", port | 1));
        for from in [&stranger.addr, &ada.addr] {
            for heard in lab.give(from, input) {
                let Heard::Reply(to, bytes) = heard else { panic!("{heard:?}") };
                assert!(to == *from && bytes.len() <= input.len() + turn::limits::UNAUTHENTICATED_GROWTH_BYTES_MAX);
            }
        }
        lab.now.monotonic_ms += 1;
    }
    assert_eq!(lab.server.entries(), before);
}

/// Bytes that begin like STUN, so that more of them get past the header.
fn stun_like() -> impl Strategy<Value = Vec<u8>> {
    (0..0x200_u16, prop::collection::vec(any::<u8>(), 0..120)).prop_map(|(kind, mut body)| {
        body.truncate(body.len() / 4 * 4);
        let length = u16::try_from(body.len()).unwrap();
        [&kind.to_be_bytes()[..], &length.to_be_bytes(), &[0x21, 0x12, 0xa4, 0x42], &[9; 12], &body].concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(5_769), ..ProptestConfig::with_cases(300) })]

    #[test]
    fn arbitrary_bytes_change_nothing_and_get_only_small_answers(inputs in prop::collection::vec((any::<u16>(), prop::collection::vec(any::<u8>(), 0..200)), 1..20)) {
        soak(&inputs);
    }

    #[test]
    fn bytes_that_look_like_stun_change_nothing_either(inputs in prop::collection::vec((any::<u16>(), stun_like()), 1..20)) {
        soak(&inputs);
    }

    #[test]
    fn relayed_data_arrives_as_it_was_sent(data in prop::collection::vec(any::<u8>(), 0..2_000), number in 0x4000..=0x4fff_u16) {
        let mut lab = Lab::new(config());
        let mut ada = lab.client("ada", 1);
        let mut bob = lab.client("bob", 1);
        prop_assert_eq!(ada.bind(&mut lab, number, bob.relay()).code, None);
        prop_assert_eq!(bob.bind(&mut lab, number, ada.relay()).code, None);
        let heard = ada.channel_data(&mut lab, number, &data);
        let head = wire::channel_data::header(number, data.len()).unwrap();
        prop_assert_eq!(heard, [Heard::ToClient(bob.addr, [&head, &data[..]].concat())]);
    }
}
