//! A TURN client: builds requests, signs them, reads answers.
use super::lab::{Heard, Lab};
use std::net::SocketAddr;
use turn::{ClientAddr, PeerPolicy, Transport};
use wire::attribute as kind;
use wire::emit::Emitter;
use wire::integrity::{LongTermKey, verify_sha1, verify_sha256};
use wire::stun::{Class, Message, Method, TransactionId};
use wire::xor_address;

pub(crate) const SECRET: &[u8] = b"sixteen bytes or more";
pub(crate) const START_UNIX_S: u64 = 1_800_000_000;

/// The password of a username, as the control plane makes it.
pub(crate) fn credential(secret: &[u8], username: &str) -> String {
    String::from_utf8_lossy(&turn::password(secret, username)).into_owned()
}

/// The value of an XOR-…-ADDRESS.
pub(crate) fn xor(addr: &SocketAddr, transaction_id: &TransactionId) -> Vec<u8> {
    let mut value = [0; 20];
    let length = xor_address::emit(addr, transaction_id, &mut value);
    value[..length].to_vec()
}

pub(crate) struct Caller {
    pub(crate) addr: ClientAddr,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) realm: String,
    pub(crate) nonce: Vec<u8>,
    pub(crate) is_sha256: bool,
    pub(crate) relay: Option<SocketAddr>,
    count: u32,
}

impl Caller {
    pub(crate) fn new(user: &str, remote: &str) -> Self {
        let remote: SocketAddr = remote.parse().unwrap();
        let local = if remote.is_ipv4() { "198.51.100.1:3478" } else { "[2001:db8:ffff::1]:3478" };
        let username = format!("{}:{user}", START_UNIX_S + 86_400);
        Self {
            addr: ClientAddr { transport: Transport::Udp, local: local.parse().unwrap(), remote, stream_id: 0 },
            password: credential(SECRET, &username),
            username,
            realm: "incamera".into(),
            nonce: Vec::new(),
            is_sha256: false,
            relay: None,
            count: 0,
        }
    }

    pub(crate) fn over(mut self, transport: Transport, stream_id: u64) -> Self {
        self.addr.transport = transport;
        self.addr.stream_id = stream_id;
        self
    }

    pub(crate) fn relay(&self) -> SocketAddr {
        self.relay.unwrap()
    }

    pub(crate) fn next_transaction_id(&mut self) -> TransactionId {
        self.count += 1;
        let mut transaction_id = [0x5a; 12];
        transaction_id[..4].copy_from_slice(&self.count.to_be_bytes());
        transaction_id[4..6].copy_from_slice(&self.addr.remote.port().to_be_bytes());
        transaction_id
    }

    /// A message without credentials.
    pub(crate) fn plain(&mut self, class: Class, method: Method, attributes: &[(u16, Vec<u8>)]) -> Vec<u8> {
        let mut buffer = Vec::new();
        let mut emitter = Emitter::new(&mut buffer, class, method, self.next_transaction_id());
        for (number, value) in attributes {
            emitter.attribute(*number, value);
        }
        buffer
    }

    /// A signed request whose attributes may depend on the transaction id.
    pub(crate) fn signed_with(&mut self, method: Method, attributes: impl FnOnce(&TransactionId) -> Vec<(u16, Vec<u8>)>) -> Vec<u8> {
        let transaction_id = self.next_transaction_id();
        let mut buffer = Vec::new();
        let mut emitter = Emitter::new(&mut buffer, Class::Request, method, transaction_id);
        for (number, value) in attributes(&transaction_id) {
            emitter.attribute(number, &value);
        }
        emitter.attribute(kind::USERNAME, self.username.as_bytes());
        emitter.attribute(kind::REALM, self.realm.as_bytes()).attribute(kind::NONCE, &self.nonce);
        let key = self.key();
        if self.is_sha256 {
            emitter.integrity_sha256(key.as_bytes())
        } else {
            emitter.integrity_sha1(key.as_bytes())
        };
        buffer
    }

    pub(crate) fn signed(&mut self, method: Method, attributes: &[(u16, Vec<u8>)]) -> Vec<u8> {
        self.signed_with(method, |_| attributes.to_vec())
    }

    pub(crate) fn key(&self) -> LongTermKey {
        LongTermKey::new(self.username.as_bytes(), self.realm.as_bytes(), self.password.as_bytes())
    }

    pub(crate) fn learn_nonce<P: PeerPolicy>(&mut self, lab: &mut Lab<P>) {
        let request = self.plain(Class::Request, Method::Allocate, &[(kind::REQUESTED_TRANSPORT, vec![17, 0, 0, 0])]);
        let answer = lab.ask(&self.addr, &request);
        assert_eq!(answer.code, Some(401));
        self.nonce = answer.value(kind::NONCE).unwrap();
    }

    pub(crate) fn allocate<P: PeerPolicy>(&mut self, lab: &mut Lab<P>) -> Answer {
        self.allocate_with(lab, &[])
    }

    pub(crate) fn allocate_with<P: PeerPolicy>(&mut self, lab: &mut Lab<P>, more: &[(u16, Vec<u8>)]) -> Answer {
        let attributes = [&[(kind::REQUESTED_TRANSPORT, vec![17, 0, 0, 0])], more].concat();
        let request = self.signed(Method::Allocate, &attributes);
        let answer = lab.ask(&self.addr, &request);
        answer.assert_signed(self);
        answer
    }

    pub(crate) fn refresh<P: PeerPolicy>(&mut self, lab: &mut Lab<P>, lifetime_s: u32) -> Answer {
        let request = self.signed(Method::Refresh, &[(kind::LIFETIME, lifetime_s.to_be_bytes().to_vec())]);
        lab.ask(&self.addr, &request)
    }

    pub(crate) fn permit<P: PeerPolicy>(&mut self, lab: &mut Lab<P>, peers: &[SocketAddr]) -> Answer {
        let request = self.signed_with(Method::CreatePermission, |id| peers.iter().map(|peer| (kind::XOR_PEER_ADDRESS, xor(peer, id))).collect());
        lab.ask(&self.addr, &request)
    }

    pub(crate) fn bind<P: PeerPolicy>(&mut self, lab: &mut Lab<P>, number: u16, peer: SocketAddr) -> Answer {
        let request = self.signed_with(Method::ChannelBind, |id| {
            let [high, low] = number.to_be_bytes();
            vec![(kind::CHANNEL_NUMBER, vec![high, low, 0, 0]), (kind::XOR_PEER_ADDRESS, xor(&peer, id))]
        });
        lab.ask(&self.addr, &request)
    }

    pub(crate) fn send_indication(&mut self, peer: SocketAddr, data: &[u8]) -> Vec<u8> {
        let transaction_id = self.next_transaction_id();
        let mut buffer = Vec::new();
        let mut emitter = Emitter::new(&mut buffer, Class::Indication, Method::Send, transaction_id);
        emitter.xor_address(kind::XOR_PEER_ADDRESS, &peer).attribute(kind::DATA, data);
        buffer
    }

    pub(crate) fn send<P: PeerPolicy>(&mut self, lab: &mut Lab<P>, peer: SocketAddr, data: &[u8]) -> Vec<Heard> {
        let indication = self.send_indication(peer, data);
        lab.give(&self.addr, &indication)
    }

    pub(crate) fn channel_data<P: PeerPolicy>(&self, lab: &mut Lab<P>, number: u16, data: &[u8]) -> Vec<Heard> {
        let head = wire::channel_data::header(number, data.len()).unwrap();
        lab.give(&self.addr, &[&head, data].concat())
    }
}

/// A response, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) bytes: Vec<u8>,
    pub(crate) transaction_id: TransactionId,
    /// `None` for success.
    pub(crate) code: Option<u16>,
}

impl Answer {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let message = Message::parse(bytes).expect("the server writes whole messages");
        let error = message.attributes().find(|attribute| attribute.kind == kind::ERROR_CODE);
        let code = error.map(|error| u16::from(error.value[2]) * 100 + u16::from(error.value[3]));
        assert_eq!(message.class, if code.is_some() { Class::Error } else { Class::Success });
        Self { bytes: bytes.to_vec(), transaction_id: message.transaction_id(), code }
    }

    pub(crate) fn message(&self) -> Message<'_> {
        Message::parse(&self.bytes).unwrap()
    }

    pub(crate) fn value(&self, number: u16) -> Option<Vec<u8>> {
        self.message().attributes().find(|attribute| attribute.kind == number).map(|attribute| attribute.value.to_vec())
    }

    pub(crate) fn kinds(&self) -> Vec<u16> {
        self.message().attributes().map(|attribute| attribute.kind).collect()
    }

    pub(crate) fn lifetime_s(&self) -> u32 {
        u32::from_be_bytes(self.value(kind::LIFETIME).unwrap().try_into().unwrap())
    }

    pub(crate) fn relays(&self) -> Vec<SocketAddr> {
        let relayed = self.message().attributes().filter(|attribute| attribute.kind == kind::XOR_RELAYED_ADDRESS);
        relayed.map(|attribute| xor_address::parse(attribute.value, &self.transaction_id).unwrap()).collect()
    }

    /// Whether the answer is signed with the caller's key, in the way the caller signs.
    pub(crate) fn assert_signed(&self, caller: &Caller) {
        let number = if caller.is_sha256 { kind::MESSAGE_INTEGRITY_SHA256 } else { kind::MESSAGE_INTEGRITY };
        let seal = self.message().attributes().find(|attribute| attribute.kind == number).expect("an authenticated answer is signed");
        let verify = if caller.is_sha256 { verify_sha256 } else { verify_sha1 };
        assert!(verify(&self.bytes, seal.offset, seal.value, caller.key().as_bytes()));
    }
}
