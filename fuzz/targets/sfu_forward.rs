//! libFuzzer on the SFU's rules.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = fuzz::forward(bytes);
});
