//! The fuzz targets with seeded inputs: no coverage, but on every machine and in seconds. Each test also shows that its inputs reach what they should.
use wire::integrity::hmac_sha256;

/// Reproducible bytes: the same number gives the same ones.
fn bytes(number: u32, length: usize) -> Vec<u8> {
    let block = |at: usize| hmac_sha256(b"seeded", &[&number.to_be_bytes(), &at.to_be_bytes()]);
    (0..length.div_ceil(32)).flat_map(block).take(length).collect()
}

#[test]
fn ten_thousand_stories_break_no_promise() {
    let (mut made, mut denied, mut passed) = (0, 0, 0);
    for number in 0..10_000 {
        let counted = fuzz::drive(&bytes(number, 2_000));
        made += counted.allocations_made;
        denied += counted.peers_denied;
        passed += counted.packets_to_clients;
    }
    assert!(made > 5_000 && denied > 2_000 && passed > 50, "{made} allocations, {denied} peers denied, {passed} packets passed");
}

#[test]
fn parsers_break_no_promise_on_bytes_that_look_like_messages() {
    let (mut bare, mut repaired) = (0, 0);
    for number in 0..50_000 {
        let length = 8 * (number as usize % 20);
        let mut input = bytes(number, 20 + length);
        bare += fuzz::parse(&input);
        input[0] &= 0x01;
        input[2..4].copy_from_slice(&u16::try_from(length).unwrap_or(0).to_be_bytes());
        input[4..8].copy_from_slice(&[0x21, 0x12, 0xa4, 0x42]);
        for at in (20..input.len()).step_by(8) {
            // Numbers that mean something, and a value of one to four bytes.
            input[at] &= 0x80;
            input[at + 1] &= 0x2f;
            input[at + 2] = 0;
            input[at + 3] = 1 + input[at + 3] % 4;
        }
        repaired += fuzz::parse(&input);
    }
    assert!(bare > 0 && repaired > 100_000, "{bare} and {repaired} attributes read");
}

/// Types of RTCP that are read, with a format that each has.
const KINDS: [(u8, u8); 7] = [(200, 2), (201, 3), (203, 1), (205, 1), (205, 15), (206, 1), (206, 4)];

#[test]
fn parsers_of_media_break_no_promise_on_bytes_that_look_like_packets() {
    let (mut extensions, mut reports) = (0, 0);
    for number in 0..50_000 {
        let words = number as usize % 40;
        let mut input = bytes(number, 24 + 4 * words);
        (input[0], input[1]) = (0x90, 96);
        let profile = if number % 2 == 0 { [0xbe, 0xde] } else { [0x10, 0x00] };
        input[12..14].copy_from_slice(&profile);
        input[14..16].copy_from_slice(&u16::try_from(words).unwrap_or(0).to_be_bytes());
        extensions += fuzz::parse_media(&input);
        let (kind, format) = KINDS[number as usize % KINDS.len()];
        (input[0], input[1]) = (0x80 | format, kind);
        input[2..4].copy_from_slice(&u16::try_from(5 + words).unwrap_or(0).to_be_bytes());
        // A few hundred statuses, in chunks of any sort.
        input[14] = 0;
        reports += fuzz::parse_media(&input);
    }
    assert!(extensions > 50_000 && reports > 500_000, "{extensions} extensions and {reports} values of RTCP read");
}

#[test]
fn offers_with_mistakes_are_answered_or_refused() {
    let taken = (0..600).filter(|&number| fuzz::offer(&bytes(number, number as usize % 24))).count();
    assert!(taken > 30 && taken < 500, "{taken} taken");
}

#[test]
fn a_slot_carries_what_was_wished_for_whatever_the_story() {
    let (mut forwarded, mut asked, mut opened) = (0, 0, 0);
    for number in 0..3_000 {
        let counted = fuzz::forward(&bytes(number, 2_000));
        forwarded += counted.packets_forwarded;
        asked += counted.key_frames_asked;
        opened += counted.legs_opened;
    }
    assert!(forwarded > 200 && asked > 1_000 && opened > 10_000, "{forwarded} forwarded, {asked} key frames asked for, {opened} legs");
}

#[test]
fn a_leg_that_is_up_stays_up_whatever_comes() {
    let forwarded: u64 = (0..300).map(|number| fuzz::connected(&bytes(number, 600))).sum();
    assert!(forwarded > 300, "{forwarded} forwarded");
}
