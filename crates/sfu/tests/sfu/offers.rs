//! Offers that no client of ours would write.
use crate::support::client::Client;
use crate::support::world::Out;
use proptest::prelude::*;
use sfu::{Kind, Offer, OfferError, Protocol, RtpTransport, Sfu};
use std::time::Instant;

fn sfu() -> Sfu<RtpTransport> {
    Sfu::new(vec![(Protocol::Udp, "127.0.0.1:5000".parse().unwrap())])
}

fn good() -> String {
    Client::new(1, Instant::now(), 16, 30).1
}

#[test]
fn the_largest_offer_is_taken() {
    let offer = Offer::parse(&good()).unwrap();
    assert_eq!(offer.slots.iter().filter(|slot| slot.kind == Kind::Audio).count(), 16);
    assert_eq!(offer.slots.len(), 46);
    assert!(sfu().offer(Instant::now(), 1, "p", "leg", &good(), &mut Out::default()).is_ok());
}

#[test]
fn what_weakens_the_transport_is_refused() {
    for (from, to) in [("UDP/TLS/RTP/SAVPF", "RTP/SAVPF"), ("a=fingerprint:sha-256", "a=fingerprint:sha-1"), ("a=mid:", "a=crypto:1 x\r\na=mid:")] {
        assert!(matches!(Offer::parse(&good().replace(from, to)), Err(OfferError::Insecure(_))), "{from}");
    }
    for (from, to) in [("a=sendonly", "a=sendrecv"), ("a=setup:actpass", "a=setup:passive"), ("m=video 9", "m=video 0"), ("v=0", "a=ice-lite\r\nv=0")]
    {
        assert!(matches!(Offer::parse(&good().replace(from, to)), Err(OfferError::Malformed(_))), "{from}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn an_offer_with_mistakes_is_answered_or_refused(cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..200, "\\PC{0,8}"), 1..6)) {
        let mut text = good();
        for (index, length, instead) in cuts {
            let mut from = index.index(text.len());
            while !text.is_char_boundary(from) { from -= 1; }
            let mut to = (from + length).min(text.len());
            while !text.is_char_boundary(to) { to += 1; }
            text.replace_range(from..to, &instead);
        }
        let mut sfu = sfu();
        let taken = sfu.offer(Instant::now(), 1, "p", "leg", &text, &mut Out::default()).is_ok();
        prop_assert_eq!(sfu.stats().legs, u64::from(taken));
        prop_assert_eq!(sfu.stats().panics, 0);
    }

    #[test]
    fn arbitrary_text_is_refused(text in "\\PC{0,400}") {
        prop_assert!(Offer::parse(&text).is_err());
    }
}
