use super::{Egress, Flow, SEGMENTS_MAX, Sent};
use crate::sys::supports_gso;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;
use std::time::Duration;

struct Bench {
    from: UdpSocket,
    to: Vec<UdpSocket>,
}

impl Bench {
    fn new(receivers: usize) -> Self {
        let socket = || {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
            socket
        };
        Self { from: socket(), to: (0..receivers).map(|_| socket()).collect() }
    }

    fn flow(&self, receiver: usize) -> Flow {
        Flow { fd: self.from.as_raw_fd(), source: None, to: self.to[receiver].local_addr().unwrap(), dont_fragment: None }
    }

    fn receive(&self, receiver: usize) -> Vec<u8> {
        let mut buffer = vec![0; 65_536];
        let length = self.to[receiver].recv(&mut buffer).unwrap();
        buffer.truncate(length);
        buffer
    }
}

#[test]
fn equal_datagrams_of_one_flow_are_one_message() {
    let bench = Bench::new(1);
    let mut egress = Egress::new(supports_gso());
    for number in 0..10 {
        egress.push(&bench.flow(0), &[number; 4], &[number; 100], 0);
    }
    assert_eq!(egress.runs.len(), if supports_gso() { 1 } else { 10 });
    egress.flush();
    assert_eq!(egress.sent, Sent { packets: 10, bytes: 1_040, calls: 1, ..Sent::default() });
    for number in 0..10 {
        assert_eq!(bench.receive(0), vec![number; 104]);
    }
}

#[test]
fn flows_that_take_turns_keep_their_order_and_their_runs() {
    let bench = Bench::new(3);
    let mut egress = Egress::new(true);
    for number in 0..20 {
        for receiver in 0..3 {
            egress.push(&bench.flow(receiver), &[], &[number; 50], 0);
        }
    }
    assert_eq!(egress.runs.len(), 3);
    egress.flush();
    for receiver in 0..3 {
        for number in 0..20 {
            assert_eq!(bench.receive(receiver), vec![number; 50]);
        }
    }
}

#[test]
fn a_run_ends_where_the_kernel_could_not_cut_it() {
    let bench = Bench::new(1);
    let mut egress = Egress::new(true);
    // A shorter one ends its run, a longer one begins another, an empty one and a very long one stay alone.
    let sizes = [100, 100, 60, 100, 120, 120, 0, 0, 9_000, 9_000];
    for size in sizes {
        egress.push(&bench.flow(0), &[], &vec![7; size], 0);
    }
    let runs: Vec<_> = egress.runs.iter().map(|run| run.segments).collect();
    assert_eq!(runs, [3, 1, 2, 1, 1, 1, 1]);
    egress.flush();
    for size in sizes {
        assert_eq!(bench.receive(0).len(), size);
    }
    assert_eq!(egress.sent.dropped_refused, 0);
}

#[test]
fn a_run_has_no_more_datagrams_than_the_kernel_takes() {
    let bench = Bench::new(1);
    let mut egress = Egress::new(true);
    for _ in 0..=SEGMENTS_MAX {
        egress.push(&bench.flow(0), &[], &[1; 10], 0);
    }
    assert_eq!(egress.runs.len(), 2);
}

#[test]
fn without_runs_each_datagram_is_a_message_of_one_call() {
    let bench = Bench::new(1);
    let mut egress = Egress::new(false);
    for number in 0..10 {
        egress.push(&bench.flow(0), &[], &[number; 100], 3);
    }
    assert_eq!(egress.runs.len(), 10);
    egress.flush();
    assert_eq!(egress.sent, Sent { packets: 10, bytes: 1_030, calls: 1, ..Sent::default() });
    for number in 0..10 {
        assert_eq!(bench.receive(0), [vec![number; 100], vec![0; 3]].concat());
    }
}

#[test]
fn what_the_device_cannot_cut_is_sent_singly_from_then_on() {
    let bench = Bench::new(2);
    let mut egress = Egress::new(true);
    for number in 0..6 {
        egress.push(&bench.flow(0), &[], &[number; 100], 0);
        egress.push(&bench.flow(1), &[], &[number; 90], 0);
    }
    egress.order = vec![0, 1];
    let no_checksums = std::io::Error::from_raw_os_error(libc::EIO);
    egress.send_singly(crate::sys::borrowed(bench.from.as_raw_fd()), 0, &no_checksums);
    assert!(!egress.makes_runs());
    assert_eq!(egress.sent, Sent { packets: 6, bytes: 600, calls: 6, ..Sent::default() });
    for number in 0..6 {
        assert_eq!(bench.receive(0), vec![number; 100]);
    }
}

#[test]
fn a_refused_datagram_does_not_hold_up_the_ones_behind_it() {
    let bench = Bench::new(1);
    let mut egress = Egress::new(true);
    let nobody = Flow { to: "127.0.0.1:0".parse().unwrap(), ..bench.flow(0) };
    egress.push(&nobody, &[], b"nowhere", 0);
    egress.push(&bench.flow(0), &[], b"somewhere", 0);
    egress.flush();
    assert_eq!(bench.receive(0), b"somewhere");
    assert_eq!((egress.sent.packets, egress.sent.dropped_refused), (1, 1));
}

#[test]
fn many_flows_at_once_have_a_run_each() {
    let bench = Bench::new(40);
    let mut egress = Egress::new(true);
    for number in 0..4 {
        for receiver in 0..40 {
            egress.push(&bench.flow(receiver), &[], &[number; 50], 0);
        }
    }
    assert_eq!(egress.runs.len(), 40, "whatever places they fall on");
}
