//! A session that says what a test tells it to and writes down what it is asked: the second implementation of the trait.
use sfu::{Answer, Appetite, Offer, OfferError, Output, Packet, Path, Protocol, Session};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// What actors shall do and did, by the order of their offers.
#[derive(Default)]
pub struct Script {
    opened: usize,
    pub say: BTreeMap<usize, VecDeque<Output>>,
    pub panics: BTreeSet<usize>,
    pub sent: Vec<(usize, Packet)>,
    pub asked: Vec<(usize, usize, usize)>,
    /// What each leg's way was last said to be wanted for.
    pub wanted: BTreeMap<usize, Appetite>,
}

thread_local! {
    pub static SCRIPT: RefCell<Script> = RefCell::default();
}

pub fn script<T>(act: impl FnOnce(&mut Script) -> T) -> T {
    SCRIPT.with_borrow_mut(act)
}

pub struct Actor {
    number: usize,
    now: Instant,
}

impl Session for Actor {
    fn answer(_: &Offer, _: &[(Protocol, SocketAddr)], now: Instant) -> Result<(Self, Answer), OfferError> {
        let number = script(|script| {
            script.opened += 1;
            script.opened - 1
        });
        let answer = Answer { sdp: String::new(), ufrag: format!("u{number}"), password: "password".to_owned() };
        Ok((Self { number, now }, answer))
    }

    fn receive(&mut self, _: Instant, _: &Path, _: &[u8]) {}

    fn timeout(&mut self, now: Instant) {
        self.now = now;
        assert!(!script(|script| script.panics.contains(&self.number)), "as the script wants it");
    }

    fn poll(&mut self) -> Output {
        let said = script(|script| script.say.get_mut(&self.number).and_then(VecDeque::pop_front));
        said.unwrap_or(Output::Idle(self.now + Duration::from_millis(10)))
    }

    fn send(&mut self, _: Instant, packet: &Packet, _: &mut impl FnMut(&Path, &[u8])) -> bool {
        script(|script| script.sent.push((self.number, packet.clone())));
        true
    }

    fn ask_key_frame(&mut self, track: usize, layer: usize) {
        script(|script| script.asked.push((self.number, track, layer)));
    }

    fn want(&mut self, appetite: Appetite) {
        script(|script| script.wanted.insert(self.number, appetite));
    }

    fn close(&mut self) {}
}
