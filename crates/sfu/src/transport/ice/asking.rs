//! Checks of our own that are under way: whether a client is where it seems to be.
//!
//! *Bounds*: four paths, the ones asked last; a check each [`CHECK_MS_MIN`], whatever paths are named.
use crate::limits::CHECK_MS_MIN;
use crate::nomination::Nominated;
use crate::session::Path;
use std::time::{Duration, Instant};
use wire::stun::TransactionId;

const PATHS_MAX: usize = 4;
/// An answer that takes longer says where the client was.
const FRESH: Duration = Duration::from_secs(5);

struct Asked {
    id: TransactionId,
    since: Instant,
    wanted: Nominated,
}

/// What a leg has asked and was not told yet.
#[derive(Default)]
pub(super) struct Asking {
    paths: Vec<Asked>,
    last: Option<Instant>,
}

impl Asking {
    /// The id of a check that is due on a path. It stays the same while that path is asked again: a path may be longer than the time between two checks.
    pub(super) fn ask(&mut self, wanted: &Nominated, fresh: impl FnOnce() -> Option<TransactionId>) -> Option<TransactionId> {
        let now = wanted.at;
        if self.last.is_some_and(|last| now < last + Duration::from_millis(CHECK_MS_MIN)) {
            return None;
        }
        self.paths.retain(|asked| now < asked.since + FRESH);
        let held = self.paths.iter().position(|asked| asked.wanted.path == wanted.path).map(|at| self.paths.remove(at));
        let (id, since) = match held {
            Some(asked) => (asked.id, asked.since),
            None => (fresh()?, now),
        };
        if self.paths.len() >= PATHS_MAX {
            self.paths.remove(0);
        }
        self.paths.push(Asked { id, since, wanted: *wanted });
        self.last = Some(now);
        Some(id)
    }

    /// The path that this answers for. Nothing else is waited for then.
    pub(super) fn answered(&mut self, now: Instant, path: &Path, id: TransactionId) -> Option<Nominated> {
        let is_it = |asked: &&Asked| asked.id == id && asked.wanted.path == *path && now < asked.since + FRESH;
        let wanted = self.paths.iter().find(is_it)?.wanted;
        self.paths.clear();
        Some(wanted)
    }
}
