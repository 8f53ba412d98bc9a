//! Bytes as a story of a few rooms in the SFU: offers, wishes, packets, time. Sessions are actors, so that every packet reaches the rules.
use crate::cursor::Cursor;
use crate::support::actor::{Actor, SCRIPT, Script, script};
use crate::support::client::Client;
use crate::support::world::Out;
use sfu::limits::{LAYERS, TRACKS};
use sfu::{Event, Front, Output, Packet, Path, Protocol, Sfu, Stats, Wish};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

/// Who may come, and into which room.
const USERS: [(u64, &str); 7] = [(1, "ada"), (1, "bob"), (1, "carl"), (1, "dora"), (2, "ewa"), (2, "faris"), (2, "gul")];
const ROOMS: usize = 2;
const LEGS: [&str; 2] = ["first", "second"];
const STEPS_MAX: usize = 400;
/// Slots of each offer: two of sound, then two of pictures.
const SLOTS: usize = 4;

/// A good offer and the mids of its slots.
static OFFER: LazyLock<(String, Vec<String>)> = LazyLock::new(|| {
    let (client, offer) = Client::new(1, Instant::now(), SLOTS / 2, SLOTS / 2);
    (offer, client.slots.iter().map(ToString::to_string).collect())
});

/// What the control plane said of a leg.
struct Member {
    room: u64,
    user: &'static str,
    leg_id: &'static str,
    wishes: HashMap<usize, (&'static str, usize)>,
}

struct Story {
    sfu: Sfu<Actor>,
    out: Out,
    now: Instant,
    /// By the number of its actor.
    members: HashMap<usize, Member>,
    opened: usize,
}

/// Tells the story in `bytes`, and returns what the SFU counted.
///
/// # Panics
/// When it breaks a promise.
pub fn forward(bytes: &[u8]) -> Stats {
    SCRIPT.set(Script::default());
    let sfu = Sfu::new(vec![(Protocol::Udp, ([127, 0, 0, 1], 5_000).into())]);
    let mut story = Story { sfu, out: Out::default(), now: Instant::now(), members: HashMap::new(), opened: 0 };
    let mut cursor = Cursor::new(bytes);
    for user in [0, 1, 2, 4, 5] {
        story.open(USERS[user], LEGS[0]);
    }
    for _ in 0..STEPS_MAX {
        if story.step(&mut cursor).is_none() {
            break;
        }
        story.hold();
    }
    story.close()
}

impl Story {
    fn step(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        match cursor.byte()? % 16 {
            0 => {
                self.open(cursor.pick(&USERS)?, cursor.pick(&LEGS)?);
                Some(())
            }
            1..=5 => self.subscribe(cursor),
            6..=10 => self.packet(cursor),
            11 => self.say(cursor),
            12 => self.datagram(cursor),
            13 => {
                let long = u64::from(cursor.byte()?);
                self.pass(if long < 16 { long * 4_000 } else { long });
                Some(())
            }
            14 => self.close_leg(cursor),
            _ => {
                self.pass(20);
                Some(())
            }
        }
    }

    fn open(&mut self, (room, user): (u64, &'static str), leg_id: &'static str) {
        self.sfu.offer(self.now, room, user, leg_id, &OFFER.0, &mut self.out).expect("a good offer is taken");
        self.members.retain(|_, member| member.user != user);
        self.members.insert(self.opened, Member { room, user, leg_id, wishes: HashMap::new() });
        script(|script| script.say.entry(self.opened).or_default().push_back(Output::Connected));
        self.opened += 1;
        self.out.events.clear();
        self.pass(20);
    }

    fn subscribe(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let ((room, user), other) = (cursor.pick(&USERS)?, cursor.byte()?);
        let leg_id = self.members.values().find(|member| member.user == user && other > 30).map_or(LEGS[1], |member| member.leg_id);
        let mut wishes = Vec::new();
        let mut granted: HashMap<usize, (&'static str, usize)> = HashMap::new();
        for _ in 0..cursor.below(6)? {
            let (slot, (_, publisher), context) = (cursor.below(SLOTS + 1)?, cursor.pick(&USERS)?, cursor.byte()? % 5);
            let mid = OFFER.1.get(slot).map_or("none", String::as_str).to_owned();
            // The first wish for a slot that is not for oneself is what counts.
            if publisher != user {
                granted.entry(slot).or_insert((publisher, usize::from(context)));
            }
            wishes.push(Wish { mid, publisher: publisher.to_owned(), context, height_max: u32::from(cursor.byte()?) * 8 });
        }
        self.sfu.subscribe(self.now, room, user, leg_id, &wishes, &mut self.out);
        let asked = self.members.values_mut().find(|member| (member.user, member.leg_id) == (user, leg_id));
        if let Some(member) = asked {
            member.wishes = granted;
        }
        Some(())
    }

    /// Somebody who is there; now and then somebody who was.
    fn who(&self, cursor: &mut Cursor<'_>) -> Option<usize> {
        let (any, at) = (cursor.below(self.opened)?, cursor.byte()?);
        let mut there: Vec<usize> = self.members.keys().copied().collect();
        there.sort_unstable();
        Some(if at < 20 || there.is_empty() { any } else { there[usize::from(at) % there.len()] })
    }

    fn packet(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let from = self.who(cursor)?;
        let (stream, layer) = (cursor.below(TRACKS + 1)?, cursor.below(LAYERS)?);
        let mut payload = cursor.some()?.to_vec();
        // The rules read descriptors from the front; whose packet it is stands at the end.
        payload.extend([u8::try_from(from).unwrap_or(u8::MAX), u8::try_from(stream).unwrap_or(u8::MAX)]);
        let sequence = u64::from(cursor.byte()?) << 8 | u64::from(cursor.byte()?);
        let timestamp = u32::from(cursor.byte()?) << 24;
        let packet =
            Packet { stream, layer, sequence, timestamp, marker: cursor.byte()? & 1 == 1, payload: Arc::from(payload), front: Front::default() };
        script(|script| script.say.entry(from).or_default().push_back(Output::Packet(packet)));
        self.pass(20);
        Some(())
    }

    fn say(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let from = self.who(cursor)?;
        let said = match cursor.byte()? % 4 {
            0 => Output::KeyFrameWanted(usize::from(cursor.byte()?)),
            1 => Output::Estimate(u64::from(cursor.byte()?) * 20_000),
            2 => Output::Closed,
            _ => Output::Connected,
        };
        script(|script| script.say.entry(from).or_default().push_back(said));
        self.pass(20);
        Some(())
    }

    fn datagram(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let remote: SocketAddr = ([192, 0, 2, cursor.byte()?], 9_000).into();
        let path = Path { protocol: Protocol::Udp, local: ([127, 0, 0, 1], 5_000).into(), remote };
        self.sfu.receive(self.now, &path, cursor.some()?, &mut self.out);
        self.sfu.stream_closed(remote);
        Some(())
    }

    fn close_leg(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let (room, user) = cursor.pick(&USERS)?;
        self.sfu.close(self.now, room, user, &mut self.out);
        Some(())
    }

    fn pass(&mut self, milliseconds: u64) {
        self.now += Duration::from_millis(milliseconds);
        self.sfu.timeout(self.now, &mut self.out);
        assert!(self.sfu.next_timeout().is_none_or(|at| at > self.now), "what was due is done");
    }

    /// What holds after every step.
    fn hold(&mut self) {
        for (to, packet) in script(|script| std::mem::take(&mut script.sent)) {
            let [.., from, context] = *packet.parts().concat() else { panic!("a payload was changed") };
            let member = &self.members[&to];
            let publisher = self.members.get(&usize::from(from)).expect("who left is forwarded no more");
            assert_eq!(publisher.room, member.room, "a packet crossed from room to room");
            assert_eq!(member.wishes.get(&packet.stream), Some(&(publisher.user, usize::from(context))), "a slot carries what was wished for");
        }
        for event in std::mem::take(&mut self.out.events) {
            if let Event::Ended { participant, .. } = event {
                self.members.retain(|_, member| member.user != participant);
            }
        }
        let (legs, rooms, names, sources) = self.sfu.entries();
        assert!(legs == self.members.len() && rooms <= ROOMS && names == legs && sources <= 8 * legs, "{legs} legs, {} members", self.members.len());
        assert_eq!(self.sfu.stats().panics, 0);
    }

    fn close(mut self) -> Stats {
        let counted = self.sfu.stats();
        self.sfu.close_all(self.now, &mut self.out);
        assert_eq!(self.sfu.entries(), (0, 0, 0, 0));
        assert_eq!(self.sfu.next_timeout(), None);
        counted
    }
}
