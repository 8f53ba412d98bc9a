//! Before authentication: small answers, few answers, flat memory.
use crate::support::{Caller, Heard, Lab, config};
use turn::Config;
use turn::limits::UNAUTHENTICATED_GROWTH_BYTES_MAX;
use wire::attribute as kind;
use wire::stun::{Class, Method};

fn reply_bytes(heard: &[Heard]) -> usize {
    heard.iter().map(|it| if let Heard::Reply(_, bytes) = it { bytes.len() } else { panic!("{it:?}") }).sum()
}

/// Requests a forger may send, from the smallest on.
fn requests(caller: &mut Caller) -> Vec<Vec<u8>> {
    let mut requests = Vec::new();
    for method in [Method::Binding, Method::Allocate, Method::Refresh, Method::CreatePermission, Method::ChannelBind] {
        for unknown in 0..32_u16 {
            let attributes: Vec<_> = (0..unknown).map(|number| (0x7f00 + number, Vec::new())).collect();
            requests.push(caller.plain(Class::Request, method, &attributes));
            requests.push(caller.signed(method, &attributes[..attributes.len().min(20)]));
        }
    }
    requests
}

#[test]
fn a_reply_to_who_proved_nothing_is_hardly_larger_than_its_request() {
    for (realm, growth_max) in [("incamera", 36), ("a realm as long as it may be: 32", UNAUTHENTICATED_GROWTH_BYTES_MAX)] {
        let mut lab = Lab::new(Config { realm: realm.into(), challenges_per_second: 10_000, ..config() });
        let mut caller = Caller::new("ada", "203.0.113.5:4000");
        caller.nonce = b"madeupmadeup".to_vec();
        let growth: Vec<_> =
            requests(&mut caller).iter().map(|request| reply_bytes(&lab.give(&caller.addr, request)).saturating_sub(request.len())).collect();
        assert_eq!(growth.iter().max(), Some(&growth_max), "with realm {realm}");
    }
}

#[test]
fn a_forged_source_gets_no_more_replies_than_its_bucket_holds() {
    let per_second = 20;
    let mut lab = Lab::new(Config { challenges_per_second: per_second, ..config() });
    let mut sent = 0;
    let mut replied = 0;
    for second in 0..10 {
        for port in 0..1_000 {
            let mut forged = Caller::new("ada", &format!("203.0.113.5:{}", 1_024 + second * 1_000 + port));
            let request = forged.plain(Class::Request, Method::Allocate, &[]);
            sent += request.len();
            replied += reply_bytes(&lab.give(&forged.addr, &request));
            lab.now.monotonic_ms += 1;
        }
    }
    let replies_max = 4 * 20 + 9_999 * 20 / 1_000; // the bucket, and what came in until the last request
    assert!(replied <= replies_max * 56 && replied > 0);
    assert!(replied < sent / 10, "{replied} bytes for {sent}: a flood shrinks");
    assert_eq!(lab.server.stats().challenges_withheld, 10_000 - u64::try_from(replies_max).unwrap());
}

#[test]
fn one_source_that_floods_does_not_silence_another() {
    let mut lab = Lab::new(Config { challenges_per_second: 5, ..config() });
    let mut flood = Caller::new("eve", "203.0.113.5:4000");
    for _ in 0..1_000 {
        let request = flood.plain(Class::Request, Method::Allocate, &[]);
        lab.give(&flood.addr, &request);
    }
    lab.client("ada", 1);
}

#[test]
fn all_addresses_of_an_ipv6_customer_share_one_bucket() {
    let mut lab = Lab::new(Config { challenges_per_second: 5, ..config() });
    let replies: usize = (1..100)
        .map(|host| {
            let mut caller = Caller::new("eve", &format!("[2001:db8:7:7::{host:x}]:4000"));
            let request = caller.plain(Class::Request, Method::Allocate, &[]);
            lab.give(&caller.addr, &request).len()
        })
        .sum();
    assert_eq!(replies, 20);
}

#[test]
fn who_is_authenticated_is_not_limited_by_the_bucket() {
    let mut lab = Lab::new(Config { challenges_per_second: 1, ..config() });
    let mut ada = lab.client("ada", 1);
    for _ in 0..100 {
        assert_eq!(ada.refresh(&mut lab, 600).code, None);
    }
}

#[test]
fn ten_thousand_source_ports_leave_nothing_behind() {
    let mut lab = Lab::new(config());
    lab.admit("ada", 1);
    let before = lab.server.entries();
    for port in 0..10_000_u16 {
        let mut stranger = Caller::new("stranger", &format!("198.18.{}.9:{}", port % 250, 20_000 + port));
        stranger.nonce = b"madeupmadeup".to_vec();
        let peer = "8.8.8.8:53".parse().unwrap();
        for input in [
            stranger.plain(Class::Request, Method::Allocate, &[(kind::REQUESTED_TRANSPORT, vec![17, 0, 0, 0])]),
            stranger.signed(Method::Allocate, &[(kind::REQUESTED_TRANSPORT, vec![17, 0, 0, 0]), (kind::EVEN_PORT, vec![0x80])]),
            stranger.send_indication(peer, b"data"),
            b"\x40\x00\x00\x04data".to_vec(),
            stranger.plain(Class::Request, Method::Binding, &[]),
        ] {
            lab.give(&stranger.addr, &input);
        }
    }
    assert_eq!(lab.server.entries(), before);
    assert_eq!(lab.server.next_timeout(), None);
}
