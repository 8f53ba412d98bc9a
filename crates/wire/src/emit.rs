//! Writing a STUN message, attribute by attribute, into a buffer that is used again and again.
use crate::attribute::{self, ErrorCode};
use crate::integrity;
use crate::stun::{Class, HEADER_BYTES, MAGIC_COOKIE, Method, TransactionId, message_type};
use crate::xor_address;
use std::net::SocketAddr;

/// A message being written. The length field is right after each attribute.
#[derive(Debug)]
pub struct Emitter<'b> {
    buffer: &'b mut Vec<u8>,
    transaction_id: TransactionId,
}

impl<'b> Emitter<'b> {
    /// Begins a message; `buffer` is emptied and keeps its capacity.
    pub fn new(buffer: &'b mut Vec<u8>, class: Class, method: Method, transaction_id: TransactionId) -> Self {
        buffer.clear();
        buffer.extend_from_slice(&message_type(class, method).to_be_bytes());
        buffer.extend_from_slice(&[0, 0]);
        buffer.extend_from_slice(&MAGIC_COOKIE.to_be_bytes());
        buffer.extend_from_slice(&transaction_id);
        Self { buffer, transaction_id }
    }

    /// Adds an attribute. Values longer than the length field are not written: no caller has one.
    pub fn attribute(&mut self, kind: u16, value: &[u8]) -> &mut Self {
        let Ok(length) = u16::try_from(value.len()) else { return self };
        self.buffer.extend_from_slice(&kind.to_be_bytes());
        self.buffer.extend_from_slice(&length.to_be_bytes());
        self.buffer.extend_from_slice(value);
        self.buffer.resize(self.buffer.len().next_multiple_of(4), 0);
        self.set_length();
        self
    }

    /// Adds an XOR-…-ADDRESS.
    pub fn xor_address(&mut self, kind: u16, addr: &SocketAddr) -> &mut Self {
        let mut value = [0; 20];
        let length = xor_address::emit(addr, &self.transaction_id, &mut value);
        self.attribute(kind, &value[..length])
    }

    /// Adds ERROR-CODE without a phrase: the number says it, and the reply stays small.
    pub fn error_code(&mut self, code: ErrorCode) -> &mut Self {
        self.attribute(attribute::ERROR_CODE, &error_value(code))
    }

    /// Adds ADDRESS-ERROR-CODE for the family (1 or 2) that could not be had.
    pub fn address_error_code(&mut self, family: u8, code: ErrorCode) -> &mut Self {
        let mut value = error_value(code);
        value[0] = family;
        self.attribute(attribute::ADDRESS_ERROR_CODE, &value)
    }

    /// Adds MESSAGE-INTEGRITY over what was written so far.
    pub fn integrity_sha1(&mut self, key: &[u8]) -> &mut Self {
        let value = integrity::sign_sha1(self.buffer, key);
        self.attribute(attribute::MESSAGE_INTEGRITY, &value)
    }

    /// Adds MESSAGE-INTEGRITY-SHA256 over what was written so far.
    pub fn integrity_sha256(&mut self, key: &[u8]) -> &mut Self {
        let value = integrity::sign_sha256(self.buffer, key);
        self.attribute(attribute::MESSAGE_INTEGRITY_SHA256, &value)
    }

    /// Adds FINGERPRINT, which must be last.
    pub fn fingerprint(&mut self) -> &mut Self {
        let value = integrity::fingerprint(self.buffer, self.buffer.len()).unwrap_or_default();
        self.attribute(attribute::FINGERPRINT, &value.to_be_bytes())
    }

    /// The bytes written so far, a whole message.
    pub fn bytes(&self) -> &[u8] {
        self.buffer
    }

    fn set_length(&mut self) {
        let length = u16::try_from(self.buffer.len() - HEADER_BYTES).unwrap_or(u16::MAX);
        self.buffer[2..4].copy_from_slice(&length.to_be_bytes());
    }
}

fn error_value(code: ErrorCode) -> [u8; 4] {
    let number = code as u16;
    [0, 0, (number / 100).to_le_bytes()[0], (number % 100).to_le_bytes()[0]]
}
