//! What epoll tells of, in one number: the kind on top, which one of it below.

/// A descriptor that a shard watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// The mailbox.
    Mailbox,
    /// A UDP listener, by its index.
    Udp(usize),
    /// A TCP or TLS listener, by its index.
    Listener(usize),
    /// A relay socket, by its key.
    Relay(u32),
    /// A stream, by its number, which has 60 bits.
    Stream(u64),
}

const KIND_SHIFT: u32 = 60;
const VALUE: u64 = (1 << KIND_SHIFT) - 1;

impl Token {
    pub(crate) fn pack(self) -> u64 {
        let (kind, value) = match self {
            Self::Mailbox => (0, 0),
            Self::Udp(index) => (1, index as u64),
            Self::Listener(index) => (2, index as u64),
            Self::Relay(key) => (3, u64::from(key)),
            Self::Stream(number) => (4, number),
        };
        kind << KIND_SHIFT | value & VALUE
    }

    pub(crate) fn unpack(packed: u64) -> Self {
        let value = packed & VALUE;
        let index = usize::try_from(value).unwrap_or(usize::MAX);
        match packed >> KIND_SHIFT {
            1 => Self::Udp(index),
            2 => Self::Listener(index),
            3 => Self::Relay(u32::try_from(value).unwrap_or(u32::MAX)),
            4 => Self::Stream(value),
            _ => Self::Mailbox,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn every_kind_survives_being_packed() {
        for token in [Token::Mailbox, Token::Udp(3), Token::Listener(2), Token::Relay(0x1_ffff), Token::Stream(1 << 59 | 4_095)] {
            assert_eq!(Token::unpack(token.pack()), token);
        }
    }
}
