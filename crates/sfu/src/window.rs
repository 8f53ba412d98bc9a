//! Which of the latest numbers were there already (RFC 3711 §3.3.2): against replays on the way in, and against a nonce's second use on the way out.

/// Numbers behind the highest that are told apart; older ones count as there.
const WIDTH: u64 = 1_024;
const WORDS: usize = (WIDTH / 64) as usize;

/// A window of one stream's numbers.
#[derive(Debug)]
pub(crate) struct Window {
    /// The highest number so far, if any.
    pub(crate) highest: Option<u64>,
    bits: [u64; WORDS],
}

impl Default for Window {
    fn default() -> Self {
        Self { highest: None, bits: [0; WORDS] }
    }
}

impl Window {
    /// Whether a number was there, or is too old to say.
    pub(crate) fn holds(&self, number: u64) -> bool {
        match self.highest {
            Some(highest) if number > highest => false,
            Some(highest) => highest - number >= WIDTH || self.bits[word(number)] & bit(number) != 0,
            None => false,
        }
    }

    /// Takes a number in; `false` when `holds`.
    pub(crate) fn take(&mut self, number: u64) -> bool {
        if self.holds(number) {
            return false;
        }
        match self.highest {
            Some(highest) if number > highest => {
                if number - highest >= WIDTH {
                    self.bits = [0; WORDS];
                } else {
                    (highest + 1..number).for_each(|between| self.bits[word(between)] &= !bit(between));
                }
                self.highest = Some(number);
            }
            Some(_) => {}
            None => self.highest = Some(number),
        }
        self.bits[word(number)] |= bit(number);
        true
    }

    /// The whole number whose lower 16 bits these are, the nearest to the highest (RFC 3711 §3.3.1); never below 0.
    pub(crate) fn extend(&self, low: u16) -> u64 {
        extend(self.highest, low)
    }
}

/// The number nearest to `highest` that ends in these 16 bits.
pub(crate) fn extend(highest: Option<u64>, low: u16) -> u64 {
    let Some(highest) = highest else { return u64::from(low) };
    let forward = low.wrapping_sub(lower(highest));
    if forward < 0x8000 {
        return highest.saturating_add(u64::from(forward));
    }
    let back = u64::from(forward.wrapping_neg());
    highest.checked_sub(back).unwrap_or_else(|| highest.saturating_add(u64::from(forward)))
}

/// What of a number a packet says: its lower 16 bits.
pub(crate) fn lower(number: u64) -> u16 {
    let [.., high, low] = number.to_be_bytes();
    u16::from_be_bytes([high, low])
}

fn word(number: u64) -> usize {
    // Below WORDS.
    usize::try_from(number / 64 % WORDS as u64).unwrap_or(0)
}

fn bit(number: u64) -> u64 {
    1 << (number % 64)
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, Window, extend};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_tells_what_a_set_would(steps in proptest::collection::vec((0_u64..3_000, any::<bool>()), 1..400)) {
            let (mut window, mut seen, mut base) = (Window::default(), BTreeSet::new(), 5_000_u64);
            for (step, ahead) in steps {
                let number = if ahead { base + step } else { base - step.min(base) };
                let highest = seen.last().copied();
                let fresh = !seen.contains(&number) && highest.is_none_or(|highest: u64| number > highest || highest - number < WIDTH);
                prop_assert_eq!(window.take(number), fresh);
                if fresh {
                    seen.insert(number);
                    base = base.max(number);
                }
            }
        }

        #[test]
        fn a_number_near_the_highest_is_found_by_its_lower_half(highest in 0_u64..1 << 40, back in 0_u64..0x7fff, ahead in 0_u64..0x7fff) {
            let low = |number: u64| u16::try_from(number & 0xffff).unwrap();
            prop_assert_eq!(extend(Some(highest), low(highest + ahead)), highest + ahead);
            let before = highest.saturating_sub(back);
            prop_assert_eq!(extend(Some(highest), low(before)), before);
        }
    }
}
