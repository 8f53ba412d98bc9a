//! libFuzzer on the parsers.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = fuzz::parse(bytes);
    let _ = fuzz::parse_media(bytes);
});
