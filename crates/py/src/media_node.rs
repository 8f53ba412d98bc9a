//! The class `Node`.
use crate::event::NodeEvent;
use crate::settings::{NodeSettings, name};
use node::sfu;
use node::{CommandError, Config, Identity, Listen, Node as MediaNode, SfuError, StartError};
use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyRuntimeError};
use pyo3::prelude::*;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::os::fd::AsRawFd;
use std::sync::{Mutex, MutexGuard, PoisonError};

create_exception!(incamera._native.node, StartRefused, PyException, "The node did not start: (kind, what is wrong).");
create_exception!(incamera._native.node, OfferRefused, PyException, "The SFU did not take an offer or a command: (kind, what is wrong).");
create_exception!(incamera._native.node, CommandRefused, PyException, "A command was not taken: (kind, what is wrong).");

/// A media node: not running, running or stopped.
#[pyclass(frozen, module = "incamera._native.node")]
pub(crate) struct Node {
    config: Config,
    running: Mutex<Option<MediaNode>>,
}

impl Node {
    fn lock(&self) -> MutexGuard<'_, Option<MediaNode>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, ask: impl FnOnce(&MediaNode) -> T) -> PyResult<T> {
        self.lock().as_ref().map(ask).ok_or_else(|| PyRuntimeError::new_err("the node does not run"))
    }

    fn command(&self, ask: impl FnOnce(&MediaNode) -> Result<(), CommandError>) -> PyResult<()> {
        self.with(ask)?.map_err(|error| {
            let kind = match error {
                CommandError::Busy => "busy",
                CommandError::User => "user",
                CommandError::Secrets => "secrets",
                CommandError::Stopped => "stopped",
            };
            CommandRefused::new_err((kind, error.to_string()))
        })
    }
}

#[pymethods]
impl Node {
    #[new]
    fn new(settings: NodeSettings) -> PyResult<Self> {
        Ok(Self { config: settings.config()?, running: Mutex::new(None) })
    }

    /// Binds and starts the threads. Raises `StartRefused`; harmless when it runs already.
    fn start(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| {
            let mut running = self.lock();
            if running.is_none() {
                *running = Some(MediaNode::start(&self.config)?);
            }
            Ok(())
        })
        .map_err(refused)
    }

    /// Ends the threads and closes the sockets. Harmless when it does not run.
    fn stop(&self, py: Python<'_>) {
        py.detach(|| {
            let taken = self.lock().take();
            // Not under the lock: others may ask meanwhile, and are told that it does not run.
            drop(taken);
        });
    }

    /// Lets a user allocate and reach what is in a room.
    #[pyo3(signature = (user, room))]
    fn admit(&self, user: &str, room: Option<u64>) -> PyResult<()> {
        self.command(|node| node.admit(user, room))
    }

    /// Ends a user's allocations; its credentials are of no use any more.
    fn evict(&self, user: &str, until_unix_s: u64) -> PyResult<()> {
        self.command(|node| node.evict(user, until_unix_s))
    }

    /// Replaces the secrets, newest first.
    #[allow(clippy::needless_pass_by_value)]
    fn set_secrets(&self, secrets: Vec<Vec<u8>>) -> PyResult<()> {
        self.command(|node| node.set_secrets(&secrets))
    }

    /// Shows another certificate to new connections. Raises `StartRefused`.
    fn set_identity(&self, certificates_pem: Vec<u8>, private_key_pem: Vec<u8>) -> PyResult<()> {
        self.with(|node| node.set_identity(&Identity { certificates_pem, private_key_pem }))?.map_err(refused)
    }

    /// Opens a participant's leg to the SFU and returns the answer. Raises `OfferRefused`. Blocks until the SFU's thread has answered.
    fn sfu_offer(&self, py: Python<'_>, room: u64, participant: &str, leg_id: &str, sdp: &str) -> PyResult<String> {
        let door = self.with(MediaNode::sfu)?;
        // Not under the lock: the answer takes a while.
        py.detach(|| door.offer(room, participant, leg_id, sdp)).map_err(offer_refused)
    }

    /// Says what a leg wants in its slots. Raises `OfferRefused`.
    #[allow(clippy::needless_pass_by_value)]
    fn sfu_subscribe(&self, room: u64, participant: &str, leg_id: &str, wishes: Vec<(String, String, u8, u32)>) -> PyResult<()> {
        let wishes = wishes.into_iter().map(|(mid, publisher, context, height_max)| sfu::Wish { mid, publisher, context, height_max }).collect();
        self.with(|node| node.sfu().subscribe(room, participant, leg_id, wishes))?.map_err(offer_refused)
    }

    /// Ends a participant's leg. Raises `OfferRefused`.
    fn sfu_close(&self, room: u64, participant: &str) -> PyResult<()> {
        self.with(|node| node.sfu().close(room, participant))?.map_err(offer_refused)
    }

    /// Transport, address and port of each listener of the SFU.
    fn sfu_listening(&self) -> PyResult<Vec<(&'static str, String, u16)>> {
        self.with(|node| listed(node.sfu_listening()))
    }

    /// The events that wait. Never blocks.
    fn events(&self) -> PyResult<Vec<NodeEvent>> {
        self.with(|node| node.events().into_iter().map(NodeEvent::from).collect())
    }

    /// A descriptor that is readable while events wait, until the node is stopped.
    fn fileno(&self) -> PyResult<i32> {
        self.with(|node| node.events_fd().as_raw_fd())
    }

    /// Numbers since the start, by name.
    fn counters(&self) -> PyResult<BTreeMap<&'static str, u64>> {
        self.with(|node| {
            let sfu = node.sfu_counters();
            let own = [("events_lost", node.events_lost()), ("shards", node.shards() as u64)];
            node.counters().list().into_iter().chain(own).chain(sfu).collect()
        })
    }

    /// Transport, address and port of each listener.
    fn listening(&self) -> PyResult<Vec<(&'static str, String, u16)>> {
        self.with(|node| listed(node.listening()))
    }
}

fn listed(listening: &[Listen]) -> Vec<(&'static str, String, u16)> {
    listening.iter().map(|listen| (name(listen.transport), listen.addr.ip().to_string(), listen.addr.port())).collect()
}

#[allow(clippy::needless_pass_by_value)]
fn offer_refused(error: SfuError) -> PyErr {
    let kind = match &error {
        SfuError::Offer(sfu::OfferError::Insecure(_)) => "integrity",
        SfuError::Offer(sfu::OfferError::Malformed(_)) | SfuError::Wishes => "malformed",
        SfuError::Offer(sfu::OfferError::Full) | SfuError::None | SfuError::Busy | SfuError::Late => "unavailable",
    };
    OfferRefused::new_err((kind, error.to_string()))
}

#[allow(clippy::needless_pass_by_value)]
fn refused(error: StartError) -> PyErr {
    let kind = match &error {
        StartError::Listen(_, cause) if cause.kind() == ErrorKind::AddrInUse => "port-taken",
        StartError::Turn(_) | StartError::Listeners | StartError::Identity(_) | StartError::Listen(..) => "settings",
        StartError::System(_) => "system",
    };
    StartRefused::new_err((kind, error.to_string()))
}
