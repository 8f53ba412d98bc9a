use super::Streams;
use crate::limits::{STREAMS_MAX, STREAMS_PER_SOURCE_MAX};
use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};

fn source(number: u32) -> IpAddr {
    Ipv4Addr::from(0x0a00_0000 + number).into()
}

#[test]
fn one_source_cannot_take_all_streams() {
    let mut streams = Streams::default();
    let taken: Vec<_> = (0..STREAMS_PER_SOURCE_MAX).map(|_| streams.reserve(source(1)).unwrap()).collect();
    assert_eq!(streams.reserve(source(1)), None);
    assert!(streams.reserve(source(2)).is_some());
    streams.release(taken[0], source(1));
    assert!(streams.reserve(source(1)).is_some());
}

#[test]
fn a_subscriber_with_a_whole_ipv6_network_is_one_source() {
    let mut streams = Streams::default();
    let of_network = |host: u16| format!("2001:db8::{host:x}").parse::<IpAddr>().unwrap();
    for host in 0..STREAMS_PER_SOURCE_MAX {
        assert!(streams.reserve(of_network(host)).is_some());
    }
    assert_eq!(streams.reserve(of_network(u16::MAX)), None);
    assert!(streams.reserve("2001:db8:0:1::1".parse().unwrap()).is_some());
}

#[test]
fn there_is_an_end_to_streams_and_no_number_comes_twice() {
    let mut streams = Streams::default();
    let mut numbers = HashSet::new();
    for round in 0..3 {
        let taken: Vec<_> = (0..u32::try_from(STREAMS_MAX).unwrap()).map(|client| (client, streams.reserve(source(client)).unwrap())).collect();
        assert_eq!(streams.reserve(source(u32::from(u16::MAX))), None);
        assert_eq!(streams.len(), STREAMS_MAX);
        assert!(taken.iter().all(|(_, number)| numbers.insert(*number)), "round {round}");
        for (client, number) in taken {
            streams.release(number, source(client));
        }
        assert_eq!(streams.len(), 0);
    }
}
