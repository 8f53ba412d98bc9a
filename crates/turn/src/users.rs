//! Who may allocate: the users the control plane admitted, what each holds, and what each may still send.
use crate::address::RoomId;
use crate::limits::{REVOKED_MAX, USER_BYTES_MAX, USERS_MAX};
use foldhash::fast::SeedableRandomState;
use std::collections::HashMap;

/// Where a user stands in the table; good as long as the user is admitted or holds an allocation.
pub(crate) type UserIndex = u32;

/// One user.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) name: Box<str>,
    pub(crate) room: Option<RoomId>,
    /// Whether the control plane named this user; others exist only while they hold an allocation.
    admitted: bool,
    /// Slots of this user's allocations, at most `allocations_per_user_max`.
    pub(crate) slots: Vec<u32>,
    /// What it may send, and what it may be sent: apart, so that nobody who floods a user silences it.
    allowances: [Allowance; 2],
}

/// Which way data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    FromClient,
    ToClient,
}

/// Bytes still to be had, and when that was true.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    level: u64,
    filled_ms: u64,
}

impl User {
    /// Takes payload bytes from this user's allowance; `false` when there is not enough left.
    #[inline]
    pub(crate) fn spend(&mut self, direction: Direction, bytes: usize, monotonic_ms: u64, bytes_per_second: u64) -> bool {
        self.allowances[direction as usize].spend(bytes, monotonic_ms, bytes_per_second)
    }
}

impl Allowance {
    #[inline]
    fn spend(&mut self, bytes: usize, monotonic_ms: u64, bytes_per_second: u64) -> bool {
        let passed_ms = monotonic_ms.saturating_sub(self.filled_ms);
        if passed_ms > 0 {
            // Rates below a byte per millisecond gain nothing in a short while: wait until they do.
            let gained = passed_ms.min(1_000) * bytes_per_second / 1_000;
            if gained > 0 {
                self.level = self.level.saturating_add(gained).min(bytes_per_second);
                self.filled_ms = monotonic_ms;
            }
        }
        let bytes = bytes as u64;
        if self.level < bytes {
            return false;
        }
        self.level -= bytes;
        true
    }
}

/// All users of one shard. *Bounds*: `USERS_MAX` admitted ones, plus strangers while they hold allocations.
pub(crate) struct Users {
    entries: Vec<Option<User>>,
    free: Vec<UserIndex>,
    by_name: HashMap<Box<str>, UserIndex, SeedableRandomState>,
    revoked: HashMap<Box<str>, u64, SeedableRandomState>,
    admitted: usize,
    bytes_per_second: u64,
}

/// What a name stands for when it asks for an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// Named by the control plane.
    Admitted(UserIndex),
    /// Not named: a good credential is all it has.
    Stranger,
    /// Evicted, and its credential has not run out yet.
    Revoked,
}

impl Users {
    pub(crate) fn new(bytes_per_second: u64, hasher: SeedableRandomState) -> Self {
        Self {
            bytes_per_second,
            entries: Vec::new(),
            free: Vec::new(),
            by_name: HashMap::with_hasher(hasher.clone()),
            revoked: HashMap::with_hasher(hasher),
            admitted: 0,
        }
    }

    /// Names a user and its room. `None` when the table is full or the name too long.
    pub(crate) fn admit(&mut self, name: &str, room: Option<RoomId>) -> Option<UserIndex> {
        let known = self.by_name.get(name).copied();
        let was_admitted = known.and_then(|index| self.get(index)).is_some_and(|user| user.admitted);
        if !(1..=USER_BYTES_MAX).contains(&name.len()) || (!was_admitted && self.admitted >= USERS_MAX) {
            return None;
        }
        self.revoked.remove(name);
        let index = known.unwrap_or_else(|| self.insert(name, self.bytes_per_second, 0));
        let user = self.get_mut(index)?;
        user.room = room;
        user.admitted = true;
        self.admitted += usize::from(!was_admitted);
        Some(index)
    }

    /// Forgets that a user was admitted. Its allocations must have been ended.
    pub(crate) fn dismiss(&mut self, name: &str) {
        let Some(index) = self.by_name.get(name).copied() else { return };
        if let Some(user) = self.get_mut(index)
            && std::mem::take(&mut user.admitted)
        {
            user.room = None;
            self.admitted -= 1;
        }
        self.forget_if_idle(index);
    }

    /// Refuses a name until its last credential has run out.
    pub(crate) fn revoke(&mut self, name: &str, until_unix_s: u64, unix_s: u64) {
        if self.revoked.len() >= REVOKED_MAX {
            self.revoked.retain(|_, until| *until > unix_s);
        }
        if self.revoked.len() < REVOKED_MAX && name.len() <= USER_BYTES_MAX && until_unix_s > unix_s {
            self.revoked.insert(name.into(), until_unix_s);
        }
    }

    /// What a name stands for. With a full list of revoked names no stranger is let in: one of them may have been revoked.
    pub(crate) fn admission(&self, name: &str, unix_s: u64) -> Admission {
        match self.by_name.get(name) {
            Some(index) if self.get(*index).is_some_and(|user| user.admitted) => Admission::Admitted(*index),
            _ if self.revoked.len() >= REVOKED_MAX => Admission::Revoked,
            _ if self.revoked.get(name).is_some_and(|until| *until > unix_s) => Admission::Revoked,
            _ => Admission::Stranger,
        }
    }

    /// The entry of a stranger, made if need be; it goes when its last allocation goes.
    ///
    /// It begins with nothing to spend, so that making allocations again and again gains nothing.
    pub(crate) fn stranger(&mut self, name: &str, monotonic_ms: u64) -> UserIndex {
        self.by_name.get(name).copied().unwrap_or_else(|| self.insert(name, 0, monotonic_ms))
    }

    pub(crate) fn find(&self, name: &str) -> Option<UserIndex> {
        self.by_name.get(name).copied()
    }

    #[inline]
    pub(crate) fn get(&self, index: UserIndex) -> Option<&User> {
        self.entries.get(index as usize)?.as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, index: UserIndex) -> Option<&mut User> {
        self.entries.get_mut(index as usize)?.as_mut()
    }

    /// Takes an allocation from a user, and the user from the table if nothing is left.
    pub(crate) fn release(&mut self, index: UserIndex, slot: u32) {
        if let Some(user) = self.get_mut(index) {
            user.slots.retain(|held| *held != slot);
        }
        self.forget_if_idle(index);
    }

    pub(crate) fn forget_if_idle(&mut self, index: UserIndex) {
        if self.get(index).is_some_and(|user| !user.admitted && user.slots.is_empty())
            && let Some(user) = self.entries.get_mut(index as usize).and_then(Option::take)
        {
            self.by_name.remove(&user.name);
            self.free.push(index);
        }
    }

    fn insert(&mut self, name: &str, level: u64, filled_ms: u64) -> UserIndex {
        let user = User { name: name.into(), room: None, admitted: false, slots: Vec::new(), allowances: [Allowance { level, filled_ms }; 2] };
        let index = self.free.pop().unwrap_or_else(|| {
            self.entries.push(None);
            UserIndex::try_from(self.entries.len() - 1).unwrap_or(UserIndex::MAX)
        });
        if let Some(entry) = self.entries.get_mut(index as usize) {
            *entry = Some(user);
        }
        self.by_name.insert(name.into(), index);
        index
    }

    /// How many entries there are, for the bounds that tests look at.
    pub(crate) fn len(&self) -> usize {
        self.by_name.len() + self.revoked.len()
    }
}
