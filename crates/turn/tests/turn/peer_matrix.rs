//! Every address that must not be reached × every way to reach it: not a byte with the filter, bytes without it.
use crate::addresses::{ALLOWED, DENIED};
use crate::support::{Caller, Heard, Lab, OpenDoor, config, public_config};
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use turn::{Config, PeerPolicy, Transport};
use wire::attribute as kind;

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
