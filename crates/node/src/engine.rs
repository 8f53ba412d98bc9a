//! The TURN server of one shard with its world, behind a wall: a panic while one packet is handled ends what the packet belonged to, and nothing else.
use crate::event::Event;
use crate::stream::Closing;
use crate::world::World;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use turn::{ClientAddr, HandOver, Now, PeerPolicy, RoomId, Server};

/// Timeouts that may panic one after the other before the shard gives up.
const TIMEOUT_PANICS_MAX: u32 = 8;

/// A server and its world.
pub(crate) struct Engine<P: PeerPolicy> {
    pub(crate) world: World,
    server: Server<P>,
    shard: u16,
    timeout_panics: u32,
}

impl<P: PeerPolicy> Engine<P> {
    pub(crate) fn new(world: World, server: Server<P>, shard: u16) -> Self {
        Self { world, server, shard, timeout_panics: 0 }
    }

    /// Runs `handle`; `false` when it panicked.
    fn guarded(&mut self, handle: impl FnOnce(&mut Server<P>, &mut World)) -> bool {
        // Unwind safety: the server's tables stay usable after any of its calls, whole or not; what a broken call belonged to is ended next.
        catch_unwind(AssertUnwindSafe(|| handle(&mut self.server, &mut self.world))).is_ok()
    }

    /// Ends what a packet belonged to after handling it panicked.
    fn end(&mut self, owner: Option<ClientAddr>) {
        self.world.counters.panics += 1;
        self.world.tell(Event::Panicked { shard: self.shard });
        let Some(owner) = owner else { return };
        self.guarded(|server, world| server.client_closed(&owner, world));
        if owner.transport.is_stream() {
            self.world.closing.push((owner.stream_id, Closing::Panicked));
        }
    }

    /// A datagram, or a frame of a stream, from a client.
    pub(crate) fn client(&mut self, now: Now, from: &ClientAddr, input: &[u8]) {
        self.world.current = Some(*from);
        if !self.guarded(|server, world| server.handle_client(now, from, input, world)) {
            self.end(Some(*from));
        }
    }

    /// A datagram from the world to a relay socket.
    pub(crate) fn peer(&mut self, now: Now, relay: SocketAddr, owner: Option<ClientAddr>, peer: SocketAddr, data: &[u8]) {
        if !self.guarded(|server, world| server.handle_peer(now, relay, peer, data, world)) {
            self.end(owner);
        }
    }

    /// A datagram that another shard handed over.
    pub(crate) fn hand_over(&mut self, now: Now, hand_over: &HandOver, data: &[u8]) {
        if !self.guarded(|server, world| server.handle_from_shard(now, hand_over, data, world)) {
            let owner = self.world.owner_of(&hand_over.to);
            self.end(owner);
        }
    }

    /// Ends what has expired, when it is time.
    ///
    /// Returns whether the shard can go on: a server whose timeouts always panic would keep its thread busy for nothing.
    pub(crate) fn timeout(&mut self, now: Now) -> bool {
        if self.server.next_timeout().is_none_or(|at| at > now.monotonic_ms) {
            return true;
        }
        if self.guarded(|server, world| server.handle_timeout(now, world)) {
            self.timeout_panics = 0;
        } else {
            self.end(None);
            self.timeout_panics += 1;
        }
        self.timeout_panics < TIMEOUT_PANICS_MAX
    }

    /// When `timeout` has something to do, in monotonic milliseconds.
    pub(crate) fn next_timeout(&self) -> Option<u64> {
        self.server.next_timeout()
    }

    /// Lets a user allocate.
    pub(crate) fn admit(&mut self, user: String, room: Option<u64>) {
        let mut refused = false;
        let whole = self.guarded(|server, world| refused = server.admit(&user, room.map(RoomId), world).is_err());
        if !whole {
            self.end(None);
        }
        if refused || !whole {
            self.world.tell(Event::Refused { user });
        }
    }

    /// Ends a user's allocations.
    pub(crate) fn evict(&mut self, now: Now, user: &str, until_unix_s: u64) {
        if !self.guarded(|server, world| server.evict(now, user, until_unix_s, world)) {
            self.end(None);
        }
    }

    /// Replaces the secrets. The node has looked at them before.
    pub(crate) fn set_secrets(&mut self, secrets: Vec<Vec<u8>>) {
        let _ = self.server.set_secrets(secrets);
    }

    /// Closes the streams that are to be closed, and ends their allocations.
    pub(crate) fn close_streams(&mut self, now_ms: u64) {
        while let Some((number, closing)) = self.world.closing.pop() {
            let Some(mut stream) = self.world.streams.remove(number) else { continue };
            match closing {
                Closing::Broken => self.world.counters.streams_broken += 1,
                Closing::TimedOut => self.world.counters.streams_timed_out += 1,
                Closing::Gone | Closing::Panicked => {}
            }
            stream.farewell(now_ms);
            self.world.count_wire_bytes(stream.wire_bytes);
            let client = stream.client;
            if closing != Closing::Panicked && !self.guarded(|server, world| server.client_closed(&client, world)) {
                self.end(None);
            }
        }
    }

    /// Takes over what the server counts.
    pub(crate) fn count(&mut self) {
        self.world.counters.turn = self.server.stats();
    }
}
