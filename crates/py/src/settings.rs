//! Settings, read from the attributes of one Python object.
use node::{Config, Identity, Listen, Transport, turn};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::net::{IpAddr, SocketAddr};

/// What `incamera.adapters.media_node.NodeSettings` has, name for name.
// It mirrors a Python object, whose switches are switches.
#[allow(clippy::struct_excessive_bools)]
#[derive(FromPyObject)]
pub(crate) struct NodeSettings {
    listen: Vec<(String, String, u16)>,
    tls_certificates_pem: Option<Vec<u8>>,
    tls_private_key_pem: Option<Vec<u8>>,
    shards: usize,
    pin: bool,
    gso: bool,
    gro: bool,
    realm: String,
    secrets: Vec<Vec<u8>>,
    public_peers: bool,
    relay_addresses: Vec<String>,
    relay_bind_addresses: Vec<String>,
    relay_ports: (u16, u16),
    own_addresses: Vec<String>,
    denied_ranges: Vec<(String, String)>,
    lifetime_default_s: u32,
    lifetime_max_s: u32,
    allocations_max: usize,
    allocations_per_user_max: usize,
    bytes_per_second_per_user: u64,
    challenges_per_second: u32,
    sfu_listen: Vec<(String, String, u16)>,
    sfu_addresses: Vec<String>,
}

impl NodeSettings {
    /// Raises: `ValueError` for what is no address or no transport.
    pub(crate) fn config(self) -> PyResult<Config> {
        let relay = ips(&self.relay_addresses)?;
        let bind = ips(&self.relay_bind_addresses)?;
        let identity = match (self.tls_certificates_pem, self.tls_private_key_pem) {
            (Some(certificates_pem), Some(private_key_pem)) => Some(Identity { certificates_pem, private_key_pem }),
            _ => None,
        };
        let deny = self.denied_ranges.iter().map(|(first, last)| Ok(ip(first)?..=ip(last)?)).collect::<PyResult<_>>()?;
        let turn = turn::Config {
            realm: self.realm,
            secrets: self.secrets,
            peers: if self.public_peers { turn::Peers::Public } else { turn::Peers::Closed },
            relay_v4: relay.iter().find_map(only_v4),
            relay_v6: relay.iter().find_map(only_v6),
            relay_ports: self.relay_ports.0..=self.relay_ports.1,
            own_addresses: ips(&self.own_addresses)?,
            deny,
            lifetime_default_s: self.lifetime_default_s,
            lifetime_max_s: self.lifetime_max_s,
            allocations_max: self.allocations_max,
            allocations_per_user_max: self.allocations_per_user_max,
            bytes_per_second_per_user: self.bytes_per_second_per_user,
            challenges_per_second: self.challenges_per_second,
        };
        let sfu_listen = self.sfu_listen.iter().map(listen).collect::<PyResult<_>>()?;
        let sfu_addresses = ips(&self.sfu_addresses)?;
        let listen = self.listen.iter().map(listen).collect::<PyResult<_>>()?;
        let (relay_bind_v4, relay_bind_v6) = (bind.iter().find_map(only_v4), bind.iter().find_map(only_v6));
        let (shards, pin, gso, gro) = (self.shards, self.pin, self.gso, self.gro);
        Ok(Config { listen, identity, shards, pin, gso, gro, relay_bind_v4, relay_bind_v6, turn, sfu_listen, sfu_addresses, ..Config::default() })
    }
}

/// The name of a transport in Python.
pub(crate) const fn name(transport: Transport) -> &'static str {
    match transport {
        Transport::Udp => "udp",
        Transport::Tcp => "tcp",
        Transport::Tls => "tls",
    }
}

fn listen((transport, host, port): &(String, String, u16)) -> PyResult<Listen> {
    let transport = [Transport::Udp, Transport::Tcp, Transport::Tls]
        .into_iter()
        .find(|known| name(*known) == transport)
        .ok_or_else(|| PyValueError::new_err(format!("{transport} is not udp, tcp or tls")))?;
    Ok(Listen { transport, addr: SocketAddr::new(ip(host)?, *port) })
}

fn ip(text: &str) -> PyResult<IpAddr> {
    text.parse().map_err(|_| PyValueError::new_err(format!("{text} is not an IP address")))
}

fn ips(texts: &[String]) -> PyResult<Vec<IpAddr>> {
    texts.iter().map(|text| ip(text)).collect()
}

fn only_v4(ip: &IpAddr) -> Option<std::net::Ipv4Addr> {
    if let IpAddr::V4(ip) = ip { Some(*ip) } else { None }
}

fn only_v6(ip: &IpAddr) -> Option<std::net::Ipv6Addr> {
    if let IpAddr::V6(ip) = ip { Some(*ip) } else { None }
}
