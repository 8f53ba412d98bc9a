//! What offers are answered, as browsers write them and as str0m does.
use crate::support::client::Client;
use crate::support::world::Out;
use sfu::{Offer, Protocol, RtpTransport, Sfu};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Instant;

const FIREFOX: &str = include_str!("../fixtures/firefox.sdp");
const CHROMIUM: &str = include_str!("../fixtures/chromium.sdp");
const LOCALS: [(Protocol, &str); 3] = [(Protocol::Udp, "192.0.2.1:5000"), (Protocol::Udp, "[2001:db8::1]:5000"), (Protocol::Tcp, "192.0.2.1:443")];
const CHANNEL: &str = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\na=mid:data\na=sctp-port:5000\n";

fn answer(offer: &str) -> String {
    let locals = LOCALS.map(|(protocol, addr)| (protocol, addr.parse::<SocketAddr>().unwrap())).to_vec();
    let mut sfu: Sfu<RtpTransport> = Sfu::new(locals);
    sfu.offer(Instant::now(), 1, "p", "leg", offer, &mut Out::default()).unwrap()
}

/// Each offer with a name; one has a data channel too.
fn offers() -> Vec<(&'static str, String)> {
    let with_channel = format!("{CHROMIUM}{CHANNEL}");
    vec![
        ("Firefox", FIREFOX.to_owned()),
        ("Chromium", CHROMIUM.to_owned()),
        ("with a channel", with_channel),
        ("str0m", Client::filming(1, Instant::now(), 16, 30).1),
    ]
}

/// The text by m-line; what stands before the first is at the front.
fn sections(text: &str) -> Vec<Vec<&str>> {
    let mut sections = vec![Vec::new()];
    for line in text.lines() {
        if line.starts_with("m=") {
            sections.push(Vec::new());
        }
        sections.last_mut().unwrap().push(line);
    }
    sections
}

/// The values of an attribute.
fn values<'a>(section: &[&'a str], attribute: &str) -> Vec<&'a str> {
    section.iter().filter_map(|line| line.strip_prefix(attribute)).collect()
}

/// Extensions of an m-line: name and id.
fn extensions<'a>(section: &[&'a str]) -> BTreeMap<&'a str, &'a str> {
    let pairs = values(section, "a=extmap:").into_iter().map(|value| value.split_once(' ').unwrap());
    pairs.map(|(id, name)| (name, id.split('/').next().unwrap())).collect()
}

#[test]
fn each_m_line_is_answered_in_its_place_and_all_but_a_channel_are_bundled() {
    for (name, offer) in offers() {
        let (offered, answer) = (sections(&offer), answer(&offer));
        let answered = sections(&answer);
        assert_eq!(answered.len(), offered.len(), "{name}");
        for (ours, theirs) in answered[1..].iter().zip(&offered[1..]) {
            let kind = |section: &[&str]| section[0].split(' ').next().unwrap().to_owned();
            assert_eq!((kind(ours), values(ours, "a=mid:")), (kind(theirs), values(theirs, "a=mid:")), "{name}");
            let is_channel = kind(ours) == "m=application";
            assert_eq!(ours[0].split(' ').nth(1), Some(if is_channel { "0" } else { "9" }), "{name}");
            let turned = |line: &&&str| matches!(**line, "a=sendonly" | "a=recvonly");
            let direction = |section: &[&str]| section.iter().find(turned).map(|line| (*line).to_owned());
            assert!(is_channel || direction(ours) != direction(theirs), "{name}: what one sends the other receives");
        }
        let media = answered[1..].iter().filter(|section| !section[0].starts_with("m=application"));
        let mids: Vec<&str> = media.flat_map(|section| values(section, "a=mid:")).collect();
        assert_eq!(values(&answered[0], "a=group:BUNDLE "), [mids.join(" ")], "{name}");
    }
}

#[test]
fn it_names_one_certificate_and_leaves_the_first_word_to_the_client() {
    for (name, offer) in offers() {
        let answer = answer(&offer);
        let lines: Vec<&str> = answer.lines().collect();
        let media = lines.iter().filter(|line| line.starts_with("m=audio") || line.starts_with("m=video")).count();
        let fingerprints: BTreeSet<&str> = values(&lines, "a=fingerprint:").into_iter().collect();
        assert_eq!(fingerprints.len(), 1, "{name}");
        let digest = fingerprints.first().unwrap().strip_prefix("sha-256 ").expect("SHA-256");
        assert_eq!(digest.split(':').filter(|byte| byte.len() == 2).count(), 32);
        assert!(!offer.contains(digest), "{name}: a certificate of our own");
        assert_eq!(values(&lines, "a=setup:"), vec!["passive"; media], "{name}");
        assert_eq!(lines.iter().filter(|line| **line == "a=ice-lite").count(), 1);
        assert!(lines.iter().position(|line| *line == "a=ice-lite") < lines.iter().position(|line| line.starts_with("m=")));
        assert!(!answer.contains("a=crypto"));
    }
}

#[test]
fn candidates_are_those_of_the_node_datagrams_before_streams() {
    for (name, offer) in offers() {
        let answer = answer(&offer);
        let found: Vec<Vec<&str>> =
            values(&answer.lines().collect::<Vec<_>>(), "a=candidate:").iter().map(|value| value.split(' ').collect()).collect();
        let written: Vec<(&str, &str, &str)> = found.iter().map(|words| (words[2], words[4], words[5])).collect();
        assert_eq!(written, [("udp", "192.0.2.1", "5000"), ("udp", "2001:db8::1", "5000"), ("tcp", "192.0.2.1", "443")], "{name}");
        assert_eq!(found[2][8..], ["tcptype", "passive"]);
        let priorities: Vec<u32> = found.iter().map(|words| words[3].parse().unwrap()).collect();
        assert!(priorities.windows(2).all(|pair| pair[0] > pair[1]), "{name}: {priorities:?}");
    }
}

#[test]
fn streams_of_slots_have_names_of_their_own_and_pictures_one_for_repairs() {
    for (name, offer) in offers() {
        let answer = answer(&offer);
        let slots = &sections(&answer)[5..];
        let slots: Vec<_> = slots.iter().filter(|section| !section[0].starts_with("m=application")).collect();
        assert_eq!(slots.len(), Offer::parse(&offer).unwrap().slots.len());
        let mut all = BTreeSet::new();
        for slot in slots {
            let streams: Vec<&str> = values(slot, "a=ssrc:").iter().map(|value| value.split(' ').next().unwrap()).collect();
            assert!(streams.iter().all(|stream| stream.parse::<u32>().is_ok_and(|ssrc| ssrc != 0) && all.insert((*stream).to_owned())), "{name}");
            let pairs = if slot[0].starts_with("m=video") { vec![format!("FID {}", streams.join(" "))] } else { Vec::new() };
            assert_eq!((streams.len(), values(slot, "a=ssrc-group:")), (pairs.len() + 1, pairs.iter().map(String::as_str).collect()), "{name}");
        }
        assert!(sections(&answer)[1..5].iter().all(|track| values(track, "a=ssrc:").is_empty()), "{name}: nothing is sent on tracks");
    }
}

#[test]
fn extensions_keep_their_ids_and_nothing_tells_who_is_loud() {
    for (name, offer) in offers() {
        let answer = answer(&offer);
        for (ours, theirs) in sections(&answer).iter().zip(sections(&offer)).skip(1) {
            let (ours, theirs) = (extensions(ours), extensions(&theirs));
            assert!(ours.iter().all(|(extension, id)| theirs.get(extension) == Some(id)), "{name}: {ours:?} of {theirs:?}");
            assert!(ours.keys().all(|extension| !extension.contains("audio-level")));
            let mid = "urn:ietf:params:rtp-hdrext:sdes:mid";
            assert_eq!(ours.contains_key(mid), theirs.contains_key(mid), "{name}");
        }
    }
    assert!(FIREFOX.contains("audio-level") && CHROMIUM.contains("audio-level"), "it was offered");
}

#[test]
fn a_camera_in_three_sizes_is_taken_as_such() {
    for (name, offer) in offers() {
        let answer = answer(&offer);
        let camera = &sections(&answer)[2];
        assert_eq!(values(camera, "a=simulcast:"), ["recv q;h;f"], "{name}");
        assert_eq!(values(camera, "a=rid:"), ["q recv", "h recv", "f recv"], "{name}");
    }
}
