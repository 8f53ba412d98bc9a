//! Chance, for names and secrets of a leg.
use aws_lc_rs::rand;

/// What ICE allows in its words (RFC 8839 §5.4).
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// 64 bits; `None` when the system has no chance to give.
pub fn number() -> Option<u64> {
    let mut bytes = [0; 8];
    rand::fill(&mut bytes).ok()?;
    Some(u64::from_be_bytes(bytes))
}

/// So many characters of 6 bits each; `None` when the system has no chance to give.
pub fn word(chars: usize) -> Option<String> {
    let mut bytes = vec![0; chars];
    rand::fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 63)])).collect())
}

#[cfg(test)]
mod tests {
    use super::{ALPHABET, number, word};

    #[test]
    fn words_are_as_long_as_wanted_and_never_the_same() {
        let (one, other) = (word(32).unwrap(), word(32).unwrap());
        assert!(one.len() == 32 && one.bytes().all(|byte| ALPHABET.contains(&byte)) && one != other);
        assert_ne!(number(), number());
    }
}
