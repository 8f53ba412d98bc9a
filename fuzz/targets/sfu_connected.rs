//! libFuzzer on a leg of the SFU that is up.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = fuzz::connected(bytes);
});
