//! A client as RFC 8489 §6.2.1 wants it: repeats each request seven times, then begins again, and keeps what it has alive.
use crate::support::{Answer, Caller, xor};
use std::net::SocketAddr;
use wire::attribute as kind;
use wire::stun::{Method, TransactionId};

const FIRST_WAIT_MS: u64 = 500;
const SENDS_MAX: u32 = 7;
/// Three quarters of an allocation's and of a permission's lifetime.
const REFRESH_MS: u64 = 450_000;
const BIND_MS: u64 = 225_000;
pub(super) const CHANNEL: u16 = 0x4000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Allocate,
    /// Ends an allocation that the server says is there: the answer to an earlier Allocate was lost seven times.
    EndUnknown,
    Refresh,
    Bind,
    Release,
}

/// Whether it wants its allocation still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stay {
    Stays,
    Leaves,
    Left,
}

struct Transaction {
    step: Step,
    id: TransactionId,
    bytes: Vec<u8>,
    sent: u32,
    next_ms: u64,
}

pub(super) struct Persistent {
    pub(super) caller: Caller,
    pub(super) peer: Option<SocketAddr>,
    pub(super) stay: Stay,
    pub(super) is_bound: bool,
    /// Errors that a client does not expect.
    pub(super) refusals: Vec<u16>,
    pub(super) given_up: u32,
    transaction: Option<Transaction>,
    refresh_ms: u64,
    bind_ms: u64,
    must_end: bool,
}

impl Persistent {
    pub(super) fn new(user: &str, remote: &str) -> Self {
        Self {
            caller: Caller::new(user, remote),
            peer: None,
            stay: Stay::Stays,
            is_bound: false,
            refusals: Vec::new(),
            given_up: 0,
            transaction: None,
            refresh_ms: 0,
            bind_ms: 0,
            must_end: false,
        }
    }

    /// What it sends now, if anything.
    pub(super) fn poll(&mut self, now_ms: u64) -> Option<Vec<u8>> {
        if self.transaction.as_ref().is_some_and(|it| now_ms >= it.next_ms && it.sent == SENDS_MAX) {
            self.given_up += 1;
            self.transaction = None;
        }
        if self.transaction.is_none() {
            let step = self.next_step(now_ms)?;
            self.begin(step, now_ms);
        }
        let transaction = self.transaction.as_mut().filter(|it| now_ms >= it.next_ms)?;
        transaction.next_ms = now_ms + (FIRST_WAIT_MS << transaction.sent);
        transaction.sent += 1;
        Some(transaction.bytes.clone())
    }

    fn next_step(&self, now_ms: u64) -> Option<Step> {
        match self.caller.relay {
            _ if self.stay == Stay::Left => None,
            None if self.must_end => Some(Step::EndUnknown),
            None => Some(Step::Allocate),
            Some(_) if self.stay == Stay::Leaves => Some(Step::Release),
            Some(_) if now_ms >= self.refresh_ms => Some(Step::Refresh),
            Some(_) if self.peer.is_some() && now_ms >= self.bind_ms => Some(Step::Bind),
            Some(_) => None,
        }
    }

    fn begin(&mut self, step: Step, now_ms: u64) {
        let lifetime = |seconds: u32| (kind::LIFETIME, seconds.to_be_bytes().to_vec());
        let bytes = match step {
            Step::Allocate => self.caller.signed(Method::Allocate, &[(kind::REQUESTED_TRANSPORT, vec![17, 0, 0, 0])]),
            Step::EndUnknown | Step::Release => self.caller.signed(Method::Refresh, &[lifetime(0)]),
            Step::Refresh => self.caller.signed(Method::Refresh, &[lifetime(600)]),
            Step::Bind => {
                let peer = self.peer.expect("binding needs a peer");
                let [high, low] = CHANNEL.to_be_bytes();
                let number = (kind::CHANNEL_NUMBER, vec![high, low, 0, 0]);
                self.caller.signed_with(Method::ChannelBind, |id| vec![number, (kind::XOR_PEER_ADDRESS, xor(&peer, id))])
            }
        };
        let id = bytes[8..20].try_into().expect("a transaction id");
        self.transaction = Some(Transaction { step, id, bytes, sent: 0, next_ms: now_ms });
    }

    /// Takes an answer; one that nobody waits for any more is passed over.
    pub(super) fn hear(&mut self, now_ms: u64, answer: &Answer) {
        let Some(transaction) = self.transaction.take_if(|it| it.id == answer.transaction_id) else { return };
        match (transaction.step, answer.code) {
            (step, Some(401 | 438)) => {
                self.caller.nonce = answer.value(kind::NONCE).expect("a nonce");
                self.begin(step, now_ms);
            }
            (Step::Allocate, None) => {
                self.caller.relay = answer.relays().first().copied();
                self.refresh_ms = now_ms + REFRESH_MS;
            }
            (Step::Allocate, Some(437)) => self.must_end = true,
            (Step::EndUnknown, None | Some(437)) => self.must_end = false,
            (Step::Refresh, None) => self.refresh_ms = now_ms + REFRESH_MS,
            (Step::Bind, None) => {
                self.is_bound = true;
                self.bind_ms = now_ms + BIND_MS;
            }
            (Step::Release, None | Some(437)) => self.stay = Stay::Left,
            (_, Some(code)) => self.refusals.push(code),
        }
    }
}
