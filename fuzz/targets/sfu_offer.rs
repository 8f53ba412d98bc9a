//! libFuzzer on the SFU's door.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = fuzz::offer(bytes);
});
