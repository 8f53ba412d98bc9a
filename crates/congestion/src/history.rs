//! What was sent lately, by number: a ring that grows only as far as it is needed.
use crate::limits::{KEEP_US, PACKETS_FIRST, PACKETS_MAX};

/// What is known of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// No feedback spoke of it.
    Unknown,
    /// It had not arrived when feedback spoke of it.
    Missing,
    /// It arrived.
    Arrived,
}

/// One packet that was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    /// When, in microseconds of our clock.
    pub(crate) at_us: u64,
    /// By how much the client's clock was ahead of ours when it arrived: the delay plus a constant. Of meaning once it has arrived.
    pub(crate) delay_us: i64,
    /// Its size on the wire.
    pub(crate) bytes: u16,
    pub(crate) fate: Fate,
}

const NOTHING: Sent = Sent { at_us: 0, delay_us: 0, bytes: 0, fate: Fate::Unknown };

/// The packets `first..next`. *Bounds*: `PACKETS_MAX`, the oldest make room.
#[derive(Debug, Default)]
pub(crate) struct History {
    /// A power of two, or empty; a packet's place is its number's lowest bits.
    ring: Vec<Sent>,
    first: u64,
    next: u64,
}

impl History {
    /// Remembers a packet. A number out of turn forgets everything before; whether that was so.
    pub(crate) fn push(&mut self, at_us: u64, number: u64, bytes: usize) -> bool {
        let Some(after) = number.checked_add(1) else { return false };
        let is_out_of_turn = number != self.next;
        if is_out_of_turn {
            (self.first, self.next) = (number, number);
        }
        if self.next - self.first == self.ring.len() as u64 {
            self.make_room(at_us);
        }
        let place = self.place(number);
        self.ring[place] = Sent { at_us, delay_us: 0, bytes: u16::try_from(bytes).unwrap_or(u16::MAX), fate: Fate::Unknown };
        self.next = after;
        is_out_of_turn
    }

    /// The packet of that number, if it is still known.
    pub(crate) fn get(&self, number: u64) -> Option<&Sent> {
        self.knows(number).then(|| &self.ring[self.place(number)])
    }

    pub(crate) fn get_mut(&mut self, number: u64) -> Option<&mut Sent> {
        let place = self.place(number);
        self.knows(number).then(|| &mut self.ring[place])
    }

    /// The oldest number that is known.
    pub(crate) fn first(&self) -> u64 {
        self.first
    }

    fn knows(&self, number: u64) -> bool {
        (self.first..self.next).contains(&number)
    }

    #[allow(clippy::cast_possible_truncation, reason = "only the lowest bits count")]
    fn place(&self, number: u64) -> usize {
        number as usize & self.ring.len().saturating_sub(1)
    }

    fn make_room(&mut self, now_us: u64) {
        let is_young = self.get(self.first).is_none_or(|oldest| oldest.at_us.saturating_add(KEEP_US) > now_us);
        if !is_young || self.ring.len() == PACKETS_MAX {
            self.first += 1;
            return;
        }
        let old = std::mem::take(&mut self.ring);
        self.ring = vec![NOTHING; (2 * old.len()).max(PACKETS_FIRST)];
        for number in self.first..self.next {
            let place = self.place(number);
            #[allow(clippy::cast_possible_truncation, reason = "only the lowest bits count")]
            let before = number as usize & (old.len() - 1);
            self.ring[place] = old[before];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::History;
    use crate::limits::{KEEP_US, PACKETS_FIRST, PACKETS_MAX};

    #[test]
    fn a_slow_sender_needs_little_and_a_fast_one_no_more_than_the_bound() {
        let mut slow = History::default();
        for number in 0..10_000 {
            slow.push(number * 25_000, number, 100);
        }
        assert_eq!(slow.ring.len(), PACKETS_FIRST);
        let mut fast = History::default();
        for number in 0..50_000 {
            fast.push(number * 10, number, 1_200);
        }
        assert_eq!(fast.ring.len(), PACKETS_MAX);
        assert_eq!(fast.get(49_999).map(|sent| sent.at_us), Some(499_990));
        assert_eq!(fast.get(50_000 - PACKETS_MAX as u64).map(|sent| sent.at_us), Some((50_000 - PACKETS_MAX as u64) * 10));
        assert!(fast.get(50_000).is_none() && fast.get(100).is_none());
    }

    #[test]
    fn growing_keeps_what_is_known() {
        let mut history = History::default();
        for number in 5_000..6_000 {
            assert_eq!(history.push(number, number, 7), number == 5_000);
        }
        assert!((5_000..6_000).all(|number| history.get(number).is_some_and(|sent| sent.at_us == number)));
        history.push(KEEP_US, 3, 7);
        assert!(history.get(5_999).is_none() && history.get(3).is_some());
        history.push(KEEP_US, u64::MAX, 7);
        assert!(history.get(u64::MAX).is_none());
    }
}
