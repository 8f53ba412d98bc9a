//! Quotas of users and bounds of tables.
use crate::support::{Caller, Heard, Lab, config, public_config};
use turn::limits::{SERVICES_MAX, USER_BYTES_MAX, USERS_MAX};
use turn::{Config, ConfigError, Full, Peers, RoomId, Server};

fn more_allocations(lab: &mut Lab, user: &str, count: u16) -> Vec<Option<u16>> {
    (0..count)
        .map(|number| {
            let mut caller = Caller::new(user, &format!("203.0.113.5:{}", 7_000 + number));
            caller.learn_nonce(lab);
            caller.allocate(lab).code
        })
        .collect()
}

#[test]
fn a_user_has_a_bounded_number_of_allocations_and_gets_places_back() {
    for peers in [Peers::Closed, Peers::Public] {
        let mut lab = Lab::new(Config { peers, allocations_per_user_max: 3, ..config() });
        lab.admit("ada", 1);
        assert_eq!(more_allocations(&mut lab, "ada", 5), [None, None, None, Some(486), Some(486)]);
        lab.client("bob", 1);
        lab.pass_s(600);
        assert_eq!(more_allocations(&mut lab, "ada", 4), [None, None, None, Some(486)]);
    }
}

#[test]
fn a_stranger_too_and_is_forgotten_with_its_last_allocation() {
    let mut lab = Lab::new(Config { allocations_per_user_max: 2, ..public_config() });
    assert_eq!(more_allocations(&mut lab, "stranger", 3), [None, None, Some(486)]);
    assert_eq!(lab.server.entries(), 3);
    lab.pass_s(600);
    assert_eq!(lab.server.entries(), 0);
}

#[test]
fn a_shard_has_a_bounded_number_of_allocations() {
    let mut lab = Lab::new(Config { allocations_max: 2, ..config() });
    lab.admit("ada", 1);
    assert_eq!(more_allocations(&mut lab, "ada", 3), [None, None, Some(508)]);
    assert_eq!(lab.server.stats().quota_refusals, 1);
}

#[test]
fn a_refused_allocation_leaves_nothing_behind() {
    let mut lab = Lab::new(Config { allocations_per_user_max: 0, ..public_config() });
    assert_eq!(more_allocations(&mut lab, "stranger", 1), [Some(486)]);
    assert_eq!(lab.server.entries(), 0);
    let mut lab = Lab::new(public_config());
    lab.ears.ports_are_taken = true;
    assert_eq!(more_allocations(&mut lab, "stranger", 1), [Some(508)]);
    assert_eq!(lab.server.entries(), 0);
}

#[test]
fn a_user_gets_so_many_bytes_per_second_over_all_its_allocations() {
    let mut lab = Lab::new(Config { bytes_per_second_per_user: 10_000, ..public_config() });
    let mut ada = lab.client("ada", 1);
    let mut again = lab.client_at("ada", "203.0.113.5:4001");
    let peer = "8.8.8.8:53".parse().unwrap();
    ada.permit(&mut lab, &[peer]);
    again.permit(&mut lab, &[peer]);
    let mut passed = 0;
    for round in 0..100 {
        let caller = if round % 2 == 0 { &mut ada } else { &mut again };
        passed += caller.send(&mut lab, peer, &[0; 1_000]).len();
    }
    assert_eq!(passed, 10);
    assert_eq!(lab.server.stats().packets_over_rate, 90);
    lab.now.monotonic_ms += 500;
    assert_eq!((0..100).map(|_| ada.send(&mut lab, peer, &[0; 1_000]).len()).sum::<usize>(), 5);
    lab.now.monotonic_ms += 60_000;
    lab.heard();
    for _ in 0..100 {
        lab.server.handle_peer(lab.now, ada.relay(), peer, &[0; 1_000], &mut lab.ears);
    }
    assert_eq!(lab.heard().len(), 10, "what comes in counts as well, and no more than a second is saved up");
}

#[test]
fn who_is_flooded_can_still_send() {
    let mut lab = Lab::new(Config { bytes_per_second_per_user: 10_000, ..public_config() });
    let mut ada = lab.client("ada", 1);
    let peer = "8.8.8.8:53".parse().unwrap();
    ada.permit(&mut lab, &[peer]);
    for _ in 0..100 {
        lab.server.handle_peer(lab.now, ada.relay(), peer, &[0; 1_000], &mut lab.ears);
    }
    assert_eq!(ada.send(&mut lab, peer, b"still here").len(), 1);
}

#[test]
fn a_server_can_be_moved_to_the_thread_of_its_shard() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&Lab::new(config()).server);
}

#[test]
fn a_slow_rate_is_met_even_when_asked_every_millisecond() {
    let mut lab = Lab::new(Config { bytes_per_second_per_user: 100, ..public_config() });
    let mut ada = lab.client("ada", 1);
    let peer = "8.8.8.8:53".parse().unwrap();
    ada.permit(&mut lab, &[peer]);
    let passed: usize = (0..10_000)
        .map(|_| {
            lab.now.monotonic_ms += 1;
            ada.send(&mut lab, peer, b"x").len()
        })
        .sum();
    assert!((1_000..=1_100).contains(&passed), "{passed}");
}

#[test]
fn making_allocations_again_and_again_gains_a_stranger_no_bytes() {
    let mut lab = Lab::new(Config { bytes_per_second_per_user: 10_000, ..public_config() });
    let peer = "8.8.8.8:53".parse().unwrap();
    let mut passed = 0;
    for number in 0..20 {
        let mut stranger = lab.client_at("stranger", &format!("203.0.113.5:{}", 4_000 + number));
        stranger.permit(&mut lab, &[peer]);
        lab.now.monotonic_ms += 50;
        passed += (0..20).map(|_| stranger.send(&mut lab, peer, &[0; 100]).len()).sum::<usize>();
        assert_eq!(stranger.refresh(&mut lab, 0).code, None);
    }
    assert_eq!(passed, 100);
}

#[test]
fn names_rooms_and_services_have_bounds() {
    let mut lab = Lab::new(config());
    let too_long = "x".repeat(USER_BYTES_MAX + 1);
    assert_eq!(lab.server.admit(&too_long, Some(RoomId(1)), &mut lab.ears), Err(Full));
    assert_eq!(lab.server.admit("", Some(RoomId(1)), &mut lab.ears), Err(Full));
    assert_eq!(lab.server.admit("ada", Some(RoomId(u64::MAX)), &mut lab.ears), Err(Full));
    assert_eq!(lab.server.admit(&too_long[1..], Some(RoomId(u64::MAX - 2)), &mut lab.ears), Ok(()));
    for port in 0..SERVICES_MAX {
        lab.server.register_local(format!("127.0.0.1:{}", 1 + port).parse().unwrap()).unwrap();
    }
    assert_eq!(lab.server.register_local("127.0.0.1:99".parse().unwrap()), Err(Full));
    assert_eq!(lab.server.register_local("127.0.0.1:1".parse().unwrap()), Ok(()));
}

#[test]
fn the_table_of_users_is_bounded_and_forgets_who_is_evicted() {
    let mut lab = Lab::new(config());
    for number in 0..USERS_MAX {
        lab.admit(&format!("user {number}"), 1);
    }
    assert_eq!(lab.server.admit("one more", Some(RoomId(1)), &mut lab.ears), Err(Full));
    assert_eq!(lab.server.admit("user 5", Some(RoomId(2)), &mut lab.ears), Ok(()));
    lab.evict("user 7");
    lab.evict("user 7");
    assert_eq!(lab.server.admit("one more", Some(RoomId(1)), &mut lab.ears), Ok(()));
    assert_eq!(lab.server.admit("two more", Some(RoomId(1)), &mut lab.ears), Err(Full));
    assert_eq!(lab.server.entries(), USERS_MAX);
}

#[test]
fn settings_that_cannot_be_served_with_are_named() {
    let reversed = "10.0.0.9".parse().unwrap()..="10.0.0.1".parse().unwrap();
    let mixed = "10.0.0.9".parse().unwrap()..="::1".parse().unwrap();
    for (broken, error) in [
        (Config { realm: String::new(), ..config() }, ConfigError::Realm),
        (Config { realm: "a \"quoted\" realm".into(), ..config() }, ConfigError::Realm),
        (Config { realm: "x".repeat(33), ..config() }, ConfigError::Realm),
        (Config { secrets: Vec::new(), ..config() }, ConfigError::Secrets),
        (Config { secrets: vec![b"short".to_vec()], ..config() }, ConfigError::Secrets),
        (Config { relay_v4: None, relay_v6: None, ..config() }, ConfigError::NoRelayAddress),
        (Config { relay_ports: 50_000..=50_000, ..config() }, ConfigError::RelayPorts),
        (Config { relay_ports: 0..=50_000, ..config() }, ConfigError::RelayPorts),
        (Config { allocations_max: usize::MAX, ..config() }, ConfigError::TooMany),
        (Config { bytes_per_second_per_user: u64::MAX, ..config() }, ConfigError::TooMany),
        (Config { lifetime_default_s: 0, ..config() }, ConfigError::Lifetime),
        (Config { lifetime_max_s: 599, ..config() }, ConfigError::Lifetime),
        (Config { deny: vec![reversed], ..config() }, ConfigError::DenyRange),
        (Config { deny: vec![mixed], ..config() }, ConfigError::DenyRange),
    ] {
        assert_eq!(Server::new(broken, [0; 32]).err(), Some(error));
        assert!(!error.to_string().is_empty());
    }
}

#[test]
fn counters_say_what_passed() {
    let mut lab = Lab::new(config());
    let mut ada = lab.client("ada", 1);
    let mut bob = lab.client("bob", 1);
    ada.permit(&mut lab, &[bob.relay()]);
    bob.permit(&mut lab, &[ada.relay()]);
    let Heard::ToClient(..) = ada.send(&mut lab, bob.relay(), b"data")[0] else { panic!() };
    ada.permit(&mut lab, &["8.8.8.8:1".parse().unwrap()]);
    lab.give(&ada.addr, b"\xffnothing");
    let stats = lab.server.stats();
    assert_eq!((stats.allocations, stats.allocations_made, stats.challenges), (2, 2, 2));
    assert_eq!((stats.packets_from_clients, stats.packets_to_clients, stats.bytes_from_clients, stats.bytes_to_clients), (1, 1, 4, 4));
    assert_eq!((stats.peers_denied, stats.packets_malformed), (1, 1));
}
