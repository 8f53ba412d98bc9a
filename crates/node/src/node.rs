//! A node: its threads, and what the control plane can ask of them.
use crate::config::{Config, Identity, Listen, StartError};
use crate::counters::Counters;
use crate::event::{Event, Events};
use crate::limits::{LISTENERS_MAX, SHARDS_MAX};
use crate::mailbox::{Command, Mailbox};
use crate::sfu_door::{Asks, SfuDoor};
use crate::sfu_thread::{SfuCounters, SfuThread};
use crate::shard::Shard;
use crate::sys::{UdpOptions, allowed_cores, bind_exclusively, bind_udp, listen_tcp, own_addresses, pin_to_core, supports_gso, without_signals};
use crate::tls::Tls;
use crate::world::{Common, Listener, World};
use sfu::{RtpTransport, Session};
use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;
use turn::{Directory, PeerFilter, PeerPolicy, Peers, Server, Transport};

/// Why a command was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// A shard has too many commands waiting: refuse the participant, or try again.
    Busy,
    /// A user's name is empty or too long.
    User,
    /// There is no secret, too many, or one is too short.
    Secrets,
    /// The node was stopped.
    Stopped,
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy => "the media node has too many commands waiting",
            Self::User => "a user's name must have 1 to 128 bytes",
            Self::Secrets => "one to four secrets of 16 bytes or more are needed",
            Self::Stopped => "the media node was stopped",
        })
    }
}

impl std::error::Error for CommandError {}

/// A running node. Dropping it stops it.
pub struct Node {
    common: Arc<Common>,
    counters: Vec<Arc<Mutex<Counters>>>,
    threads: Vec<JoinHandle<()>>,
    listening: Vec<Listen>,
    sfu: SfuDoor,
    sfu_listening: Vec<Listen>,
    sfu_counters: Arc<Mutex<SfuCounters>>,
}

impl Node {
    /// Binds, starts the threads and returns; or says what cannot be, with nothing left behind.
    pub fn start(config: &Config) -> Result<Self, StartError> {
        let filter = PeerFilter::new(config.turn.deny.clone());
        Self::start_as::<RtpTransport, _>(config, || filter.clone())
    }

    /// The same with another policy about peers; the product never calls this.
    pub fn start_with<P: PeerPolicy + Send + 'static>(config: &Config, policy: impl Fn() -> P) -> Result<Self, StartError> {
        Self::start_as::<RtpTransport, _>(config, policy)
    }

    /// The same with other sessions in the SFU as well; the product never calls this.
    pub fn start_as<S: Session + Send + 'static, P: PeerPolicy + Send + 'static>(
        config: &Config,
        policy: impl Fn() -> P,
    ) -> Result<Self, StartError> {
        if config.listen.is_empty() || config.listen.len() > LISTENERS_MAX {
            return Err(StartError::Listeners);
        }
        let cores = allowed_cores();
        let shards = if config.shards == 0 { cores.len() } else { config.shards }.min(SHARDS_MAX);
        let servers = servers(config, shards, policy)?;
        let common = Arc::new(common(config, shards)?);
        let (listening, sockets) = listen(config, shards)?;
        let gso = config.gso && supports_gso();
        let mut node = Self {
            common: Arc::clone(&common),
            counters: Vec::new(),
            threads: Vec::new(),
            listening,
            sfu: SfuDoor(None),
            sfu_listening: Vec::new(),
            sfu_counters: Arc::default(),
        };
        node.start_sfu::<S>(config, gso)?;
        let origin = Instant::now();
        for (index, (server, listeners)) in servers.into_iter().zip(sockets).enumerate() {
            let published = Arc::new(Mutex::new(Counters::default()));
            node.counters.push(Arc::clone(&published));
            let world = World::new(config, gso, index, listeners, Arc::clone(&common))?;
            let core = config.pin.then(|| cores[index % cores.len()]);
            let common = Arc::clone(&common);
            let thread = move || {
                if let Some(core) = core {
                    // Not pinned is slower, not wrong.
                    let _ = pin_to_core(core);
                }
                let whole = catch_unwind(AssertUnwindSafe(|| Shard::new(world, server, index, origin, published).run()));
                if !matches!(whole, Ok(Ok(()))) {
                    let shard = u16::try_from(index).unwrap_or(u16::MAX);
                    common.events.extend(std::iter::once(Event::Stopped { shard }));
                }
            };
            let started = without_signals(|| std::thread::Builder::new().name(format!("media-{index}")).spawn(thread))?;
            node.threads.push(started);
        }
        Ok(node)
    }

    /// What is listened on, with the ports that were taken for port 0.
    pub fn listening(&self) -> &[Listen] {
        &self.listening
    }

    /// Starts the SFU's thread, when there is to be one.
    fn start_sfu<S: Session + Send + 'static>(&mut self, config: &Config, gso: bool) -> Result<(), StartError> {
        if config.sfu_listen.is_empty() {
            return Ok(());
        }
        if config.sfu_listen.len() > LISTENERS_MAX || config.sfu_listen.iter().any(|listen| listen.transport == Transport::Tls) {
            return Err(StartError::Listeners);
        }
        let mut listeners = Vec::new();
        for &asked in &config.sfu_listen {
            let failed = |error| StartError::Listen(asked, error);
            let options = UdpOptions { reuse_port: false, gro: config.gro, buffer_bytes: config.socket_buffer_bytes };
            let addr = bind_exclusively(&asked.addr, asked.transport.is_stream()).map_err(failed)?;
            let socket = if asked.transport.is_stream() { listen_tcp(&addr) } else { bind_udp(&addr, options) }.map_err(failed)?;
            let listen = Listen { addr, ..asked };
            self.sfu_listening.push(listen);
            listeners.push(Listener { listen, socket });
        }
        let asks = Arc::new(Asks::new()?);
        let common = Arc::clone(&self.common);
        let mut sfu = SfuThread::<S>::new(config, gso, listeners, Arc::clone(&asks), Arc::clone(&common), Arc::clone(&self.sfu_counters))?;
        let thread = move || {
            if !matches!(catch_unwind(AssertUnwindSafe(|| sfu.run())), Ok(Ok(()))) {
                common.events.extend(std::iter::once(Event::Stopped { shard: u16::MAX }));
            }
        };
        self.sfu = SfuDoor(Some(asks));
        self.threads.push(without_signals(|| std::thread::Builder::new().name("media-sfu".to_owned()).spawn(thread))?);
        Ok(())
    }

    /// The way to the SFU; every command is refused when there is none.
    pub fn sfu(&self) -> SfuDoor {
        self.sfu.clone()
    }

    /// What the SFU listens on, with the ports that were taken for port 0.
    pub fn sfu_listening(&self) -> &[Listen] {
        &self.sfu_listening
    }

    /// The SFU's numbers, as of its last tick.
    pub fn sfu_counters(&self) -> Vec<(&'static str, u64)> {
        self.sfu_counters.lock().unwrap_or_else(PoisonError::into_inner).list()
    }

    /// Lets a user (the username's part behind `expiry:`) allocate and reach what is in `room`. Takes effect within a tick.
    pub fn admit(&self, user: &str, room: Option<u64>) -> Result<(), CommandError> {
        check_user(user)?;
        self.command(&Command::Admit { user: user.to_owned(), room })
    }

    /// Ends a user's allocations and forgets it; its credentials, good until `until_unix_s`, are of no use any more.
    pub fn evict(&self, user: &str, until_unix_s: u64) -> Result<(), CommandError> {
        check_user(user)?;
        self.command(&Command::Evict { user: user.to_owned(), until_unix_s })
    }

    /// Replaces the secrets that sign usernames, newest first.
    pub fn set_secrets(&self, secrets: &[Vec<u8>]) -> Result<(), CommandError> {
        let long_enough = secrets.iter().all(|secret| secret.len() >= turn::limits::SECRET_BYTES_MIN);
        if secrets.is_empty() || secrets.len() > turn::limits::SECRETS_MAX || !long_enough {
            return Err(CommandError::Secrets);
        }
        self.command(&Command::SetSecrets(secrets.to_vec()))
    }

    /// Shows another certificate to new TLS connections.
    pub fn set_identity(&self, identity: &Identity) -> Result<(), StartError> {
        match &self.common.tls {
            Some(tls) => tls.renew(identity).map_err(StartError::Identity),
            None => Err(StartError::Identity("no address is listened on over TLS".to_owned())),
        }
    }

    /// Takes the events that wait. Never blocks.
    pub fn events(&self) -> Vec<Event> {
        self.common.events.drain()
    }

    /// Readable while events wait.
    pub fn events_fd(&self) -> BorrowedFd<'_> {
        self.common.events.as_fd()
    }

    /// Events that were dropped, since nobody took them.
    pub fn events_lost(&self) -> u64 {
        self.common.events.lost()
    }

    /// The sum of all shards, as of their last tick.
    pub fn counters(&self) -> Counters {
        let mut sum = Counters::default();
        for shard in &self.counters {
            sum.add(&shard.lock().unwrap_or_else(PoisonError::into_inner));
        }
        sum
    }

    /// How many shards run.
    pub fn shards(&self) -> usize {
        self.counters.len()
    }

    /// Ends the threads and waits for them; all sockets are closed afterwards. Harmless when it is stopped already.
    pub fn stop(&mut self) {
        self.sfu.stop();
        self.sfu = SfuDoor(None);
        for mailbox in &self.common.mailboxes {
            mailbox.command(Command::Stop);
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }

    /// Gives a command to all shards or to none.
    fn command(&self, command: &Command) -> Result<(), CommandError> {
        if self.threads.is_empty() {
            return Err(CommandError::Stopped);
        }
        if !self.common.mailboxes.iter().all(Mailbox::has_room) {
            return Err(CommandError::Busy);
        }
        for mailbox in &self.common.mailboxes {
            mailbox.command(command.clone());
        }
        Ok(())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop();
    }
}

fn check_user(user: &str) -> Result<(), CommandError> {
    if (1..=turn::limits::USER_BYTES_MAX).contains(&user.len()) { Ok(()) } else { Err(CommandError::User) }
}

fn servers<P: PeerPolicy>(config: &Config, shards: usize, policy: impl Fn() -> P) -> Result<Vec<Server<P>>, StartError> {
    let mut turn = config.turn.clone();
    if turn.peers == Peers::Public {
        // Never a peer, whoever wrote the settings. The list in the settings has what only others see, such as the outside of a NAT.
        turn.own_addresses.extend(own_addresses()?);
        turn.own_addresses.sort_unstable();
        turn.own_addresses.dedup();
    }
    turn.allocations_max = turn.allocations_max.div_ceil(shards);
    let count = u16::try_from(shards).unwrap_or(u16::MAX);
    let directory = Directory::new(turn.relay_ports.clone(), count);
    (0..count)
        .map(|shard| {
            let mut seed = [0_u8; 32];
            rustls::crypto::aws_lc_rs::default_provider()
                .secure_random
                .fill(&mut seed)
                .map_err(|_| StartError::System(io::Error::other("no randomness")))?;
            Server::with_policy(turn.clone(), seed, shard, Arc::clone(&directory), policy()).map_err(StartError::Turn)
        })
        .collect()
}

fn common(config: &Config, shards: usize) -> Result<Common, StartError> {
    let needs_tls = config.listen.iter().any(|listen| listen.transport == Transport::Tls);
    let tls = match (&config.identity, needs_tls) {
        (Some(identity), true) => Some(Tls::new(identity).map_err(StartError::Identity)?),
        (None, true) => return Err(StartError::Identity("there is no certificate".to_owned())),
        (_, false) => None,
    };
    let mailboxes = (0..shards).map(|_| Mailbox::new()).collect::<Result<_, _>>()?;
    Ok(Common { mailboxes, events: Events::new()?, tls })
}

/// Opens each address once per shard, all before the first thread starts: a socket that joins later would take over flows of the others.
fn listen(config: &Config, shards: usize) -> Result<(Vec<Listen>, Vec<Vec<Listener>>), StartError> {
    let mut listening = Vec::new();
    let mut sockets: Vec<Vec<Listener>> = (0..shards).map(|_| Vec::new()).collect();
    let options = UdpOptions { reuse_port: true, gro: config.gro, buffer_bytes: config.socket_buffer_bytes };
    for &asked in &config.listen {
        let failed = |error| StartError::Listen(asked, error);
        let addr = bind_exclusively(&asked.addr, asked.transport.is_stream()).map_err(failed)?;
        let listen = Listen { addr, ..asked };
        for of_shard in &mut sockets {
            let socket = if asked.transport.is_stream() { listen_tcp(&addr) } else { bind_udp(&addr, options) }.map_err(failed)?;
            of_shard.push(Listener { listen, socket });
        }
        listening.push(listen);
    }
    Ok((listening, sockets))
}
