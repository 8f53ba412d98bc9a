//! STUN in: authentication, and which method it is.
use super::Server;
use crate::address::{ClientAddr, Now};
use crate::auth::{Authenticated, Seal};
use crate::peer_filter::PeerPolicy;
use crate::request::Request;
use crate::sink::Sink;
use wire::attribute::{self, ErrorCode};
use wire::demux::{Protocol, demux};
use wire::emit::Emitter;
use wire::stun::{Class, Message, Method};

impl<P: PeerPolicy> Server<P> {
    /// Handles one datagram, or one frame of a stream as `wire::framing::next_frame` cut it.
    #[inline]
    pub fn handle_client(&mut self, now: Now, from: &ClientAddr, input: &[u8], sink: &mut impl Sink) {
        match demux(input) {
            Some(Protocol::ChannelData) => self.channel_data(now, from, input, sink),
            Some(Protocol::Stun) => self.stun(now, from, input, sink),
            _ => self.stats.packets_malformed += 1,
        }
    }

    fn stun(&mut self, now: Now, from: &ClientAddr, input: &[u8], sink: &mut impl Sink) {
        let Some(request) = Message::parse(input).and_then(Request::read) else {
            self.stats.packets_malformed += 1;
            return;
        };
        match (request.message.class, request.message.method) {
            (Class::Indication, Some(Method::Send)) => self.send_indication(now, from, &request, sink),
            (Class::Request, Some(Method::Binding)) => self.binding(now, from, &request, sink),
            (Class::Request, Some(method)) if method != Method::Send && method != Method::Data => {
                self.end_expired(now, sink);
                self.authenticated_request(now, from, method, &request, sink);
            }
            // A keep-alive of ICE: nothing to do, nothing wrong.
            (Class::Indication, Some(Method::Binding)) => {}
            _ => self.stats.packets_malformed += 1,
        }
    }

    /// Binding tells a client its address, as STUN servers do (RFC 8489 §12).
    fn binding(&mut self, now: Now, from: &ClientAddr, request: &Request<'_>, sink: &mut impl Sink) {
        if !request.unknown.is_empty() {
            return self.refuse_unauthenticated(now, from, Method::Binding, request, ErrorCode::UnknownAttribute, sink);
        }
        let mut emitter = Emitter::new(&mut self.buffer, Class::Success, Method::Binding, request.transaction_id);
        emitter.xor_address(attribute::XOR_MAPPED_ADDRESS, &from.remote);
        if request.has_fingerprint {
            emitter.fingerprint();
        }
        self.reply_unauthenticated(now, from, sink);
    }

    fn authenticated_request(&mut self, now: Now, from: &ClientAddr, method: Method, request: &Request<'_>, sink: &mut impl Sink) {
        let who = match self.authority.authenticate(now, from, request) {
            Ok(who) => who,
            Err(code) => return self.refuse_unauthenticated(now, from, method, request, code, sink),
        };
        let done = if request.unknown.is_empty() { self.perform(now, from, method, request, &who, sink) } else { Err(ErrorCode::UnknownAttribute) };
        if let Err(code) = done {
            self.refuse(from, method, request, code, &who.seal, sink);
        }
    }

    fn perform(
        &mut self,
        now: Now,
        from: &ClientAddr,
        method: Method,
        request: &Request<'_>,
        who: &Authenticated<'_>,
        sink: &mut impl Sink,
    ) -> Result<(), ErrorCode> {
        match method {
            Method::Allocate => self.allocate(now, from, request, who, sink),
            Method::Refresh => self.refresh(now, from, request, who, sink),
            Method::CreatePermission => self.create_permission(now, from, request, who, sink),
            Method::ChannelBind => self.channel_bind(now, from, request, who, sink),
            Method::Binding | Method::Send | Method::Data => Ok(()),
        }
    }

    /// The slot of the client's allocation, if it belongs to this very username: 437 or 441 else (RFC 8656 §5).
    pub(super) fn own_slot(&self, from: &ClientAddr, who: &Authenticated<'_>) -> Result<u32, ErrorCode> {
        let slot = self.allocations.find(from).ok_or(ErrorCode::AllocationMismatch)?;
        let allocation = self.allocations.get(slot).ok_or(ErrorCode::AllocationMismatch)?;
        if *allocation.username == *who.username.whole { Ok(slot) } else { Err(ErrorCode::WrongCredentials) }
    }

    /// Answers that it was done, with these attributes, signed.
    pub(super) fn succeed(
        &mut self,
        from: &ClientAddr,
        method: Method,
        request: &Request<'_>,
        seal: &Seal,
        sink: &mut impl Sink,
        add: impl FnOnce(&mut Emitter<'_>),
    ) {
        let mut emitter = Emitter::new(&mut self.buffer, Class::Success, method, request.transaction_id);
        add(&mut emitter);
        finish(&mut emitter, Some(seal), request);
        sink.reply(from, &self.buffer);
    }

    fn refuse(&mut self, from: &ClientAddr, method: Method, request: &Request<'_>, code: ErrorCode, seal: &Seal, sink: &mut impl Sink) {
        match code {
            ErrorCode::Forbidden => self.stats.peers_denied += 1,
            ErrorCode::AllocationQuotaReached | ErrorCode::InsufficientCapacity => self.stats.quota_refusals += 1,
            _ => {}
        }
        let mut emitter = Emitter::new(&mut self.buffer, Class::Error, method, request.transaction_id);
        emitter.error_code(code);
        name_unknown(&mut emitter, code, request);
        finish(&mut emitter, Some(seal), request);
        sink.reply(from, &self.buffer);
    }

    /// Answers 400, 401, 420 or 438 to somebody who proved nothing.
    fn refuse_unauthenticated(&mut self, now: Now, from: &ClientAddr, method: Method, request: &Request<'_>, code: ErrorCode, sink: &mut impl Sink) {
        let nonce = self.authority.nonce(now, from);
        let mut emitter = Emitter::new(&mut self.buffer, Class::Error, method, request.transaction_id);
        emitter.error_code(code);
        name_unknown(&mut emitter, code, request);
        if matches!(code, ErrorCode::Unauthenticated | ErrorCode::StaleNonce) {
            emitter.attribute(attribute::REALM, self.authority.realm.as_bytes()).attribute(attribute::NONCE, &nonce);
            self.stats.challenges += 1;
        }
        finish(&mut emitter, None, request);
        self.reply_unauthenticated(now, from, sink);
    }

    /// Sends what is in the buffer, unless its source had too many replies already (see `sources`).
    fn reply_unauthenticated(&mut self, now: Now, from: &ClientAddr, sink: &mut impl Sink) {
        if self.sources.take(from.remote.ip(), now.monotonic_ms) {
            sink.reply(from, &self.buffer);
        } else {
            self.stats.challenges_withheld += 1;
        }
    }
}

fn name_unknown(emitter: &mut Emitter<'_>, code: ErrorCode, request: &Request<'_>) {
    if code == ErrorCode::UnknownAttribute {
        let mut value = [0; 2 * crate::limits::UNKNOWN_ATTRIBUTES_MAX];
        let mut length = 0;
        for (place, number) in value.chunks_exact_mut(2).zip(request.unknown.iter()) {
            place.copy_from_slice(&number.to_be_bytes());
            length += 2;
        }
        emitter.attribute(attribute::UNKNOWN_ATTRIBUTES, &value[..length]);
    }
}

/// Signs as the client did, and adds a FINGERPRINT if the client had one.
fn finish(emitter: &mut Emitter<'_>, seal: Option<&Seal>, request: &Request<'_>) {
    match seal {
        Some(seal) if seal.is_sha256 => emitter.integrity_sha256(seal.key.as_bytes()),
        Some(seal) => emitter.integrity_sha1(seal.key.as_bytes()),
        None => emitter,
    };
    if request.has_fingerprint {
        emitter.fingerprint();
    }
}
