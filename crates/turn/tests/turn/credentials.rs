//! Expired, foreign and revoked credentials, on each method and on the packet path.
use crate::support::{Caller, Heard, Lab, SECRET, START_UNIX_S, config, credential, public_config, xor};
use turn::{Ending, Peers};
use wire::attribute as kind;
use wire::stun::Method;

const METHODS: [Method; 4] = [Method::Allocate, Method::Refresh, Method::CreatePermission, Method::ChannelBind];

/// A well-formed request of a method.
fn request(caller: &mut Caller, method: Method) -> Vec<u8> {
    let peer = "192.0.2.1:50000".parse().unwrap();
    caller.signed_with(method, |id| match method {
        Method::Allocate => vec![(kind::REQUESTED_TRANSPORT, vec![17, 0, 0, 0])],
        Method::ChannelBind => vec![(kind::CHANNEL_NUMBER, vec![0x40, 0, 0, 0]), (kind::XOR_PEER_ADDRESS, xor(&peer, id))],
        _ => vec![(kind::XOR_PEER_ADDRESS, xor(&peer, id))],
    })
}

/// Two clients of one room with channels to each other, whose credentials run out after 120 s.
fn pair(lab: &mut Lab) -> (Caller, Caller) {
    let mut callers = ["ada", "bob"].map(|user| {
        lab.admit(user, 1);
        let mut caller = Caller::new(user, &format!("203.0.113.9:{}", 4_000 + user.as_bytes()[0] as usize));
        caller.username = format!("{}:{user}", START_UNIX_S + 120);
        caller.password = credential(SECRET, &caller.username);
        caller.learn_nonce(lab);
        caller.relay = caller.allocate(lab).relays().first().copied();
        caller
    });
    let relays = callers.each_ref().map(Caller::relay);
    assert_eq!(callers[0].bind(lab, 0x4000, relays[1]).code, None);
    assert_eq!(callers[1].bind(lab, 0x4000, relays[0]).code, None);
    callers.into()
}

#[test]
fn an_expired_credential_is_refused_by_every_method() {
    for method in METHODS {
        let mut lab = Lab::new(config());
        let (mut ada, _) = pair(&mut lab);
        lab.now.unix_s += 120;
        let request = request(&mut ada, method);
        assert_eq!(lab.ask(&ada.addr, &request).code, Some(401), "{method:?}");
    }
}

#[test]
fn an_expired_credential_passes_no_data_in_either_direction() {
    let mut lab = Lab::new(config());
    let (mut ada, bob) = pair(&mut lab);
    assert_eq!(ada.channel_data(&mut lab, 0x4000, b"before").len(), 1);
    lab.now.unix_s += 120; // the wall clock jumps, the monotonic one does not: timers know nothing of it
    assert_eq!(ada.channel_data(&mut lab, 0x4000, b"after"), []);
    assert_eq!(ada.send(&mut lab, bob.relay(), b"after"), []);
    assert_eq!(bob.channel_data(&mut lab, 0x4000, b"after"), []);
}

#[test]
fn an_allocation_never_outlives_its_credential() {
    let mut lab = Lab::new(config());
    let (mut ada, _) = pair(&mut lab);
    assert_eq!(ada.refresh(&mut lab, 3_600).lifetime_s(), 120);
    lab.pass_s(60);
    assert_eq!(ada.refresh(&mut lab, 3_600).lifetime_s(), 60);
    lab.pass_s(60);
    assert_eq!(lab.server.stats().allocations, 0);
}

#[test]
fn a_credential_of_a_foreign_secret_is_refused_by_every_method() {
    for method in METHODS {
        let mut lab = Lab::new(config());
        let (mut ada, _) = pair(&mut lab);
        ada.password = credential(b"the secret of another server", &ada.username);
        let request = request(&mut ada, method);
        assert_eq!(lab.ask(&ada.addr, &request).code, Some(401), "{method:?}");
    }
}

#[test]
fn both_secrets_are_good_while_they_rotate_and_the_old_one_no_longer_after() {
    let mut lab = Lab::new(config());
    let (mut ada, mut bob) = pair(&mut lab);
    let new = b"a newer secret than that".to_vec();
    lab.server.set_secrets(vec![new.clone(), SECRET.to_vec()]).unwrap();
    assert_eq!(ada.refresh(&mut lab, 600).code, None);
    bob.password = credential(&new, &bob.username);
    assert_eq!(bob.refresh(&mut lab, 600).code, None);
    lab.server.set_secrets(vec![new]).unwrap();
    assert_eq!(ada.refresh(&mut lab, 600).code, Some(401));
    assert_eq!(bob.refresh(&mut lab, 600).code, None);
    assert!(lab.server.set_secrets(Vec::new()).is_err());
    assert!(lab.server.set_secrets(vec![b"short".to_vec()]).is_err());
}

#[test]
fn another_username_may_not_touch_an_allocation() {
    for method in METHODS {
        let mut lab = Lab::new(config());
        let (ada, _) = pair(&mut lab);
        lab.admit("eve", 1);
        let mut eve = Caller::new("eve", "203.0.113.9:1");
        eve.addr = ada.addr;
        eve.nonce.clone_from(&ada.nonce);
        let request = request(&mut eve, method);
        let expected = if method == Method::Allocate { 437 } else { 441 };
        assert_eq!(lab.ask(&eve.addr, &request).code, Some(expected), "{method:?}");
    }
}

#[test]
fn eviction_ends_allocations_at_once_and_every_method_after_it() {
    for peers in [Peers::Closed, Peers::Public] {
        for method in METHODS {
            let mut lab = Lab::new(turn::Config { peers, ..config() });
            let (mut ada, bob) = pair(&mut lab);
            lab.heard();
            lab.evict("ada");
            assert!(lab.heard().contains(&Heard::Ended("ada".into(), Ending::Evicted, 0, 0)));
            assert_eq!(ada.channel_data(&mut lab, 0x4000, b"still here?"), []);
            assert_eq!(ada.send(&mut lab, bob.relay(), b"still here?"), []);
            assert_eq!(bob.channel_data(&mut lab, 0x4000, b"anybody?"), []);
            let request = request(&mut ada, method);
            let expected = if method == Method::Allocate { 403 } else { 437 };
            assert_eq!(lab.ask(&ada.addr, &request).code, Some(expected), "{method:?} with {peers:?}");
        }
    }
}

#[test]
fn who_moves_to_another_room_leaves_the_allocations_of_the_old_one() {
    let mut lab = Lab::new(config());
    let (mut ada, bob) = pair(&mut lab);
    lab.admit("ada", 1);
    assert_eq!(lab.server.stats().allocations, 2, "the same room again changes nothing");
    lab.admit("ada", 2);
    assert_eq!(lab.server.stats().allocations, 1);
    assert_eq!(ada.allocate(&mut lab).code, None);
    assert_eq!(ada.bind(&mut lab, 0x4000, bob.relay()).code, Some(403));
}

#[test]
fn a_stranger_with_a_good_credential_gets_no_allocation_in_the_closed_loop() {
    let mut lab = Lab::new(config());
    let mut stranger = Caller::new("stranger", "203.0.113.5:4000");
    stranger.learn_nonce(&mut lab);
    assert_eq!(stranger.allocate(&mut lab).code, Some(403));
}

#[test]
fn a_stranger_reaches_public_peers_and_no_room() {
    let mut lab = Lab::new(public_config());
    let ada = lab.client("ada", 1);
    let mut stranger = lab.client_at("stranger", "203.0.113.5:4000");
    assert_eq!(stranger.permit(&mut lab, &["8.8.8.8:53".parse().unwrap()]).code, None);
    assert_eq!(stranger.permit(&mut lab, &[ada.relay()]).code, Some(403));
}

#[test]
fn with_the_list_of_revoked_users_full_no_stranger_is_let_in() {
    let mut lab = Lab::new(public_config());
    for number in 0..turn::limits::REVOKED_MAX {
        lab.evict(&format!("user {number}"));
    }
    let mut stranger = Caller::new("stranger", "203.0.113.5:4000");
    stranger.learn_nonce(&mut lab);
    assert_eq!(stranger.allocate(&mut lab).code, Some(403));
    assert_eq!(lab.client("ada", 1).refresh(&mut lab, 600).code, None, "who is admitted still is");
    let before = lab.server.entries();
    lab.evict("one more");
    assert_eq!(lab.server.entries(), before);
}

#[test]
fn a_password_is_what_every_other_tool_makes_of_secret_and_username() {
    // base64(hmac.digest(secret, username, "sha1")) of Python
    assert_eq!(&turn::password(b"sixteen bytes or more", "1800086400:ada"), b"LCrrcS6hEgS3QGBrsy8OOkNYo70=");
}
