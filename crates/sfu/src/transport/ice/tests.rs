//! Which path a leg takes, and who can make it.
use super::{Credentials, Ice};
use crate::session::{Path, Protocol};
use std::time::{Duration, Instant};
use wire::attribute::{MESSAGE_INTEGRITY, PRIORITY, USE_CANDIDATE, USERNAME};
use wire::emit::Emitter;
use wire::integrity::verify_sha1;
use wire::stun::{Class, Message, Method};

const UDP: u16 = 1;
const OTHER: u16 = 2;
const TCP: u16 = 3;

fn path(port: u16) -> Path {
    let protocol = if port == TCP { Protocol::Tcp } else { Protocol::Udp };
    Path { protocol, local: ([127, 0, 0, 1], 1).into(), remote: ([127, 0, 0, 1], port).into() }
}

fn check(priority: u32, nominates: bool) -> Vec<u8> {
    let mut buffer = Vec::new();
    let mut emitter = Emitter::new(&mut buffer, Class::Request, Method::Binding, [9; 12]);
    emitter.attribute(USERNAME, b"a:b").attribute(PRIORITY, &priority.to_be_bytes());
    if nominates {
        emitter.attribute(USE_CANDIDATE, &[]);
    }
    emitter.integrity_sha1(b"ours");
    buffer
}

struct Bench {
    ice: Ice,
    start: Instant,
    checks: u8,
}

impl Bench {
    fn new() -> Self {
        let word = str::to_owned;
        let (our_ufrag, our_password, their_ufrag, their_password) = (word("us"), word("ours"), word("them"), word("theirs"));
        Self { ice: Ice::new(Credentials { our_ufrag, our_password, their_ufrag, their_password }), start: Instant::now(), checks: 0 }
    }

    fn at(&self, after_ms: u64) -> Instant {
        self.start + Duration::from_millis(after_ms)
    }

    /// What goes back on that path.
    fn give(&mut self, after_ms: u64, port: u16, datagram: &[u8]) -> Vec<Vec<u8>> {
        self.checks += 1;
        let (now, id, mut sent) = (self.at(after_ms), [self.checks; 12], Vec::new());
        self.ice.receive(now, &path(port), datagram, || Some(id), |datagram| sent.push(datagram));
        sent
    }

    /// A check that nominates; the check of ours that comes of it, if any.
    fn nominate(&mut self, after_ms: u64, port: u16, priority: u32) -> Option<Vec<u8>> {
        self.give(after_ms, port, &check(priority, true)).into_iter().nth(1)
    }

    /// The check of ours that comes of a packet of the client's.
    fn heard(&mut self, after_ms: u64, port: u16) -> Option<Vec<u8>> {
        self.checks += 1;
        let (now, id) = (self.at(after_ms), [self.checks; 12]);
        self.ice.heard(now, &path(port), || Some(id))
    }

    fn port(&self) -> u16 {
        self.ice.path().unwrap().remote.port()
    }
}

/// What a client answers to a check of ours, under a password.
fn answer(request: &[u8], password: &[u8]) -> Vec<u8> {
    let (mut buffer, id) = (Vec::new(), Message::parse(request).unwrap().transaction_id());
    Emitter::new(&mut buffer, Class::Success, Method::Binding, id).integrity_sha1(password);
    buffer
}

#[test]
fn a_check_is_answered_with_the_address_it_came_from() {
    let mut bench = Bench::new();
    let sent = bench.give(0, UDP, &check(1, false));
    let message = Message::parse(&sent[0]).unwrap();
    assert_eq!((message.class, message.transaction_id(), sent.len()), (Class::Success, [9; 12], 1));
    let integrity = message.attributes().find(|attribute| attribute.kind == MESSAGE_INTEGRITY).unwrap();
    assert!(verify_sha1(&sent[0], integrity.offset, integrity.value, b"ours"));
    assert_eq!(bench.port(), UDP, "before anything is nominated");
    assert!(bench.give(0, UDP, b"nothing").is_empty());
}

#[test]
fn the_better_of_several_nominated_paths_stays_until_the_handshake_is_over() {
    let mut bench = Bench::new();
    for (after_ms, port, priority, held) in
        [(0, TCP, 900, TCP), (10, UDP, 100, UDP), (20, TCP, 900, UDP), (30, OTHER, 200, OTHER), (40, UDP, 100, OTHER)]
    {
        assert_eq!(bench.nominate(after_ms, port, priority), None);
        assert_eq!(bench.port(), held);
    }
    bench.nominate(1_040, TCP, 900);
    assert_eq!(bench.port(), TCP, "the others are silent");
}

#[test]
fn a_leg_that_is_up_follows_only_to_where_the_client_answers() {
    let mut bench = Bench::new();
    bench.nominate(0, UDP, 100);
    bench.ice.came_up(bench.at(10), path(UDP));
    let ours = bench.nominate(20, OTHER, 200).expect("a check of ours");
    let username = Message::parse(&ours).unwrap().attributes().find(|attribute| attribute.kind == USERNAME).unwrap().value;
    assert_eq!((username, bench.port()), (&b"them:us"[..], UDP));
    assert_eq!(bench.nominate(30, OTHER, 200), None, "not at once again");
    bench.give(40, OTHER, &answer(&ours, b"guessed"));
    bench.give(40, TCP, &answer(&ours, b"theirs"));
    assert_eq!(bench.port(), UDP, "neither by who does not know its password, nor from elsewhere");
    bench.give(50, OTHER, &answer(&ours, b"theirs"));
    assert_eq!(bench.port(), OTHER);
    bench.give(60, UDP, &answer(&ours, b"theirs"));
    assert_eq!(bench.port(), OTHER, "an answer counts once");
}

#[test]
fn a_worse_path_is_asked_for_after_a_second_of_silence() {
    let mut bench = Bench::new();
    bench.nominate(0, UDP, 100);
    bench.ice.came_up(bench.at(10), path(UDP));
    assert_eq!(bench.nominate(500, TCP, 900), None);
    let ours = bench.nominate(1_010, TCP, 900).unwrap();
    bench.give(1_020, TCP, &answer(&ours, b"theirs"));
    assert_eq!(bench.port(), TCP);
}

#[test]
fn what_stands_behind_the_signature_is_not_read() {
    let mut bench = Bench::new();
    bench.nominate(0, UDP, 100);
    let mut forged = check(900, false);
    forged.extend_from_slice(&[0, 0x25, 0, 0]);
    let length = u16::try_from(forged.len() - 20).unwrap();
    forged[2..4].copy_from_slice(&length.to_be_bytes());
    assert!(Message::parse(&forged).is_some());
    bench.give(10, OTHER, &forged);
    assert_eq!(bench.port(), UDP);
}

#[test]
fn paths_that_are_named_in_turn_get_no_more_checks_than_one() {
    let mut bench = Bench::new();
    bench.nominate(0, UDP, 100);
    bench.ice.came_up(bench.at(10), path(UDP));
    let ports = [OTHER, OTHER + 10].into_iter().cycle();
    let checks = ports.zip(0..100).filter(|&(port, step)| bench.nominate(20 + 10 * step, port, 200).is_some()).count();
    assert_eq!(checks, 10, "in a second");
    assert_eq!(bench.port(), UDP);
}

/// A leg that is up by its first path.
fn up() -> Bench {
    let mut bench = Bench::new();
    bench.nominate(0, UDP, 100);
    bench.ice.came_up(bench.at(10), path(UDP));
    bench
}

#[test]
fn a_leg_follows_its_client_to_where_its_packets_come_from_and_it_answers() {
    let mut bench = up();
    assert_eq!(bench.heard(20, UDP), None);
    let ours = bench.heard(30, OTHER).expect("a check of ours");
    assert_eq!(bench.port(), UDP, "it is not known yet who sent it from there");
    bench.give(40, OTHER, &answer(&ours, b"guessed"));
    assert_eq!(bench.port(), UDP);
    bench.give(50, OTHER, &answer(&ours, b"theirs"));
    assert_eq!((bench.port(), bench.heard(60, OTHER)), (OTHER, None));
    assert!(bench.heard(200, UDP).is_some(), "and back");
}

#[test]
fn a_path_that_is_heard_from_is_not_left_for_one_that_is_only_named() {
    let mut bench = up();
    bench.heard(900, UDP);
    assert_eq!(bench.nominate(1_500, OTHER, 100), None);
    assert!(bench.nominate(1_900, OTHER, 100).is_some(), "a second later");
}

#[test]
fn what_comes_before_the_handshake_is_over_asks_for_nothing() {
    let mut bench = Bench::new();
    bench.nominate(0, UDP, 100);
    assert_eq!(bench.heard(10, OTHER), None);
}

#[test]
fn a_path_that_is_longer_than_the_time_between_two_checks_is_taken() {
    let mut bench = up();
    let first = bench.heard(20, OTHER).unwrap();
    let later: Vec<u64> = (1..20).filter(|step| bench.heard(20 + 20 * step, OTHER).is_some()).collect();
    assert_eq!(later, [5, 10, 15], "asked again, no more than ten times a second");
    bench.give(420, OTHER, &answer(&first, b"theirs"));
    assert_eq!(bench.port(), OTHER);
}

#[test]
fn several_paths_are_asked_for_at_once_and_an_old_answer_says_nothing() {
    let mut bench = up();
    let first = bench.heard(20, OTHER).unwrap();
    let second = bench.heard(200, OTHER + 1).unwrap();
    bench.give(5_020, OTHER, &answer(&first, b"theirs"));
    assert_eq!(bench.port(), UDP, "five seconds later");
    bench.give(5_030, OTHER + 1, &answer(&second, b"theirs"));
    assert_eq!(bench.port(), OTHER + 1);
}

#[test]
fn paths_without_end_are_not_kept() {
    let mut bench = up();
    let asked: Vec<Vec<u8>> = (0..6).map(|step| bench.heard(20 + 100 * u64::from(step), 100 + step).unwrap()).collect();
    bench.give(600, 100, &answer(&asked[0], b"theirs"));
    assert_eq!(bench.port(), UDP, "four came after it");
    bench.give(610, 103, &answer(&asked[3], b"theirs"));
    assert_eq!(bench.port(), 103);
}
