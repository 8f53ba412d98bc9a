//! All endpoints of one generator on one thread.
use super::endpoint::Endpoint;
use super::tally::Tally;
use crate::sys::Poll;
use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// A track that somebody sends and a receiver of it has not had for this long stands still.
const STUCK: Duration = Duration::from_secs(3);

/// The endpoints, and what they sent since the last count.
pub struct Stage {
    pub endpoints: BTreeMap<u16, Endpoint>,
    pub is_playing: bool,
    ip: IpAddr,
    poll: Poll,
    origin: Instant,
    sent: (u64, u64),
    counted_at: Instant,
}

/// What became of a while of playing.
#[derive(Debug)]
pub struct Count {
    pub sent_audio: u64,
    pub sent_video: u64,
    pub received: Tally,
    pub seconds: f64,
}

impl Stage {
    /// One whose endpoints have sockets at `ip`.
    pub fn new(ip: IpAddr) -> io::Result<Self> {
        let now = Instant::now();
        Ok(Self { endpoints: BTreeMap::new(), is_playing: false, ip, poll: Poll::new()?, origin: now, sent: (0, 0), counted_at: now })
    }

    /// A new endpoint; one with the same number goes.
    pub fn add(&mut self, number: u16) -> io::Result<&mut Endpoint> {
        let endpoint = Endpoint::new(number, self.ip, self.origin, Instant::now())?;
        self.poll.add(&endpoint.socket, u64::from(number))?;
        self.endpoints.insert(number, endpoint);
        Ok(self.endpoints.get_mut(&number).expect("it was inserted"))
    }

    /// Does what is due and takes what arrived, and waits for it if `wait` says so, a millisecond at most.
    pub fn turn(&mut self, wait: bool) {
        let now = Instant::now();
        for endpoint in self.endpoints.values_mut() {
            if self.is_playing && endpoint.is_connected {
                let (audio, video) = endpoint.say(now);
                self.sent = (self.sent.0 + audio, self.sent.1 + video);
            }
            if endpoint.due <= now {
                endpoint.timeout(now);
            }
        }
        let readable: Vec<u64> = self.poll.readable_within(i32::from(wait)).collect();
        for token in readable {
            let number = u16::try_from(token).unwrap_or(u16::MAX);
            if let Some(endpoint) = self.endpoints.get_mut(&number) {
                endpoint.read(Instant::now());
            }
        }
    }

    /// Begins or ends playing. What was due meanwhile is not made up for; frames of different senders do not fall on one moment.
    pub fn play(&mut self, playing: bool) {
        self.is_playing = playing;
        let now = Instant::now();
        let count = u32::try_from(self.endpoints.len().max(1)).unwrap_or(1);
        for (index, endpoint) in (0_u32..).zip(self.endpoints.values_mut()) {
            for source in &mut endpoint.sources {
                source.due = now + source.every * index / count;
            }
        }
    }

    /// What happened since the last count.
    pub fn count(&mut self) -> Count {
        let now = Instant::now();
        let mut received = Tally::default();
        for endpoint in self.endpoints.values_mut() {
            received.take_from(&mut endpoint.tally);
        }
        let seconds = now.duration_since(self.counted_at).as_secs_f64();
        self.counted_at = now;
        let (sent_audio, sent_video) = std::mem::take(&mut self.sent);
        Count { sent_audio, sent_video, received, seconds }
    }

    /// Of what a receiver should hear (sender, context), what it has not heard lately.
    pub fn stuck(&self, receiver: u16, wanted: &[(u16, u8)]) -> Vec<(u16, u8)> {
        let Some(endpoint) = self.endpoints.get(&receiver) else { return wanted.to_vec() };
        let late = |of: &&(u16, u8)| endpoint.tally.heard.get(of).is_none_or(|heard| heard.last.elapsed() > STUCK);
        wanted.iter().filter(late).copied().collect()
    }
}
