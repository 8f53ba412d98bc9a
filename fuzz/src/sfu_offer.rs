//! Offers with mistakes, to the SFU's judge and to the session that answers what the judge let pass.
use crate::cursor::Cursor;
use crate::support::client::Client;
use crate::support::world::Out;
use sfu::limits::{AUDIO_SLOTS_MAX, TRACKS, VIDEO_SLOTS_MAX};
use sfu::{Offer, Protocol, RtpTransport, Sfu};
use std::sync::LazyLock;
use std::time::Instant;

static GOOD: LazyLock<String> = LazyLock::new(|| Client::new(1, Instant::now(), 2, 2).1);
const LINES: [&str; 16] = [
    "a=ice-lite",
    "a=setup:active",
    "a=setup:passive",
    "a=fingerprint:sha-256 00:11",
    "a=fingerprint:sha-1 00:11",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x",
    "a=candidate:1 1 udp 1 127.0.0.1 9 typ host",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "m=video 0 RTP/AVP 96",
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "a=mid:0",
    "a=rtpmap:96 VP9/90000",
    "a=fmtp:96 apt=96",
    "a=ssrc-group:FID 1 1",
    "a=rid:f send",
    "a=simulcast:send q;h;f",
];

/// Offers a good text with the mistakes in `bytes`; whether it was taken.
///
/// # Panics
/// When what passes is no offer of a leg, or what answers it breaks.
pub fn offer(bytes: &[u8]) -> bool {
    let text = with_mistakes(&mut Cursor::new(bytes));
    let judged = Offer::parse(&text);
    if let Ok(offer) = &judged {
        assert!(offer.tracks.len() == TRACKS && offer.slots.len() <= AUDIO_SLOTS_MAX + VIDEO_SLOTS_MAX);
        assert!(!offer.sdp.contains("a=candidate:") && !offer.sdp.contains("a=crypto"));
    }
    let mut sfu = Sfu::<RtpTransport>::new(vec![(Protocol::Udp, ([127, 0, 0, 1], 5_000).into())]);
    let taken = sfu.offer(Instant::now(), 1, "ada", "leg", &text, &mut Out::default()).is_ok();
    assert!(!taken || judged.is_ok(), "nothing is answered that was refused");
    assert_eq!((sfu.stats().legs, sfu.stats().panics), (u64::from(taken), 0));
    taken
}

fn with_mistakes(cursor: &mut Cursor<'_>) -> String {
    let mut lines: Vec<String> = GOOD.lines().map(str::to_owned).collect();
    while mistake(cursor, &mut lines).is_some() {}
    lines.iter().fold(String::new(), |whole, line| whole + line + "\r\n")
}

fn mistake(cursor: &mut Cursor<'_>, lines: &mut Vec<String>) -> Option<()> {
    let deed = cursor.byte()? % 6;
    let at = (usize::from(cursor.byte()?) << 8 | usize::from(cursor.byte()?)).checked_rem(lines.len())?;
    match deed {
        0 => drop(lines.remove(at)),
        1 => lines.insert(at, cursor.pick(&LINES)?.to_owned()),
        2 => cursor.pick(&LINES)?.clone_into(&mut lines[at]),
        3 => lines.insert(at, lines[at].clone()),
        4 => lines[at] = String::from_utf8_lossy(cursor.some()?).replace(['\r', '\n'], " "),
        _ => {
            let place = cursor.below(lines[at].len().max(1))?;
            let with = char::from(cursor.byte()? & 0x7f);
            lines[at] = lines[at].char_indices().map(|(index, letter)| if index == place { with } else { letter }).collect();
        }
    }
    Some(())
}
