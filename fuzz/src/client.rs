//! A client that can sign, with whatever attributes the story wants.
use turn::{ClientAddr, Transport};
use wire::attribute as kind;
use wire::emit::Emitter;
use wire::integrity::LongTermKey;
use wire::stun::{Class, Message, Method};

pub(crate) const SECRET: &[u8] = b"sixteen bytes or more";
pub(crate) const START_UNIX_S: u64 = 1_800_000_000;
pub(crate) const REALM: &str = "incamera";

pub(crate) struct Client {
    pub(crate) addr: ClientAddr,
    pub(crate) user: &'static str,
    pub(crate) nonce: Vec<u8>,
    username: String,
    count: u64,
}

impl Client {
    pub(crate) fn new(user: &'static str, number: u16, transport: Transport) -> Self {
        let addr = ClientAddr {
            transport,
            local: ([198, 51, 100, 1], 3478).into(),
            remote: ([203, 0, 113, 9], 4_000 + number).into(),
            stream_id: if transport.is_stream() { u64::from(number) } else { 0 },
        };
        let username = format!("{}:{user}", START_UNIX_S + 3_000);
        Self { addr, user, nonce: Vec::new(), username, count: u64::from(number) << 32 }
    }

    /// A message with these attributes, signed or not.
    pub(crate) fn message(&mut self, class: Class, method: Method, is_signed: bool, add: impl FnOnce(&mut Emitter<'_>)) -> Vec<u8> {
        self.count += 1;
        let mut transaction_id = [0; 12];
        transaction_id[4..].copy_from_slice(&self.count.to_be_bytes());
        let mut buffer = Vec::new();
        let mut emitter = Emitter::new(&mut buffer, class, method, transaction_id);
        add(&mut emitter);
        if is_signed {
            let password = turn::password(SECRET, &self.username);
            let key = LongTermKey::new(self.username.as_bytes(), REALM.as_bytes(), &password);
            emitter.attribute(kind::USERNAME, self.username.as_bytes()).attribute(kind::REALM, REALM.as_bytes());
            emitter.attribute(kind::NONCE, &self.nonce).integrity_sha1(key.as_bytes());
        }
        buffer
    }

    /// Learns the nonce of a challenge.
    pub(crate) fn learn(&mut self, reply: &[u8]) {
        let message = Message::parse(reply).expect("the server writes whole messages");
        if let Some(nonce) = message.attributes().find(|it| it.kind == kind::NONCE) {
            self.nonce = nonce.value.to_vec();
        }
    }
}
