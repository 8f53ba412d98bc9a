//! What a node leaves behind when it stops: nothing. Alone in its program, since it counts the whole process.
use node::turn::RoomId;
use node::{Config, Listen, Node, Transport};
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

fn count(of: &str) -> usize {
    std::fs::read_dir(format!("/proc/self/{of}")).unwrap().count()
}

#[test]
fn a_stopped_node_leaves_no_thread_and_no_descriptor() {
    let config = Config {
        listen: [Transport::Udp, Transport::Tcp].map(|transport| Listen { transport, addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) }).to_vec(),
        shards: 3,
        turn: node::turn::Config { secrets: vec![vec![7; 20]], relay_v4: Some(Ipv4Addr::LOCALHOST), ..node::turn::Config::default() },
        ..Config::default()
    };
    let before = (count("fd"), count("task"));
    for _ in 0..5 {
        let mut node = Node::start(&config).unwrap();
        assert_eq!(count("task"), before.1 + 3);
        node.admit("user", Some(RoomId(1).0)).unwrap();
        let addr = node.listening()[1].addr;
        let mut stream = TcpStream::connect(addr).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        node.stop();
        assert_eq!(stream.read(&mut [0; 10]).unwrap_or(0), 0, "its streams are closed");
        assert!(node.admit("user", None).is_err());
        assert!(TcpStream::connect(addr).is_err());
    }
    // The kernel counts a thread a moment longer than it can be waited for.
    let limit = Instant::now() + Duration::from_secs(10);
    while count("task") != before.1 && Instant::now() < limit {
        std::thread::yield_now();
    }
    assert_eq!((count("fd"), count("task")), before);
}
