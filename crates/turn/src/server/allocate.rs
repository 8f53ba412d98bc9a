//! Allocate (RFC 8656 §7.2).
use super::Server;
use crate::address::{ClientAddr, Family, Now, RoomId};
use crate::allocation::{Allocation, Answer};
use crate::auth::{Authenticated, Seal};
use crate::credential::Username;
use crate::peer_filter::PeerPolicy;
use crate::ports::Parity;
use crate::request::{AskedFamily, Field, Request};
use crate::sink::{Event, Sink};
use crate::users::{Admission, UserIndex};
use std::net::SocketAddr;
use wire::attribute::{self, ErrorCode};
use wire::stun::Method;

/// REQUESTED-TRANSPORT of UDP; TCP would be RFC 6062, which this server does not speak.
const UDP: u8 = 17;

/// What an Allocate request wants, once it makes sense.
struct Wish {
    family: Family,
    wants_both: bool,
    parity: Parity,
    reservation_token: Option<[u8; 8]>,
}

impl<P: PeerPolicy> Server<P> {
    pub(super) fn allocate(
        &mut self,
        now: Now,
        from: &ClientAddr,
        request: &Request<'_>,
        who: &Authenticated<'_>,
        sink: &mut impl Sink,
    ) -> Result<(), ErrorCode> {
        if let Some(allocation) = self.allocations.find(from).and_then(|slot| self.allocations.get(slot)) {
            let is_again = allocation.answer.transaction_id == request.transaction_id && *allocation.username == *who.username.whole;
            let answer = allocation.answer;
            if !is_again {
                return Err(ErrorCode::AllocationMismatch);
            }
            self.answer(from, request, &who.seal, &answer, sink);
            return Ok(());
        }
        let wish = self.wish(request)?;
        let (user, room) = self.admitted(now, &who.username)?;
        let answer = self.take_relays(now, request, &wish, &who.username, sink);
        let Some(answer) = answer else {
            self.users.forget_if_idle(user);
            return Err(ErrorCode::InsufficientCapacity);
        };
        self.settle(now, from, &who.username, (user, room), answer, sink);
        self.answer(from, request, &who.seal, &answer, sink);
        Ok(())
    }

    /// Checks what can be checked without taking anything: 400, 440, 442, 508.
    fn wish(&self, request: &Request<'_>) -> Result<Wish, ErrorCode> {
        match request.requested_transport {
            Field::Absent | Field::Malformed => return Err(ErrorCode::BadRequest),
            Field::Present(UDP) => {}
            Field::Present(_) => return Err(ErrorCode::UnsupportedTransportProtocol),
        }
        let has_token = !request.reservation_token.is_absent();
        let asks_for_next = request.even_port == Field::Present(true);
        let has_family = !request.requested_family.is_absent();
        let wants_both = !request.additional_family.is_absent();
        let is_malformed = request.lifetime_s.is_malformed()
            || request.even_port.is_malformed()
            || request.reservation_token.is_malformed()
            || request.requested_family.is_malformed()
            || request.additional_family.is_malformed();
        let contradicts = has_token && (!request.even_port.is_absent() || has_family || wants_both)
            || wants_both && (has_family || asks_for_next)
            || request.additional_family == Field::Present(AskedFamily::Known(Family::V4));
        if is_malformed || contradicts {
            return Err(ErrorCode::BadRequest);
        }
        if request.additional_family == Field::Present(AskedFamily::Unknown) {
            return Err(ErrorCode::AddressFamilyNotSupported);
        }
        let family = match request.requested_family {
            Field::Present(AskedFamily::Known(family)) => family,
            Field::Present(AskedFamily::Unknown) => return Err(ErrorCode::AddressFamilyNotSupported),
            Field::Absent | Field::Malformed => Family::V4,
        };
        if !has_token && !self.supports(family) {
            return Err(ErrorCode::AddressFamilyNotSupported);
        }
        let parity = match request.even_port {
            Field::Present(true) => Parity::EvenAndNext,
            Field::Present(false) => Parity::Even,
            Field::Absent | Field::Malformed => Parity::Any,
        };
        Ok(Wish { family, wants_both, parity, reservation_token: request.reservation_token.get() })
    }

    /// Who it is and which room that means: 403 for nobody the control plane knows, 486 and 508 for too many.
    fn admitted(&mut self, now: Now, username: &Username<'_>) -> Result<(UserIndex, Option<RoomId>), ErrorCode> {
        let admission = self.users.admission(username.user, now.unix_s);
        if admission == Admission::Revoked || (admission == Admission::Stranger && !self.is_public()) {
            return Err(ErrorCode::Forbidden);
        }
        if self.allocations.len() >= self.config.allocations_max {
            return Err(ErrorCode::InsufficientCapacity);
        }
        let index = match admission {
            Admission::Admitted(index) => index,
            Admission::Stranger | Admission::Revoked => self.users.stranger(username.user, now.monotonic_ms),
        };
        let user = self.users.get(index).ok_or(ErrorCode::Forbidden)?;
        if user.slots.len() >= self.config.allocations_per_user_max {
            self.users.forget_if_idle(index);
            return Err(ErrorCode::AllocationQuotaReached);
        }
        Ok((index, user.room))
    }

    /// Takes the relayed addresses, and keeps the next port if that was asked for.
    fn take_relays(&mut self, now: Now, request: &Request<'_>, wish: &Wish, username: &Username<'_>, sink: &mut impl Sink) -> Option<Answer> {
        let first = match wish.reservation_token {
            Some(token) => self.redeem(now, token, username.user, sink)?,
            None => self.take_port(wish.family, wish.parity, sink)?,
        };
        let reservation_token = match wish.parity {
            Parity::EvenAndNext => {
                let token = self.chance.next();
                if !self.ports.reserve_next(first, username.user, token, now.monotonic_ms) {
                    self.free_relay(first, sink);
                    return None;
                }
                Some(token)
            }
            Parity::Any | Parity::Even => None,
        };
        let second = if wish.wants_both { self.take_port(Family::V6, Parity::Any, sink) } else { None };
        let second_refused = match (wish.wants_both, second, self.supports(Family::V6)) {
            (true, None, true) => Some(ErrorCode::InsufficientCapacity),
            (true, None, false) => Some(ErrorCode::AddressFamilyNotSupported),
            _ => None,
        };
        let lifetime_s = self.lifetime_s(now, request.lifetime_s.get(), username);
        let transaction_id = request.transaction_id;
        Some(Answer { transaction_id, relays: [Some(first), second], lifetime_s, reservation_token, second_refused })
    }

    fn take_port(&mut self, family: Family, parity: Parity, sink: &mut impl Sink) -> Option<SocketAddr> {
        let is_public = self.is_public();
        self.ports.take(family, parity, &mut self.chance, |relay| !is_public || sink.bind_relay(relay))
    }

    fn redeem(&mut self, now: Now, reservation_token: [u8; 8], user: &str, sink: &mut impl Sink) -> Option<SocketAddr> {
        let relay = self.ports.redeem(reservation_token, user, now.monotonic_ms)?;
        if self.is_public() && !sink.bind_relay(relay) {
            self.ports.give_back(&relay);
            return None;
        }
        Some(relay)
    }

    /// The lifetime granted: what was asked for, between the default and the longest, and never beyond the credential.
    pub(super) fn lifetime_s(&self, now: Now, asked_s: Option<u32>, username: &Username<'_>) -> u32 {
        let wanted = asked_s.unwrap_or(0).clamp(self.config.lifetime_default_s, self.config.lifetime_max_s);
        let left = username.expiry_unix_s.saturating_sub(now.unix_s);
        wanted.min(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// Enters the allocation into every table.
    fn settle(
        &mut self,
        now: Now,
        from: &ClientAddr,
        username: &Username<'_>,
        (user, room): (UserIndex, Option<RoomId>),
        answer: Answer,
        sink: &mut impl Sink,
    ) {
        let expires_ms = now.monotonic_ms + u64::from(answer.lifetime_s) * 1000;
        let owner = (user, username.whole, username.expiry_unix_s);
        let allocation = Allocation::new(*from, owner, room, answer, expires_ms, &self.hasher);
        let slot = self.allocations.insert(allocation);
        for relay in answer.relays.iter().flatten() {
            self.ports.assign(relay, slot, room);
        }
        if let Some(entry) = self.users.get_mut(user) {
            entry.slots.push(slot);
        }
        self.stats.allocations_made += 1;
        if let Some(relay) = answer.relays[0] {
            sink.event(Event::Allocated { user: username.user, room, relay, client: from });
        }
    }

    fn answer(&mut self, from: &ClientAddr, request: &Request<'_>, seal: &Seal, answer: &Answer, sink: &mut impl Sink) {
        self.succeed(from, Method::Allocate, request, seal, sink, |emitter| {
            for relay in answer.relays.iter().flatten() {
                emitter.xor_address(attribute::XOR_RELAYED_ADDRESS, relay);
            }
            emitter.attribute(attribute::LIFETIME, &answer.lifetime_s.to_be_bytes());
            emitter.xor_address(attribute::XOR_MAPPED_ADDRESS, &from.remote);
            if let Some(token) = &answer.reservation_token {
                emitter.attribute(attribute::RESERVATION_TOKEN, token);
            }
            if let Some(code) = answer.second_refused {
                emitter.address_error_code(2, code);
            }
        });
    }
}
