//! Every address that must not be reached × every way to reach it: not a byte with the filter, bytes without it.
use crate::support::{Caller, Heard, Lab, OpenDoor, config, public_config};
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use turn::{Config, PeerPolicy, Transport};
use wire::attribute as kind;

/// What no client may reach with public peers, each with the reason.
const DENIED: [(&str, &str); 84] = [
    ("0.0.0.0", "this host"),
    ("0.1.2.3", "0/8"),
    ("10.0.0.1", "RFC 1918"),
    ("10.255.255.255", "RFC 1918"),
    ("100.64.0.1", "CGNAT"),
    ("100.100.100.200", "metadata in CGNAT"),
    ("100.127.255.255", "CGNAT"),
    ("127.0.0.1", "loopback"),
    ("127.255.255.254", "loopback"),
    ("168.63.129.16", "metadata on a public address"),
    ("169.254.0.1", "link-local"),
    ("169.254.169.254", "metadata"),
    ("169.254.170.2", "metadata of containers"),
    ("172.16.0.1", "RFC 1918"),
    ("172.31.255.255", "RFC 1918"),
    ("192.0.0.1", "192.0.0/24"),
    ("192.0.0.192", "metadata"),
    ("192.0.2.77", "documentation"),
    ("192.88.99.1", "6to4 anycast"),
    ("192.168.0.1", "RFC 1918"),
    ("192.168.255.255", "RFC 1918"),
    ("198.18.0.1", "benchmarks"),
    ("198.19.255.255", "benchmarks"),
    ("198.51.100.7", "the host's own, and documentation"),
    ("198.51.100.1", "the address the client speaks to"),
    ("203.0.113.9", "documentation"),
    ("224.0.0.1", "multicast"),
    ("239.255.255.250", "multicast"),
    ("240.0.0.1", "240/4"),
    ("255.255.255.255", "broadcast"),
    ("192.0.2.1", "the relayed address itself, on a port nobody has"),
    ("9.9.9.9", "denied by the operator"),
    ("11.0.0.5", "denied by an unaligned range, its start"),
    ("11.0.1.77", "denied by an unaligned range, inside"),
    ("11.0.2.3", "denied by an unaligned range, its end"),
    ("1.1.1.1", "the host's own public address"),
    ("::", "unspecified"),
    ("::1", "loopback"),
    ("::127.0.0.1", "compatible loopback"),
    ("::10.0.0.1", "compatible RFC 1918"),
    ("::8.8.8.8", "compatible"),
    ("::ffff:127.0.0.1", "mapped loopback"),
    ("::ffff:10.0.0.1", "mapped RFC 1918"),
    ("::ffff:169.254.169.254", "mapped metadata"),
    ("::ffff:192.168.1.1", "mapped RFC 1918"),
    ("::ffff:8.8.8.8", "mapped"),
    ("::ffff:0:127.0.0.1", "translated loopback"),
    ("64:ff9b::127.0.0.1", "NAT64 loopback"),
    ("64:ff9b::10.0.0.1", "NAT64 RFC 1918"),
    ("64:ff9b::169.254.169.254", "NAT64 metadata"),
    ("64:ff9b::100.64.0.1", "NAT64 CGNAT"),
    ("64:ff9b::192.0.2.1", "NAT64 of the relayed address"),
    ("64:ff9b::1.1.1.1", "NAT64 of the host's own public address"),
    ("64:ff9b::9.9.9.9", "NAT64 of what the operator denied"),
    ("64:ff9b:1::127.0.0.1", "local NAT64 loopback"),
    ("64:ff9b:1::8.8.8.8", "local NAT64"),
    ("64:ff9b:1:ffff:ffff:ffff:10.0.0.1", "local NAT64, its end"),
    ("64:ff9b:0:1::8.8.8.8", "beside the NAT64 prefix"),
    ("100::1", "discard"),
    ("2001::1", "Teredo"),
    ("2001:0:0:0:0:0:80ff:fffe", "Teredo of loopback"),
    ("2001:0:4136:e378:8000:63bf:f5ff:fffe", "Teredo of RFC 1918"),
    ("2001:2::1", "benchmarks"),
    ("2001:10::1", "ORCHID"),
    ("2001:20::1", "ORCHIDv2"),
    ("2001:1ff::1", "protocol assignments, their end"),
    ("2001:db8::77", "documentation"),
    ("2001:db8::1", "the relayed address itself, on a port nobody has"),
    ("2002:7f00:1::1", "6to4 loopback"),
    ("2002:a00:1::1", "6to4 RFC 1918"),
    ("2002:a9fe:a9fe::1", "6to4 metadata"),
    ("2002:808:808::1", "6to4"),
    ("3fff::1", "documentation"),
    ("3fff:fff::1", "documentation"),
    ("5f00::1", "segment routing"),
    ("fc00::1", "ULA"),
    ("fd00:ec2::254", "metadata in ULA"),
    ("fd20:ce::254", "metadata in ULA"),
    ("fe80::1", "link-local"),
    ("fe80::a9fe:a9fe", "metadata, link-local"),
    ("fec0::1", "site-local"),
    ("ff02::1", "multicast"),
    ("ff0e::1", "multicast"),
    ("2620:4f:8000::1", "AS112"),
];

/// What a client may reach with public peers: neighbours of what it may not.
const ALLOWED: [&str; 27] = [
    "1.0.0.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "11.0.0.4",
    "11.0.2.4",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "168.63.129.17",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2000::1",
    "2001:200::1",
    "2001:db7::1",
    "2606:4700::1111",
    "2a00::1",
    "64:ff9b::8.8.8.8",
];

fn strict() -> Config {
    let range = |start: &str, end: &str| -> RangeInclusive<IpAddr> { start.parse().unwrap()..=end.parse().unwrap() };
    let deny = vec![range("9.9.9.9", "9.9.9.9"), range("11.0.0.5", "11.0.2.3")];
    let own_addresses = vec!["198.51.100.7".parse().unwrap(), "1.1.1.1".parse().unwrap()];
    Config { deny, own_addresses, ..public_config() }
}

fn dual_client<P: PeerPolicy>(lab: &mut Lab<P>, user: &str, transport: Transport) -> Caller {
    lab.admit(user, 1);
    let mut caller = Caller::new(user, "203.0.113.5:4000").over(transport, u64::from(transport.is_stream()));
    caller.learn_nonce(lab);
    let answer = caller.allocate_with(lab, &[(kind::ADDITIONAL_ADDRESS_FAMILY, vec![2, 0, 0, 0])]);
    assert_eq!(answer.relays().len(), 2);
    caller.relay = answer.relays().first().copied();
    caller
}

/// Every method against one peer, with a fresh client each: whether `CreatePermission`, `ChannelBind`, Send, `ChannelData` and the way back let it through.
fn reach<P: PeerPolicy>(lab: &mut Lab<P>, peer: SocketAddr, transport: Transport) -> [bool; 5] {
    let mut caller = dual_client(lab, "ada", transport);
    let left =
        |heard: &[Heard]| heard.iter().any(|it| matches!(it, Heard::ToPeer(..) | Heard::ToLocal(..) | Heard::ToShard(..) | Heard::ToClient(..)));
    let permission = caller.permit(lab, &[peer]).code.is_none();
    let by_send = left(&caller.send(lab, peer, b"canary"));
    let channel = caller.bind(lab, 0x4000, peer).code.is_none();
    let by_channel_data = left(&caller.channel_data(lab, 0x4000, b"canary"));
    let relay = if peer.is_ipv4() { caller.relay() } else { SocketAddr::new("2001:db8::1".parse().unwrap(), caller.relay().port()) };
    lab.heard();
    for port in 50_000..=50_999 {
        lab.server.handle_peer(lab.now, SocketAddr::new(relay.ip(), port), peer, b"canary", &mut lab.ears);
    }
    let from_peer = left(&lab.heard());
    lab.evict("ada");
    [permission, channel, by_send, by_channel_data, from_peer]
}

/// Ports that matter: a plain one, the server's own, and one in the range of relayed addresses.
const PORTS: [u16; 3] = [80, 3_478, 50_500];

fn peer(ip: &str, port: u16) -> SocketAddr {
    SocketAddr::new(ip.parse().unwrap_or_else(|_| panic!("{ip}")), port)
}

const TRANSPORTS: [Transport; 3] = [Transport::Udp, Transport::Tcp, Transport::Tls];

/// Every denied address on every port, by every transport, must be reached by all methods or by none.
fn assert_denied_are<P: PeerPolicy>(lab: &mut Lab<P>, reached: bool) {
    for transport in TRANSPORTS {
        for (ip, reason) in DENIED {
            for port in PORTS {
                assert_eq!(reach(lab, peer(ip, port), transport), [reached; 5], "{ip} port {port} over {transport:?}: {reason}");
            }
        }
    }
}

#[test]
fn not_a_byte_reaches_an_address_that_is_not_public() {
    assert_denied_are(&mut Lab::new(strict()), false);
}

#[test]
fn without_the_filter_every_one_of_them_is_reached_by_every_method() {
    assert_denied_are(&mut Lab::with_policy(strict(), OpenDoor), true);
}

#[test]
fn in_the_closed_loop_not_a_byte_reaches_any_address_outside() {
    let mut lab = Lab::new(config());
    for ip in DENIED.iter().map(|(ip, _)| *ip).chain(ALLOWED) {
        for transport in TRANSPORTS {
            assert_eq!(reach(&mut lab, peer(ip, 80), transport), [false; 5], "{ip}");
        }
    }
}

#[test]
fn public_neighbours_of_denied_ranges_are_reached() {
    let mut lab = Lab::new(strict());
    for ip in ALLOWED {
        for transport in TRANSPORTS {
            assert_eq!(reach(&mut lab, peer(ip, 9_000), transport), [true; 5], "{ip}");
        }
    }
}
