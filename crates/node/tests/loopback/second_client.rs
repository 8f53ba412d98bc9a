//! A TURN client that shares no code with ours (turn-client-proto) runs clean: allocation, channel, data both ways, end.
use crate::world::{at, config, eventually};
use loadgen::client::{Arrival, Client, SECRET, WAIT, connect, credential};
use node::{Node, Transport};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Instant as Clock;
use turn_client_proto::api::{TurnConfig, TurnEvent, TurnPollRet, TurnRecvRet};
use turn_client_proto::prelude::{DelayedTransmitBuild, TurnClientApi};
use turn_client_proto::stun::Instant;
use turn_client_proto::stun::agent::Transmit;
use turn_client_proto::tcp::TurnClientTcp;
use turn_client_proto::types::{TransportType, TurnCredentials};
use turn_client_proto::udp::TurnClientUdp;

enum Link {
    Udp(UdpSocket),
    Tcp(TcpStream),
}

/// Their state machine on a socket of ours.
struct Theirs<C> {
    client: C,
    link: Link,
    began: Clock,
    data: Vec<(SocketAddr, Vec<u8>)>,
    events: Vec<TurnEvent>,
}

impl<C: TurnClientApi> Theirs<C> {
    fn new(link: Link, make: impl FnOnce(SocketAddr, SocketAddr, TurnConfig) -> C) -> Self {
        let (local, remote) = match &link {
            Link::Udp(socket) => (socket.local_addr(), socket.peer_addr()),
            Link::Tcp(stream) => (stream.local_addr(), stream.peer_addr()),
        };
        let (username, password) = credential("theirs", SECRET, 600);
        let client = make(local.unwrap(), remote.unwrap(), TurnConfig::new(TurnCredentials::new(&username, &password)));
        Self { client, link, began: Clock::now(), data: Vec::new(), events: Vec::new() }
    }

    fn now(&self) -> Instant {
        Instant::from_nanos(i64::try_from(self.began.elapsed().as_nanos()).unwrap())
    }

    fn write(&mut self, bytes: &[u8]) {
        match &mut self.link {
            Link::Udp(socket) => assert_eq!(socket.send(bytes).unwrap(), bytes.len()),
            Link::Tcp(stream) => stream.write_all(bytes).unwrap(),
        }
    }

    /// Whatever has come within a moment; empty when nothing has.
    fn read(&mut self) -> Vec<u8> {
        let mut buffer = vec![0; 4_096];
        let read = match &mut self.link {
            Link::Udp(socket) => socket.recv(&mut buffer),
            Link::Tcp(stream) => stream.read(&mut buffer),
        };
        buffer.truncate(read.unwrap_or(0));
        buffer
    }

    /// Drives it until something is so.
    fn until(&mut self, what: &str, mut holds: impl FnMut(&mut Self) -> bool) {
        let limit = Clock::now() + WAIT;
        loop {
            let now = self.now();
            let _: TurnPollRet = self.client.poll(now);
            while let Some(out) = self.client.poll_transmit(now) {
                self.write(&out.data);
            }
            self.events.extend(std::iter::from_fn(|| self.client.poll_event()));
            if holds(self) {
                return;
            }
            assert!(Clock::now() < limit, "still not so: {what}; heard {:?}", self.events);
            let bytes = self.read();
            if !bytes.is_empty() {
                let transmit = Transmit::new(bytes, self.client.transport(), self.client.remote_addr(), self.client.local_addr());
                if let TurnRecvRet::PeerData(data) = self.client.recv(transmit, self.now()) {
                    self.data.push((data.peer, data.data().to_vec()));
                }
                while let Some(data) = self.client.poll_recv(self.now()) {
                    self.data.push((data.peer, data.data().to_vec()));
                }
            }
        }
    }

    fn send(&mut self, to: SocketAddr, data: &[u8]) {
        let now = self.now();
        let out = self.client.send_to(TransportType::Udp, to, data.to_vec(), now).expect("it may send").expect("bytes for the server");
        self.write(&out.data.build());
    }
}

fn runs_clean<C: TurnClientApi>(node: &Node, mut theirs: Theirs<C>, lengths: &[usize]) {
    node.admit("theirs", Some(1)).unwrap();
    node.admit("ours", Some(1)).unwrap();
    let mut ours = Client::udp(at(node, Transport::Udp, false), "ours");
    let of_ours = ours.allocate();
    theirs.until("it has an allocation", |it| it.client.relayed_addresses().next().is_some());
    let of_theirs = theirs.client.relayed_addresses().next().unwrap().1;
    ours.bind(0x4000, of_theirs);
    let now = theirs.now();
    theirs.client.bind_channel(TransportType::Udp, of_ours, now).unwrap();
    theirs.until("it has a channel", |it| it.events.iter().any(|event| matches!(event, TurnEvent::ChannelCreated(..))));
    for length in lengths {
        let data: Vec<u8> = (0..*length).map(|index| u8::try_from(index % 251).unwrap()).collect();
        theirs.send(of_ours, &data);
        assert_eq!(ours.arrival(), Arrival::Channel(0x4000, data.clone()));
        ours.send_on_channel(0x4000, &data);
        theirs.until("the data came", |it| it.data.pop() == Some((of_ours, data.clone())));
    }
    let now = theirs.now();
    theirs.client.delete(now).unwrap();
    theirs.until("its allocation is gone", |_| node.counters().turn.allocations == 1);
    assert!(!theirs.events.iter().any(|event| {
        matches!(event, TurnEvent::AllocationCreateFailed(_) | TurnEvent::PermissionCreateFailed(..) | TurnEvent::ChannelCreateFailed(..))
    }));
    assert_eq!(ours.refresh(0), None);
    eventually("nothing is left", || node.counters().turn.allocations == 0);
}

/// How long a read waits before their state machine is asked what to do next.
const MOMENT: std::time::Duration = std::time::Duration::from_millis(10);

#[test]
fn turn_client_proto_runs_clean_over_udp() {
    let node = Node::start(&config()).unwrap();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(at(&node, Transport::Udp, false)).unwrap();
    socket.set_read_timeout(Some(MOMENT)).unwrap();
    runs_clean(&node, Theirs::new(Link::Udp(socket), TurnClientUdp::allocate), &[1, 2, 3, 4, 160, 1_200]);
}

#[test]
fn turn_client_proto_runs_clean_over_tcp() {
    let node = Node::start(&config()).unwrap();
    let stream = connect(at(&node, Transport::Tcp, false));
    stream.set_read_timeout(Some(MOMENT)).unwrap();
    // Whole words only: version 0.7.3 leaves out the padding that RFC 8656 §12.5 asks for over TCP, and a server cannot guess where a frame ends.
    runs_clean(&node, Theirs::new(Link::Tcp(stream), TurnClientTcp::allocate), &[4, 160, 1_200]);
}
