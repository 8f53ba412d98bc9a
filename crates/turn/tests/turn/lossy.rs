//! On links that lose, double and reorder, what clients have survives, and nothing is left behind. Seeded, half an hour at a time, without a clock.
use crate::support::{Answer, Heard, Lab, config};
use link::{Link, Weather};
use persistent::{CHANNEL, Persistent, Stay};
use std::collections::HashSet;
use turn::Ending;

mod link;
mod persistent;

const TICK_MS: u64 = 50;
const HALF_AN_HOUR_MS: u64 = 30 * 60 * 1_000;
/// Two users, and for each an allocation, a permission and a channel.
const ENTRIES_MAX: usize = 8;
/// Words that may be missing by chance: five standard deviations of what half an hour at one word a second brings.
const FEWER_MAX: u64 = 110;

/// Two people of one room, their links to the server and back, and what became of their words.
struct Call {
    lab: Lab,
    people: [Persistent; 2],
    up: Link<usize>,
    down: Link<usize>,
    said: [u32; 2],
    heard: [HashSet<u32>; 2],
    endings: Vec<(String, Ending)>,
}

impl Call {
    fn new(weather: Weather, seed: u64) -> Self {
        let mut lab = Lab::new(config());
        lab.admit("ada", 1);
        lab.admit("bob", 1);
        let people = [Persistent::new("ada", "203.0.113.5:4000"), Persistent::new("bob", "203.0.113.6:4000")];
        let (up, down) = (Link::new(weather, seed), Link::new(weather, !seed));
        Self { lab, people, up, down, said: [0; 2], heard: Default::default(), endings: Vec::new() }
    }

    fn now_ms(&self) -> u64 {
        self.lab.now.monotonic_ms
    }

    fn tick(&mut self) {
        self.lab.now.monotonic_ms += TICK_MS;
        self.lab.now.unix_s += u64::from(self.now_ms().is_multiple_of(1_000));
        let now_ms = self.now_ms();
        self.lab.server.handle_timeout(self.lab.now, &mut self.lab.ears);
        for (who, bytes) in self.up.arrived(now_ms) {
            let from = self.people[who].caller.addr;
            self.lab.server.handle_client(self.lab.now, &from, &bytes, &mut self.lab.ears);
        }
        for heard in self.lab.heard() {
            match heard {
                Heard::Reply(to, bytes) | Heard::ToClient(to, bytes) => {
                    let who = self.people.iter().position(|person| person.caller.addr == to).expect("one of the two");
                    self.down.send(now_ms, who, &bytes);
                }
                Heard::Ended(user, reason, ..) => self.endings.push((user, reason)),
                Heard::Allocated(..) => {}
                other => panic!("nothing else was due: {other:?}"),
            }
        }
        for (who, bytes) in self.down.arrived(now_ms) {
            self.deliver(who, &bytes);
        }
        for (who, person) in self.people.iter_mut().enumerate() {
            if let Some(bytes) = person.poll(now_ms) {
                self.up.send(now_ms, who, &bytes);
            }
        }
        assert!(self.lab.server.entries() <= ENTRIES_MAX, "state is left behind: {}", self.lab.server.entries());
    }

    fn deliver(&mut self, who: usize, bytes: &[u8]) {
        let Some((channel, data)) = wire::channel_data::parse(bytes) else {
            let now_ms = self.now_ms();
            return self.people[who].hear(now_ms, &Answer::parse(bytes));
        };
        let (speaker, number) = data.split_at(1);
        assert_eq!((channel, usize::from(speaker[0])), (CHANNEL, 1 - who), "only the other one is heard");
        self.heard[who].insert(u32::from_be_bytes(number.try_into().expect("whole")));
    }

    /// Both say a number.
    fn speak(&mut self) {
        let now_ms = self.now_ms();
        for who in 0..2 {
            let number = self.said[who].to_be_bytes();
            let head = wire::channel_data::header(CHANNEL, 5).expect("a length that fits");
            let speaker = [u8::try_from(who).expect("0 or 1")];
            self.up.send(now_ms, who, &[&head[..], &speaker, &number].concat());
            self.said[who] += 1;
        }
    }

    fn until(&mut self, limit_ms: u64, holds: impl Fn(&Self) -> bool) {
        let end_ms = self.now_ms() + limit_ms;
        while !holds(self) {
            assert!(self.now_ms() < end_ms, "not within {limit_ms} ms");
            self.tick();
        }
    }
}

/// Sets up, talks for half an hour, leaves: everything lives as long as it should, and nothing longer.
fn survives(weather: Weather, seed: u64) -> u32 {
    let mut call = Call::new(weather, seed);
    call.until(240_000, |call| call.people.iter().all(|person| person.caller.relay.is_some()));
    let relays = [0, 1].map(|who| call.people[who].caller.relay());
    for (person, peer) in call.people.iter_mut().zip([relays[1], relays[0]]) {
        person.peer = Some(peer);
    }
    call.until(240_000, |call| call.people.iter().all(|person| person.is_bound));
    // Before it knew of its allocation a client may have had to end it.
    assert!(call.endings.iter().all(|(_, reason)| *reason == Ending::Released));
    call.endings.clear();
    let end_ms = call.now_ms() + HALF_AN_HOUR_MS;
    while call.now_ms() < end_ms {
        if call.now_ms().is_multiple_of(1_000) {
            call.speak();
        }
        call.tick();
        assert_eq!(call.lab.server.stats().allocations, 2, "both live on");
    }
    assert!(call.endings.is_empty(), "{:?}", call.endings);
    assert_eq!([0, 1].map(|who| call.people[who].caller.relay()), relays, "and are where they were");
    let passed = (100 - weather.loss).pow(2) * u64::from(call.said[0]) / 10_000;
    for heard in &call.heard {
        assert!(heard.len() as u64 + FEWER_MAX >= passed, "{} of {} words", heard.len(), call.said[0]);
    }
    for person in &mut call.people {
        person.stay = Stay::Leaves;
    }
    call.until(240_000, |call| call.people.iter().all(|person| person.stay == Stay::Left));
    assert!(call.people.iter().all(|person| person.refusals.is_empty()), "no request was refused");
    // An Allocate that was long under way may have come after the end; that allocation is nobody's and runs out.
    call.until(700_000, |call| call.lab.server.next_timeout().is_none());
    assert_eq!(call.lab.server.entries(), 2, "only that both are admitted is remembered");
    call.people.iter().map(|person| person.given_up).sum()
}

#[test]
fn allocations_and_channels_survive_any_weather_and_leave_nothing_behind() {
    for loss in [0, 5, 10, 20, 30] {
        for (doubled, delay_ms_max) in [(0, 40), (10, 400), (30, 3_000)] {
            for seed in 0..3 {
                survives(Weather { loss, doubled, delay_ms_max }, seed);
            }
        }
    }
}

#[test]
fn what_is_lost_seven_times_is_begun_again() {
    let given_up: u32 = (0..4).map(|seed| survives(Weather { loss: 60, doubled: 0, delay_ms_max: 100 }, seed)).sum();
    assert!(given_up > 0, "these links are bad enough to lose whole transactions");
}

#[test]
fn who_falls_silent_is_forgotten_in_time() {
    let mut call = Call::new(Weather { loss: 20, doubled: 20, delay_ms_max: 400 }, 9);
    call.until(240_000, |call| call.people.iter().all(|person| person.caller.relay.is_some()));
    for person in &mut call.people {
        person.stay = Stay::Left;
    }
    call.until(601_000, |call| call.lab.server.next_timeout().is_none());
    assert_eq!((call.lab.server.entries(), call.endings.len()), (2, 2));
    assert!(call.endings.iter().all(|(_, reason)| *reason == Ending::Expired));
}
