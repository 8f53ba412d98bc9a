//! Whether a leg follows its client to a path that a check names, or that its packets come by.
//!
//! Both say who wrote them, not where they come from: an address can be forged, and what was overheard be sent again, or sooner.
use crate::session::{Path, Protocol};
use std::time::{Duration, Instant};

/// A path of less priority takes over when the better one was neither named nor heard from for so long: clients that nominate several at once repeat all of them.
const STALE: Duration = Duration::from_secs(1);

/// A path that a check named, what the client thinks of it, and when it was last named or heard from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nominated {
    pub(crate) path: Path,
    pub(crate) priority: u32,
    pub(crate) at: Instant,
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The leg takes that path.
    Follow,
    /// It does once a check of ours was answered from there.
    Ask,
    /// It stays where it is.
    Stay,
}

/// What a leg that holds a path does about one that is named. Before the handshake is over there is nothing to lead away.
pub(crate) fn step(held: &Nominated, wanted: &Nominated, is_up: bool) -> Step {
    if held.path == wanted.path {
        return Step::Follow;
    }
    let better = rank(wanted) > rank(held) || wanted.at.saturating_duration_since(held.at) >= STALE;
    match (better, is_up) {
        (false, _) => Step::Stay,
        (true, false) => Step::Follow,
        (true, true) => Step::Ask,
    }
}

/// What a leg does about the path that a packet of the client's own came by. The client sends by the path that it takes itself, so nothing is better.
pub(crate) fn heard(held: &Nominated, path: &Path, is_up: bool) -> Step {
    match (held.path == *path, is_up) {
        (true, _) => Step::Follow,
        (false, true) => Step::Ask,
        (false, false) => Step::Stay,
    }
}

/// UDP before TCP, whatever a client thinks of them.
fn rank(nominated: &Nominated) -> (bool, u32) {
    (nominated.path.protocol == Protocol::Udp, nominated.priority)
}
