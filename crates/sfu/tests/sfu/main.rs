//! The SFU with real clients (str0m over real DTLS-SRTP) on a seeded link, in a time of its own.
mod forwarding;
mod support;
