//! A node, and members of its rooms in one thread of ours.
use loadgen::sfu::{Kind, Shape, Source, Stage};
use node::sfu::{Ending, Event as SfuEvent, Wish};
use node::{Config, Event, Listen, Node, Transport};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

const AUDIO: u8 = 0;
const VIDEO: u8 = 1;
/// How long a track may take to come after it was wished for, and after its sender came.
const SETTLE: Duration = Duration::from_secs(5);
/// How long it may then stand still beyond the three seconds after which the generator says so: the machine may be busy with something else.
const STILL_MAX: Duration = Duration::from_secs(30);

pub(crate) struct Member {
    room: u64,
    size: usize,
    leg: u64,
    wanted: Vec<(u16, u8)>,
    /// When it came, or wished for something else.
    since: Instant,
}

pub(crate) struct Meeting {
    pub(crate) node: Node,
    pub(crate) stage: Stage,
    pub(crate) members: BTreeMap<u16, Member>,
    legs: u64,
    /// Legs that left without a word.
    silent: BTreeSet<String>,
    still: BTreeMap<(u16, u16, u8), Instant>,
}

impl Meeting {
    pub(crate) fn open() -> Self {
        let at = |transport| Listen { transport, addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) };
        let turn = node::turn::Config { secrets: vec![b"a secret of the tests".to_vec()], relay_v4: Some(Ipv4Addr::LOCALHOST), ..Default::default() };
        let config = Config {
            listen: vec![at(Transport::Udp)],
            sfu_listen: vec![at(Transport::Udp), at(Transport::Tcp)],
            shards: 1,
            pin: false,
            turn,
            ..Config::default()
        };
        let mut stage = Stage::new(IpAddr::V4(Ipv4Addr::LOCALHOST)).unwrap();
        stage.play(true);
        let node = Node::start(&config).unwrap();
        Self { node, stage, members: BTreeMap::new(), legs: 0, silent: BTreeSet::new(), still: BTreeMap::new() }
    }

    /// A new leg of a member; an older one ends by it. It sends sound and picture and wants everybody's.
    pub(crate) fn join(&mut self, name: u16, room: u64, others: &[u16]) {
        let (audio, video) = (others.len().min(16), others.len().min(30));
        let endpoint = self.stage.add(name).unwrap();
        let offer = endpoint.offer(Shape::Leg { audio, video });
        let now = Instant::now();
        endpoint.sources.push(Source::new(Kind::Audio, AUDIO, 10.0, 1, 80, now));
        endpoint.sources.push(Source::new(Kind::Video, VIDEO, 5.0, 2, 300, now));
        self.legs += 1;
        let answer = self.node.sfu().offer(room, &participant(name), &leg_id(self.legs), &offer).expect("an answer");
        self.stage.endpoints.get_mut(&name).unwrap().answered(&answer).unwrap();
        let wanted = others.iter().filter(|&&other| other != name).flat_map(|&other| [(other, AUDIO), (other, VIDEO)]).collect();
        self.members.insert(name, Member { room, size: others.len(), leg: self.legs, wanted: Vec::new(), since: now });
        self.wish(name, wanted);
    }

    /// Says what a member wants, as far as it has slots.
    pub(crate) fn wish(&mut self, name: u16, mut wanted: Vec<(u16, u8)>) {
        let member = self.members.get_mut(&name).unwrap();
        let mids = &self.stage.endpoints[&name].slots;
        let (audio, video) = mids.split_at(member.size.min(16));
        let (mut audio, mut video) = (audio.iter(), video.iter());
        let mut wishes = Vec::new();
        wanted.retain(|&(other, context)| {
            let Some(mid) = (if context == AUDIO { &mut audio } else { &mut video }).next() else { return false };
            wishes.push(Wish { mid: mid.to_string(), publisher: participant(other), context, height_max: 0 });
            true
        });
        (member.wanted, member.since) = (wanted, Instant::now());
        self.node.sfu().subscribe(member.room, &participant(name), &leg_id(member.leg), wishes).unwrap();
    }

    /// Goes, with a word or without.
    pub(crate) fn leave(&mut self, name: u16, says_so: bool) {
        let member = self.members.remove(&name).unwrap();
        self.stage.endpoints.remove(&name);
        if says_so {
            self.node.sfu().close(member.room, &participant(name)).unwrap();
        } else {
            self.silent.insert(leg_id(member.leg));
        }
    }

    /// Lets media flow, and looks at everything that must hold meanwhile.
    pub(crate) fn run(&mut self, duration: Duration) {
        let until = Instant::now() + duration;
        while Instant::now() < until {
            self.stage.turn(true);
        }
        self.listen();
        self.look_for_still();
    }

    /// No leg ends but by its member's will.
    fn listen(&mut self) {
        for event in self.node.events() {
            match event {
                Event::Sfu(
                    SfuEvent::Ended { reason: Ending::Closed | Ending::Replaced, .. } | SfuEvent::Connected { .. } | SfuEvent::Slots { .. },
                ) => {}
                Event::Sfu(SfuEvent::Ended { reason: Ending::Lost, leg_id, .. }) => assert!(self.silent.remove(&leg_id), "{leg_id} was lost"),
                other => panic!("{other:?}"),
            }
        }
    }

    /// Who is wanted and sends is heard.
    fn look_for_still(&mut self) {
        let mut still = BTreeMap::new();
        for (&name, member) in &self.members {
            let settled = |of: &Member| of.since.elapsed() > SETTLE;
            let due = member.wanted.iter().filter(|(other, _)| settled(member) && self.members.get(other).is_some_and(settled));
            for (sender, context) in self.stage.stuck(name, &due.copied().collect::<Vec<_>>()) {
                let of = (name, sender, context);
                still.insert(of, self.still.get(&of).copied().unwrap_or_else(Instant::now));
            }
        }
        self.still = still;
        if let Some((of, _)) = self.still.iter().find(|(_, since)| since.elapsed() > STILL_MAX) {
            panic!("a stream stands still (receiver, sender, context): {of:?}; {:?}", self.node.sfu_counters());
        }
    }

    /// Waits until every endpoint is connected and has what it wants.
    pub(crate) fn settle(&mut self) {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            self.run(Duration::from_millis(100));
            let connected = self.stage.endpoints.values().all(|endpoint| endpoint.is_connected);
            if connected && self.members.iter().all(|(&name, member)| self.stage.stuck(name, &member.wanted).is_empty()) {
                return;
            }
            assert!(Instant::now() < until, "not everybody hears what it wants");
        }
    }

    pub(crate) fn counter(&self, name: &str) -> u64 {
        self.node.sfu_counters().iter().find(|(known, _)| *known == name).unwrap().1
    }
}

fn participant(name: u16) -> String {
    format!("member-{name}")
}

fn leg_id(number: u64) -> String {
    format!("leg-{number}")
}
