use super::{Closing, REPLY_BYTES_RESERVED, Stream};
use crate::config::Identity;
use crate::limits::{FRAME_BYTES_UNKNOWN_MAX, HANDSHAKE_MS_MAX, IDLE_MS_MAX, STALL_MS_MAX, STREAM_OUT_BYTES_MAX};
use crate::tls::Tls;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use turn::{ClientAddr, Transport};

/// A stream at the node, and the client's end of it.
fn pair() -> (Stream, TcpStream) {
    pair_with(None)
}

fn pair_with(tls: Option<Box<rustls::ServerConnection>>) -> (Stream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let far = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (near, remote) = listener.accept().unwrap();
    near.set_nonblocking(true).unwrap();
    let client = ClientAddr { transport: Transport::Tcp, local: near.local_addr().unwrap(), remote, stream_id: 1 };
    (Stream::new(near, client, tls, 0), far)
}

fn fill(stream: &mut Stream) {
    while !stream.fill(&mut [0; 16_384]).unwrap() {
        std::thread::yield_now();
    }
}

#[test]
fn without_an_allocation_it_is_closed_whatever_it_sends() {
    let (mut stream, mut far) = pair();
    assert!(!stream.is_overdue(IDLE_MS_MAX - 1));
    far.write_all(&[0x40, 0, 0, 0]).unwrap();
    fill(&mut stream);
    assert!(stream.next_frame().unwrap().is_some());
    assert!(stream.is_overdue(IDLE_MS_MAX));
    stream.set_allocated(true, 1_000);
    assert!(!stream.is_overdue(u64::MAX / 2));
    stream.set_allocated(false, 2_000);
    assert!(!stream.is_overdue(2_000 + IDLE_MS_MAX - 1));
    assert!(stream.is_overdue(2_000 + IDLE_MS_MAX));
}

#[test]
fn a_client_that_takes_no_bytes_is_dropped_from_first_and_closed_later() {
    let (mut stream, mut far) = pair();
    stream.set_allocated(true, 0);
    let data = [1; 1_200];
    // Until neither the kernel nor the stream takes more.
    while stream.queue(&[], &data, 0, false, 5) || stream.flush(5).is_ok_and(|_| stream.queue(&[], &data, 0, false, 5)) {}
    assert!(stream.out.len() - stream.out_from <= STREAM_OUT_BYTES_MAX);
    assert!(stream.queue(&[], &data, 0, true, 5), "an answer still fits");
    assert!(!stream.queue(&[], &[1; REPLY_BYTES_RESERVED], 0, true, 5), "not without end");
    assert!(!stream.is_overdue(5 + STALL_MS_MAX - 1));
    assert!(stream.is_overdue(5 + STALL_MS_MAX));
    let mut taken = vec![0; 1 << 20];
    far.read_exact(&mut taken[..100_000]).unwrap();
    while stream.flush(9_000).is_ok_and(|_| stream.is_overdue(5 + STALL_MS_MAX)) {
        let _ = far.read(&mut taken).unwrap();
    }
    assert!(!stream.is_overdue(9_000 + STALL_MS_MAX - 1), "bytes left, so it has time again");
}

#[test]
fn frames_are_cut_however_they_arrive() {
    let (mut stream, mut far) = pair();
    far.write_all(&[0x40, 0, 0, 3, 1, 2]).unwrap();
    fill(&mut stream);
    assert_eq!(stream.next_frame(), Ok(None));
    far.write_all(&[3, 0, 0x41, 0, 0, 0, 0x42]).unwrap();
    fill(&mut stream);
    let first = stream.next_frame().unwrap().unwrap();
    assert_eq!(stream.unread[first], [0x40, 0, 0, 3, 1, 2, 3, 0]);
    let second = stream.next_frame().unwrap().unwrap();
    assert_eq!(stream.unread[second], [0x41, 0, 0, 0]);
    assert_eq!(stream.next_frame(), Ok(None));
    drop(far);
    while stream.fill(&mut [0; 100]) == Ok(false) {
        std::thread::yield_now();
    }
    assert_eq!(stream.fill(&mut [0; 100]), Err(Closing::Gone));
}

#[test]
fn before_an_allocation_a_frame_is_short() {
    let (mut stream, mut far) = pair();
    let length = u16::try_from(FRAME_BYTES_UNKNOWN_MAX).unwrap().to_be_bytes();
    far.write_all(&[0x40, 0, length[0], length[1]]).unwrap();
    fill(&mut stream);
    assert_eq!(stream.next_frame(), Err(Closing::Broken));
    stream.set_allocated(true, 0);
    assert_eq!(stream.next_frame(), Ok(None));
}

#[test]
fn a_handshake_that_never_ends_is_ended() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let identity = Identity { certificates_pem: made.cert.pem().into_bytes(), private_key_pem: made.signing_key.serialize_pem().into_bytes() };
    let tls = Tls::new(&identity).unwrap().accept().unwrap();
    let (mut stream, mut far) = pair_with(Some(Box::new(tls)));
    // The head of a record that would hold a ClientHello, and no more.
    far.write_all(&[22, 3, 1, 2, 0]).unwrap();
    fill(&mut stream);
    assert_eq!(stream.next_frame(), Ok(None));
    assert!(!stream.is_overdue(HANDSHAKE_MS_MAX - 1));
    assert!(stream.is_overdue(HANDSHAKE_MS_MAX));
}
