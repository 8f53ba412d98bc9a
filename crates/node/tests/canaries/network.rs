//! A network of one thread, without a way out, in which every address is this host's; and a relay in it.
use loadgen::client::SECRET;
use node::turn::{PeerPolicy, Peers, Question};
use node::{Config, Identity, Listen, Node, Transport};
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::process::Command;
use std::sync::Arc;

/// Where clients find the relay. It is one of the addresses of the matrix, too.
pub const SERVER: &str = "198.51.100.1";
/// A public address and port that anybody may reach.
pub const ALLOWED_V4: &str = "8.8.8.8:9000";
pub const ALLOWED_V6: &str = "[2a00::1]:9000";

fn ip(words: &str) {
    let told = Command::new("ip").args(words.split(' ')).output().expect("`ip` of iproute2");
    assert!(told.status.success(), "ip {words}: {}", String::from_utf8_lossy(&told.stderr));
}

/// Runs a test in a new network.
///
/// # Panics
/// When this user may not make one: that is not a reason to pass.
pub fn alone<T: Send>(test: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let inside = scope.spawn(|| {
            let entered = loadgen::sys::enter_new_network();
            assert!(entered.is_ok(), "this test makes a network namespace and must run as root: {entered:?}");
            ip("link set lo up");
            // Whatever the address, it is here. None of them is an interface's, so that a relay does not know them as its host's.
            ip("route add local 0.0.0.0/0 dev lo");
            ip("-6 route add local ::/0 dev lo");
            std::fs::write("/proc/sys/net/ipv6/ip_nonlocal_bind", "1").expect("a network of our own takes settings");
            ip(&format!("address add {SERVER}/32 dev lo"));
            test()
        });
        inside.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The weakened policy: what a relay would be without its filter. It lives here and nowhere in the product.
pub struct OpenDoor;

impl PeerPolicy for OpenDoor {
    fn is_allowed(&self, _question: &Question) -> bool {
        true
    }
}

/// A relay, and how to trust it over TLS.
pub struct Place {
    pub node: Node,
    pub tls: Arc<rustls::ClientConfig>,
}

impl Place {
    /// As the product starts it.
    pub fn product(peers: Peers) -> Self {
        Self::start(peers, Node::start)
    }

    pub fn weakened() -> Self {
        Self::start(Peers::Public, |config| Node::start_with(config, || OpenDoor))
    }

    fn start(peers: Peers, start: impl FnOnce(&Config) -> Result<Node, node::StartError>) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let mut roots = rustls::RootCertStore::empty();
        roots.add(made.cert.der().clone()).unwrap();
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let identity = Identity { certificates_pem: made.cert.pem().into_bytes(), private_key_pem: made.signing_key.serialize_pem().into_bytes() };
        let listen = [(Transport::Udp, 3_478), (Transport::Tcp, 3_478), (Transport::Tls, 5_349)];
        let addr = |port| SocketAddr::new(SERVER.parse().unwrap(), port);
        let config = Config {
            listen: listen.map(|(transport, port)| Listen { transport, addr: addr(port) }).to_vec(),
            identity: Some(identity),
            shards: 2,
            pin: false,
            turn: turn_config(peers),
            ..Config::default()
        };
        Self { node: start(&config).expect("it starts"), tls: Arc::new(tls) }
    }

    pub fn at(&self, transport: Transport) -> SocketAddr {
        self.node.listening().iter().find(|listen| listen.transport == transport).unwrap().addr
    }
}

/// What the matrix of addresses takes for granted: relayed addresses, addresses of the host that no interface shows, and what the operator denied.
fn turn_config(peers: Peers) -> node::turn::Config {
    let range = |start: &str, end: &str| -> RangeInclusive<IpAddr> { start.parse().unwrap()..=end.parse().unwrap() };
    node::turn::Config {
        secrets: vec![SECRET.to_vec()],
        peers,
        relay_v4: Some("192.0.2.1".parse().unwrap()),
        relay_v6: Some("2001:db8::1".parse().unwrap()),
        relay_ports: 50_000..=50_999,
        own_addresses: vec!["198.51.100.7".parse().unwrap(), "1.1.1.1".parse().unwrap()],
        deny: vec![range("9.9.9.9", "9.9.9.9"), range("11.0.0.5", "11.0.2.3")],
        challenges_per_second: 1_000,
        ..node::turn::Config::default()
    }
}
