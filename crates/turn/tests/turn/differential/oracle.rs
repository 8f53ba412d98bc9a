//! turn-server-proto behind one function: a request in, its answer out.
use crate::support::Caller;
use std::net::SocketAddr;
use turn_server_proto::api::{TurnServerApi, TurnServerPollRet};
use turn_server_proto::server::TurnServer;
use turn_server_proto::stun::Instant;
use turn_server_proto::stun::agent::Transmit;
use turn_server_proto::types::{AddressFamily, TransportType};

pub(super) struct Oracle {
    server: TurnServer,
    client: SocketAddr,
    listen: SocketAddr,
    next_port: u16,
}

impl Oracle {
    /// A server that knows this caller's username and password.
    pub(super) fn new(caller: &Caller) -> Self {
        let mut server = TurnServer::new(TransportType::Udp, caller.addr.local, caller.realm.clone());
        server.add_user(caller.username.clone(), caller.password.clone());
        Self { server, client: caller.addr.remote, listen: caller.addr.local, next_port: 50_000 }
    }

    /// What goes to a peer for this input of the client.
    pub(super) fn relay(&mut self, input: &[u8]) -> Option<(SocketAddr, Vec<u8>)> {
        let transmit = Transmit { data: input.to_vec(), transport: TransportType::Udp, from: self.client, to: self.listen };
        let passed = self.server.recv(transmit, Instant::from_nanos(1_000_000_000))?.build();
        (passed.to != self.client).then_some((passed.to, passed.data))
    }

    pub(super) fn ask(&mut self, request: &[u8]) -> Option<Vec<u8>> {
        let now = Instant::from_nanos(1_000_000_000);
        let transmit = Transmit { data: request.to_vec(), transport: TransportType::Udp, from: self.client, to: self.listen };
        if let Some(reply) = self.server.recv(transmit, now) {
            let reply = reply.build();
            return (reply.to == self.client).then_some(reply.data);
        }
        for _ in 0..8 {
            match self.server.poll(now) {
                TurnServerPollRet::AllocateSocket { transport, listen_addr, client_addr, allocation_transport, family } => {
                    let ip = if family == AddressFamily::IPV4 { "192.0.2.1" } else { "2001:db8::1" };
                    let relay = SocketAddr::new(ip.parse().unwrap(), self.next_port);
                    self.next_port += 1;
                    self.server.allocated_socket(transport, listen_addr, client_addr, allocation_transport, family, Ok(relay), now);
                }
                _ => break,
            }
        }
        self.server.poll_transmit(now).filter(|reply| reply.to == self.client).map(|reply| reply.data)
    }
}
