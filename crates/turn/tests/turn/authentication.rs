//! RFC 8489 §9.2, §14: who is believed, and what of a message counts.
use crate::support::{Caller, Lab, config, xor};
use std::net::SocketAddr;
use wire::attribute as kind;
use wire::emit::Emitter;
use wire::stun::{Class, Method};

const UDP: (u16, [u8; 4]) = (kind::REQUESTED_TRANSPORT, [17, 0, 0, 0]);

fn lab_and_caller() -> (Lab, Caller) {
    let mut lab = Lab::new(config());
    lab.admit("ada", 1);
    let mut caller = Caller::new("ada", "203.0.113.5:4000");
    caller.learn_nonce(&mut lab);
    (lab, caller)
}

#[test]
fn a_request_without_credentials_is_challenged_with_realm_and_nonce_and_nothing_else() {
    let mut lab = Lab::new(config());
    let mut caller = Caller::new("ada", "203.0.113.5:4000");
    for method in [Method::Allocate, Method::Refresh, Method::CreatePermission, Method::ChannelBind] {
        let request = caller.plain(Class::Request, method, &[]);
        let answer = lab.ask(&caller.addr, &request);
        assert_eq!(answer.code, Some(401));
        assert_eq!(answer.kinds(), [kind::ERROR_CODE, kind::REALM, kind::NONCE]);
        assert_eq!(answer.value(kind::REALM).unwrap(), b"incamera");
    }
}

#[test]
fn a_signature_without_username_realm_or_nonce_is_a_bad_request() {
    let (mut lab, mut caller) = lab_and_caller();
    for missing in [kind::USERNAME, kind::REALM, kind::NONCE] {
        let mut buffer = Vec::new();
        let mut emitter = Emitter::new(&mut buffer, Class::Request, Method::Allocate, caller.next_transaction_id());
        for (number, value) in
            [(kind::USERNAME, caller.username.as_bytes()), (kind::REALM, caller.realm.as_bytes()), (kind::NONCE, &caller.nonce[..])]
        {
            if number != missing {
                emitter.attribute(number, value);
            }
        }
        emitter.integrity_sha1(caller.key().as_bytes());
        assert_eq!(lab.ask(&caller.addr, &buffer).code, Some(400));
    }
}

#[test]
fn a_nonce_is_good_for_one_window_and_the_next_and_is_then_stale() {
    let (mut lab, mut caller) = lab_and_caller();
    assert_eq!(caller.allocate(&mut lab).code, None);
    lab.pass_s(590);
    assert_eq!(caller.refresh(&mut lab, 3_600).code, None);
    lab.pass_s(1_200);
    let answer = caller.refresh(&mut lab, 3_600);
    assert_eq!(answer.code, Some(438));
    caller.nonce = answer.value(kind::NONCE).unwrap();
    assert_eq!(caller.refresh(&mut lab, 3_600).code, None);
}

#[test]
fn a_nonce_given_to_one_address_is_stale_from_another() {
    let (mut lab, caller) = lab_and_caller();
    for remote in ["203.0.113.5:4001", "203.0.113.6:4000"] {
        let mut thief = Caller::new("ada", remote);
        thief.nonce.clone_from(&caller.nonce);
        let request = thief.signed(Method::Allocate, &[(UDP.0, UDP.1.to_vec())]);
        assert_eq!(lab.ask(&thief.addr, &request).code, Some(438));
    }
}

#[test]
fn wrong_password_realm_and_username_are_challenged_again_and_not_signed() {
    let (mut lab, caller) = lab_and_caller();
    let bad_usernames = ["ada", ":ada", "1800086400", "1800086400:", "x1800086400:ada", "+1800086400:ada", "99999999999999:ada", "-1:ada"];
    let mut attempts: Vec<(String, String, String)> =
        bad_usernames.map(|name| (name.to_owned(), crate::support::credential(crate::support::SECRET, name), "incamera".to_owned())).into();
    attempts.push((caller.username.clone(), "guess".into(), "incamera".into()));
    attempts.push((caller.username.clone(), caller.password.clone(), "elsewhere".into()));
    for (username, password, realm) in attempts {
        let mut attempt = Caller::new("ada", "203.0.113.5:4000");
        attempt.nonce.clone_from(&caller.nonce);
        (attempt.username, attempt.password, attempt.realm) = (username, password, realm);
        let request = attempt.signed(Method::Allocate, &[(UDP.0, UDP.1.to_vec())]);
        let answer = lab.ask(&attempt.addr, &request);
        assert_eq!(answer.code, Some(401), "{} at {}", attempt.username, attempt.realm);
        assert_eq!(answer.value(kind::MESSAGE_INTEGRITY), None);
    }
    assert_eq!(lab.server.stats().allocations, 0);
}

#[test]
fn a_realm_that_is_not_ours_is_challenged_even_when_the_signature_is_right() {
    let (mut lab, mut caller) = lab_and_caller();
    let mut buffer = Vec::new();
    let mut emitter = Emitter::new(&mut buffer, Class::Request, Method::Allocate, caller.next_transaction_id());
    emitter.attribute(UDP.0, &UDP.1).attribute(kind::USERNAME, caller.username.as_bytes());
    emitter.attribute(kind::REALM, b"elsewhere").attribute(kind::NONCE, &caller.nonce).integrity_sha1(caller.key().as_bytes());
    assert_eq!(lab.ask(&caller.addr, &buffer).code, Some(401));
}

#[test]
fn a_changed_transaction_id_breaks_the_signature() {
    let (mut lab, mut caller) = lab_and_caller();
    let mut request = caller.signed(Method::Allocate, &[(UDP.0, UDP.1.to_vec())]);
    request[10] ^= 1;
    assert_eq!(lab.ask(&caller.addr, &request).code, Some(401));
}

#[test]
fn every_changed_byte_before_the_signature_breaks_it() {
    let (mut lab, mut caller) = lab_and_caller();
    let request = caller.signed(Method::Allocate, &[(UDP.0, UDP.1.to_vec())]);
    for at in 0..request.len() {
        let mut changed = request.clone();
        changed[at] ^= 0x04;
        lab.give(&caller.addr, &changed);
        assert_eq!(lab.server.stats().allocations, 0, "byte {at}");
    }
}

#[test]
fn sha256_signatures_are_believed_and_answered_in_kind() {
    let (mut lab, mut caller) = lab_and_caller();
    caller.is_sha256 = true;
    assert_eq!(caller.allocate(&mut lab).code, None);
    caller.password.push('x');
    assert_eq!(caller.refresh(&mut lab, 600).code, Some(401));
}

#[test]
fn a_sha256_signature_may_be_cut_to_sixteen_bytes_and_no_further() {
    for (bytes, code) in [(16, None), (28, None), (12, Some(401)), (0, Some(401))] {
        let (mut lab, mut caller) = lab_and_caller();
        caller.is_sha256 = true;
        let mut request = caller.signed(Method::Allocate, &[(UDP.0, UDP.1.to_vec())]);
        let offset = request.len() - 36;
        request.truncate(offset);
        let length = u16::try_from(offset - 20 + 4 + bytes).unwrap().to_be_bytes();
        request[2..4].copy_from_slice(&length);
        let mac = wire::integrity::hmac_sha256(caller.key().as_bytes(), &[&request]);
        request.extend(kind::MESSAGE_INTEGRITY_SHA256.to_be_bytes());
        request.extend(u16::try_from(bytes).unwrap().to_be_bytes());
        request.extend(&mac[..bytes]);
        assert_eq!(lab.ask(&caller.addr, &request).code, code, "{bytes} bytes");
    }
}

#[test]
fn what_stands_behind_the_signature_is_not_read() {
    let (mut lab, mut caller) = lab_and_caller();
    assert_eq!(caller.allocate(&mut lab).code, None);
    let mut request = caller.signed(Method::Refresh, &[]);
    request.extend([0x00, 0x0d, 0, 4, 0, 0, 0, 0]); // LIFETIME 0 would end the allocation
    request.extend([0x7f, 0xff, 0, 0]); // and nobody understands this one
    let length = u16::try_from(request.len() - 20).unwrap().to_be_bytes();
    request[2..4].copy_from_slice(&length);
    let answer = lab.ask(&caller.addr, &request);
    assert_eq!((answer.code, answer.lifetime_s()), (None, 600));
    assert_eq!(lab.server.stats().allocations, 1);
}

#[test]
fn of_an_attribute_that_occurs_twice_the_first_counts() {
    let (mut lab, mut caller) = lab_and_caller();
    assert_eq!(caller.allocate(&mut lab).code, None);
    let twice = [1_000_u32, 0].map(|lifetime_s| (kind::LIFETIME, lifetime_s.to_be_bytes().to_vec()));
    let request = caller.signed(Method::Refresh, &twice);
    assert_eq!(lab.ask(&caller.addr, &request).lifetime_s(), 1_000);
    let other: SocketAddr = "203.0.113.77:1".parse().unwrap();
    let request = caller.signed_with(Method::ChannelBind, |id| {
        vec![(kind::CHANNEL_NUMBER, vec![0x40, 0, 0, 0]), (kind::CHANNEL_NUMBER, vec![0, 0, 0, 0]), (kind::XOR_PEER_ADDRESS, xor(&other, id))]
    });
    assert_eq!(lab.ask(&caller.addr, &request).code, Some(403), "the first number is sound, the peer is not");
}

#[test]
fn attributes_that_must_be_understood_are_named_and_others_ignored() {
    let (mut lab, mut caller) = lab_and_caller();
    let unknown = [(0x7f01, vec![1, 2, 3]), (0x9001, vec![4]), (0x0033, Vec::new()), (UDP.0, UDP.1.to_vec())];
    let request = caller.signed(Method::Allocate, &unknown);
    let answer = lab.ask(&caller.addr, &request);
    answer.assert_signed(&caller);
    assert_eq!(answer.code, Some(420));
    assert_eq!(answer.value(kind::UNKNOWN_ATTRIBUTES).unwrap(), [0x7f, 0x01, 0x00, 0x33]);
}

#[test]
fn a_right_fingerprint_is_answered_with_one_and_a_wrong_one_not_at_all() {
    let (mut lab, mut caller) = lab_and_caller();
    for with_integrity in [false, true] {
        let mut request = if with_integrity {
            caller.signed(Method::Allocate, &[(UDP.0, UDP.1.to_vec())])
        } else {
            caller.plain(Class::Request, Method::Allocate, &[])
        };
        let length = u16::try_from(request.len() - 20 + 8).unwrap().to_be_bytes();
        request[2..4].copy_from_slice(&length);
        let fingerprint = wire::integrity::fingerprint(&request, request.len()).unwrap();
        request.extend([0x80, 0x28, 0, 4]);
        request.extend(fingerprint.to_be_bytes());
        assert_eq!(lab.ask(&caller.addr, &request).kinds().last(), Some(&kind::FINGERPRINT));
        *request.last_mut().unwrap() ^= 1;
        assert_eq!(lab.give(&caller.addr, &request), []);
    }
}

#[test]
fn a_fingerprint_that_is_not_last_is_none() {
    let (mut lab, mut caller) = lab_and_caller();
    let mut buffer = Vec::new();
    Emitter::new(&mut buffer, Class::Request, Method::Binding, caller.next_transaction_id()).fingerprint().attribute(0x9001, b"more");
    assert_eq!(lab.give(&caller.addr, &buffer), []);
}

#[test]
fn responses_and_messages_that_are_not_for_a_server_get_no_answer() {
    let (mut lab, mut caller) = lab_and_caller();
    for class in [Class::Success, Class::Error, Class::Indication] {
        for method in [Method::Allocate, Method::Refresh, Method::CreatePermission, Method::ChannelBind, Method::Binding, Method::Data] {
            let message = caller.plain(class, method, &[]);
            assert_eq!(lab.give(&caller.addr, &message), []);
        }
    }
    for method in [Method::Send, Method::Data] {
        let message = caller.plain(Class::Request, method, &[]);
        assert_eq!(lab.give(&caller.addr, &message), []);
    }
}

#[test]
fn binding_tells_a_client_its_address() {
    let mut lab = Lab::new(config());
    for remote in ["203.0.113.5:4000", "[2001:db8::5]:4000"] {
        let mut caller = Caller::new("nobody", remote);
        let request = caller.plain(Class::Request, Method::Binding, &[]);
        let answer = lab.ask(&caller.addr, &request);
        assert_eq!(answer.value(kind::XOR_MAPPED_ADDRESS).unwrap(), xor(&caller.addr.remote, &answer.transaction_id));
        let request = caller.plain(Class::Request, Method::Binding, &[(0x7f01, Vec::new())]);
        assert_eq!(lab.ask(&caller.addr, &request).code, Some(420));
    }
}
