//! A TURN client: one socket, blocking, with a limit on every wait.
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use wire::attribute::{
    CHANNEL_NUMBER, DATA, ERROR_CODE, LIFETIME, NONCE, REALM, REQUESTED_ADDRESS_FAMILY, REQUESTED_TRANSPORT, USERNAME, XOR_PEER_ADDRESS,
    XOR_RELAYED_ADDRESS,
};
use wire::emit::Emitter;
use wire::framing::{Frame, next_frame};
use wire::integrity::{LongTermKey, hmac_sha1};
use wire::stun::{Class, Message, Method};
use wire::{channel_data, xor_address};

/// What tests sign with.
pub const SECRET: &[u8] = b"a secret of the tests";
/// The limit on each wait.
pub const WAIT: Duration = Duration::from_secs(10);

const HOUR_S: i64 = 3_600;

trait Duplex: Read + Write {}
impl<T: Read + Write> Duplex for T {}

enum Link {
    Datagrams(UdpSocket),
    Stream { stream: Box<dyn Duplex>, unread: Vec<u8> },
}

pub struct Client {
    link: Link,
    username: String,
    key: Option<LongTermKey>,
    password: String,
    realm: Vec<u8>,
    nonce: Vec<u8>,
    pub relayed: Option<SocketAddr>,
}

/// What came from the node.
#[derive(Debug, PartialEq, Eq)]
pub enum Arrival {
    Channel(u16, Vec<u8>),
    Data(SocketAddr, Vec<u8>),
}

impl Client {
    fn new(link: Link, user: &str, secret: &[u8]) -> Self {
        let (username, password) = credential(user, secret, HOUR_S);
        Self { link, username, key: None, password, realm: Vec::new(), nonce: Vec::new(), relayed: None }
    }

    pub fn udp(server: SocketAddr, user: &str) -> Self {
        Self::udp_with(server, user, SECRET)
    }

    pub fn udp_with(server: SocketAddr, user: &str, secret: &[u8]) -> Self {
        let any = if server.is_ipv4() { "127.0.0.1:0" } else { "[::1]:0" };
        let socket = UdpSocket::bind(any).unwrap();
        socket.connect(server).unwrap();
        socket.set_read_timeout(Some(WAIT)).unwrap();
        Self::new(Link::Datagrams(socket), user, secret)
    }

    pub fn tcp(server: SocketAddr, user: &str) -> Self {
        let stream = connect(server);
        Self::new(Link::Stream { stream: Box::new(stream), unread: Vec::new() }, user, SECRET)
    }

    pub fn tls(server: SocketAddr, user: &str, config: &Arc<rustls::ClientConfig>) -> Self {
        let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
        let connection = rustls::ClientConnection::new(Arc::clone(config), name).unwrap();
        let stream = Box::new(rustls::StreamOwned::new(connection, connect(server)));
        Self::new(Link::Stream { stream, unread: Vec::new() }, user, SECRET)
    }

    /// From the next request on it signs with another name and secret; what it allocated before stays as it is.
    pub fn sign_as(&mut self, user: &str, secret: &[u8], life_s: i64) {
        (self.username, self.password) = credential(user, secret, life_s);
        self.key = None;
    }

    /// Its UDP socket, connected to the server.
    pub fn socket(&self) -> UdpSocket {
        match &self.link {
            Link::Datagrams(socket) => socket.try_clone().expect("another descriptor"),
            Link::Stream { .. } => panic!("this client uses a stream"),
        }
    }

    pub fn write(&mut self, bytes: &[u8]) {
        match &mut self.link {
            Link::Datagrams(socket) => {
                socket.send(bytes).unwrap();
            }
            Link::Stream { stream, .. } => stream.write_all(bytes).unwrap(),
        }
    }

    /// The next message; `None` when the node closed the stream.
    pub fn read(&mut self) -> Option<Vec<u8>> {
        match &mut self.link {
            Link::Datagrams(socket) => {
                let mut buffer = vec![0; 65_536];
                let length = socket.recv(&mut buffer).expect("a datagram within the limit");
                buffer.truncate(length);
                Some(buffer)
            }
            Link::Stream { stream, unread } => loop {
                if let Frame::Whole(length) = next_frame(unread) {
                    return Some(unread.drain(..length).collect());
                }
                let mut buffer = [0; 4_096];
                match stream.read(&mut buffer) {
                    Ok(count @ 1..) => unread.extend_from_slice(&buffer[..count]),
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => panic!("nothing within the limit"),
                    _ => return None,
                }
            },
        }
    }

    /// Sends a request, answers one challenge, and returns the response.
    pub fn request(&mut self, method: Method, attributes: &[(u16, Vec<u8>)], peer: Option<SocketAddr>) -> Vec<u8> {
        for _ in 0..2 {
            let mut buffer = Vec::new();
            self.emit(&mut buffer, method, attributes, peer);
            self.write(&buffer);
            let response = self.read().expect("a response");
            if self.key.is_some() || error_code(&response).is_none() {
                return response;
            }
            self.realm = attribute(&response, REALM).expect("a realm");
            self.nonce = attribute(&response, NONCE).expect("a nonce");
            self.key = Some(LongTermKey::new(self.username.as_bytes(), &self.realm, self.password.as_bytes()));
        }
        panic!("challenged again");
    }

    fn emit(&self, buffer: &mut Vec<u8>, method: Method, attributes: &[(u16, Vec<u8>)], peer: Option<SocketAddr>) {
        let mut message = Emitter::new(buffer, Class::Request, method, transaction_id());
        for (kind, value) in attributes {
            message.attribute(*kind, value);
        }
        if let Some(peer) = peer {
            message.xor_address(XOR_PEER_ADDRESS, &peer);
        }
        if let Some(key) = &self.key {
            message.attribute(USERNAME, self.username.as_bytes()).attribute(REALM, &self.realm).attribute(NONCE, &self.nonce);
            message.integrity_sha1(key.as_bytes());
        }
    }

    /// Allocates; the relayed address, or the error's number.
    pub fn try_allocate(&mut self, v6: bool) -> Result<SocketAddr, u16> {
        let mut attributes = vec![(REQUESTED_TRANSPORT, vec![17, 0, 0, 0])];
        if v6 {
            attributes.push((REQUESTED_ADDRESS_FAMILY, vec![2, 0, 0, 0]));
        }
        let response = self.request(Method::Allocate, &attributes, None);
        if let Some(code) = error_code(&response) {
            return Err(code);
        }
        let relayed = address(&response, XOR_RELAYED_ADDRESS).expect("a relayed address");
        self.relayed = Some(relayed);
        Ok(relayed)
    }

    pub fn allocate(&mut self) -> SocketAddr {
        self.try_allocate(false).expect("an allocation")
    }

    pub fn refresh(&mut self, lifetime_s: u32) -> Option<u16> {
        error_code(&self.request(Method::Refresh, &[(LIFETIME, lifetime_s.to_be_bytes().to_vec())], None))
    }

    pub fn bind(&mut self, number: u16, peer: SocketAddr) {
        let response = self.try_bind(number, peer);
        assert_eq!(error_code(&response), None);
    }

    pub fn try_bind(&mut self, number: u16, peer: SocketAddr) -> Vec<u8> {
        let value = [number.to_be_bytes(), [0, 0]].concat();
        self.request(Method::ChannelBind, &[(CHANNEL_NUMBER, value)], Some(peer))
    }

    pub fn permit(&mut self, peer: SocketAddr) -> Option<u16> {
        error_code(&self.request(Method::CreatePermission, &[], Some(peer)))
    }

    /// Asks for a permission and does not wait for the answer.
    pub fn send_permission(&mut self, peer: SocketAddr) {
        let mut buffer = Vec::new();
        self.emit(&mut buffer, Method::CreatePermission, &[], Some(peer));
        self.write(&buffer);
    }

    pub fn send_on_channel(&mut self, number: u16, data: &[u8]) {
        let mut bytes = channel_data::header(number, data.len()).unwrap().to_vec();
        bytes.extend_from_slice(data);
        if matches!(self.link, Link::Stream { .. }) {
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        self.write(&bytes);
    }

    pub fn send_to(&mut self, peer: SocketAddr, data: &[u8]) {
        let mut buffer = Vec::new();
        let mut message = Emitter::new(&mut buffer, Class::Indication, Method::Send, transaction_id());
        message.xor_address(XOR_PEER_ADDRESS, &peer).attribute(DATA, data);
        self.write(&buffer);
    }

    /// The next relayed data.
    pub fn arrival(&mut self) -> Arrival {
        let bytes = self.read().expect("data, not the end");
        if let Some((number, data)) = channel_data::parse(&bytes) {
            return Arrival::Channel(number, data.to_vec());
        }
        Arrival::Data(address(&bytes, XOR_PEER_ADDRESS).expect("a peer"), attribute(&bytes, DATA).expect("data"))
    }
}

/// Username and password for a user, good for so many seconds from now; negative: since so many seconds no more.
pub fn credential(user: &str, secret: &[u8], life_s: i64) -> (String, String) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let username = format!("{}:{user}", now.saturating_add_signed(life_s));
    let password = base64(&hmac_sha1(secret, &[username.as_bytes()]));
    (username, password)
}

pub fn connect(server: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&server, WAIT).unwrap();
    stream.set_read_timeout(Some(WAIT)).unwrap();
    stream.set_write_timeout(Some(WAIT)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Whatever is unique serves; nobody guesses here.
pub fn transaction_id() -> [u8; 12] {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let mut id = [7; 12];
    id[..8].copy_from_slice(&COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    id
}

pub fn attribute(message: &[u8], kind: u16) -> Option<Vec<u8>> {
    Message::parse(message)?.attributes().find(|attribute| attribute.kind == kind).map(|attribute| attribute.value.to_vec())
}

pub fn address(message: &[u8], kind: u16) -> Option<SocketAddr> {
    let parsed = Message::parse(message)?;
    xor_address::parse(&attribute(message, kind)?, &parsed.transaction_id())
}

pub fn error_code(message: &[u8]) -> Option<u16> {
    attribute(message, ERROR_CODE).map(|value| u16::from(value[2]) * 100 + u16::from(value[3]))
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().chain([0, 0].iter()).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for digit in 0..4 {
            let used = digit <= chunk.len();
            text.push(if used { char::from(DIGITS[(bits >> (18 - 6 * digit)) as usize & 63]) } else { '=' });
        }
    }
    text
}
