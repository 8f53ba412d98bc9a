//! A node for tests, on free ports of loopback.
use loadgen::client::{Client, SECRET, WAIT};
use node::{Config, Event, Identity, Listen, Node, Transport};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

pub struct Tls {
    pub identity: Identity,
    pub client: Arc<rustls::ClientConfig>,
}

/// A certificate for localhost, and a client that trusts only it.
pub fn tls() -> Tls {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let client = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let identity = Identity { certificates_pem: made.cert.pem().into_bytes(), private_key_pem: made.signing_key.serialize_pem().into_bytes() };
    Tls { identity, client: Arc::new(client) }
}

/// One shard, UDP and TCP in both families, closed; change what a test needs.
pub fn config() -> Config {
    let mut listen = Vec::new();
    for transport in [Transport::Udp, Transport::Tcp] {
        listen.push(Listen { transport, addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) });
        listen.push(Listen { transport, addr: SocketAddr::from((Ipv6Addr::LOCALHOST, 0)) });
    }
    let turn = node::turn::Config {
        secrets: vec![SECRET.to_vec()],
        relay_v4: Some(Ipv4Addr::new(203, 0, 113, 1)),
        relay_v6: Some("2001:db8::1".parse().unwrap()),
        ..node::turn::Config::default()
    };
    Config { listen, shards: 1, pin: false, turn, ..Config::default() }
}

pub fn with_tls(mut config: Config, tls: &Tls) -> Config {
    config.identity = Some(tls.identity.clone());
    config.listen.push(Listen { transport: Transport::Tls, addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) });
    config
}

/// Where to reach a node.
pub fn at(node: &Node, transport: Transport, v6: bool) -> SocketAddr {
    node.listening().iter().find(|listen| listen.transport == transport && listen.addr.is_ipv6() == v6).expect("a listener").addr
}

/// Asks again and again until it holds.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let limit = Instant::now() + WAIT;
    while !holds() {
        assert!(Instant::now() < limit, "still not so: {what}");
        std::thread::yield_now();
    }
}

/// Waits for an event that fits, and returns all that came before it, too.
pub fn wait_for(node: &Node, what: &str, fits: impl Fn(&Event) -> bool) -> Vec<Event> {
    let mut seen = Vec::new();
    eventually(what, || {
        seen.extend(node.events());
        seen.iter().any(&fits)
    });
    seen
}

/// Admits a user and allocates: a command is carried out before any packet that is sent after it.
pub fn settle(node: &Node, client: &mut Client, user: &str, room: u64, v6: bool) -> SocketAddr {
    node.admit(user, Some(room)).unwrap();
    client.try_allocate(v6).expect("an admitted user can allocate")
}
