//! Rooms whose members leave, come back, change their transport and what they want to see, by a seed: memory stays flat and no stream stands still.
use crate::meeting::Meeting;
use std::time::{Duration, Instant};

const STEP: Duration = Duration::from_millis(250);
const HALF: Duration = Duration::from_secs(8);
const SEED: u64 = 7;
/// What an allocator may keep over what it had half the way; a packet's cache lost with each who left would be more.
const GROWTH_BYTES_MAX: usize = 8 << 20;

fn resident_bytes() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4_096
}

/// xorshift64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below as u64).unwrap()
    }
}

/// One thing that happens in a room.
fn happens(meeting: &mut Meeting, chance: &mut Chance, room: u64, names: &[u16]) {
    let name = names[chance.below(names.len())];
    if !meeting.members.contains_key(&name) {
        return meeting.join(name, room, names);
    }
    match chance.below(8) {
        // Two stay, or nobody has anybody to hear.
        0 | 1 if names.iter().filter(|name| meeting.members.contains_key(name)).count() > 2 => meeting.leave(name, chance.below(3) > 0),
        2 => meeting.join(name, room, names),
        _ => {
            let others = names.iter().filter(|&&other| other != name).flat_map(|&other| [(other, 0), (other, 1)]);
            let wanted = others.filter(|_| chance.below(3) > 0).collect();
            meeting.wish(name, wanted);
        }
    }
}

#[test]
fn people_come_and_go_and_nothing_grows_or_stands_still() {
    let mut chance = Chance(SEED);
    let mut meeting = Meeting::open();
    let rooms: [Vec<u16>; 2] = [(0..3).collect(), (3..9).collect()];
    for (room, names) in (1..).zip(&rooms) {
        names.iter().for_each(|&name| meeting.join(name, room, names));
    }
    meeting.settle();
    let (began, mut resident_at_half) = (Instant::now(), None);
    while began.elapsed() < 2 * HALF {
        for (room, names) in (1..).zip(&rooms) {
            happens(&mut meeting, &mut chance, room, names);
        }
        meeting.run(STEP);
        if began.elapsed() >= HALF {
            resident_at_half.get_or_insert_with(resident_bytes);
        }
    }
    let (before, after) = (resident_at_half.unwrap(), resident_bytes());
    let legs = meeting.counter("sfu_legs_opened");
    println!("{legs} legs; {before} bytes half the way, {after} at the end; {:?}", meeting.node.sfu_counters());
    assert!(after < before + GROWTH_BYTES_MAX, "{before} bytes became {after}");
    assert_eq!(meeting.counter("sfu_panics"), 0);
    for (room, names) in (1..).zip(&rooms) {
        names.iter().for_each(|name| meeting.node.sfu().close(room, &format!("member-{name}")).unwrap());
    }
    meeting.stage.endpoints.clear();
    let limit = Instant::now() + Duration::from_secs(10);
    while meeting.counter("sfu_legs") > 0 {
        assert!(Instant::now() < limit, "legs are left behind");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}
