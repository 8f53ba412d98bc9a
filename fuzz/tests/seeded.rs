//! The fuzz targets with seeded inputs: no coverage, but on every machine and in a second.
use wire::integrity::hmac_sha256;

/// Reproducible bytes: the same number gives the same ones.
fn bytes(number: u32, length: usize) -> Vec<u8> {
    let block = |at: usize| hmac_sha256(b"seeded", &[&number.to_be_bytes(), &at.to_be_bytes()]);
    (0..length.div_ceil(32)).flat_map(block).take(length).collect()
}

#[test]
fn two_thousand_stories_break_no_promise() {
    for number in 0..2_000 {
        fuzz::drive(&bytes(number, 2_000));
    }
}

#[test]
fn parsers_break_no_promise_on_bytes_that_look_like_messages() {
    for number in 0..20_000 {
        let length = 4 * (number as usize % 40);
        let mut input = bytes(number, 20 + length);
        fuzz::parse(&input);
        input[0] &= 0x01;
        input[2..4].copy_from_slice(&u16::try_from(length).unwrap_or(0).to_be_bytes());
        input[4..8].copy_from_slice(&[0x21, 0x12, 0xa4, 0x42]);
        for at in (20..input.len()).step_by(8) {
            input[at + 2] = 0;
            input[at + 3] &= 0x07;
        }
        fuzz::parse(&input);
    }
}
