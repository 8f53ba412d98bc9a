//! libFuzzer on the state machine.
#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = fuzz::drive(bytes);
});
