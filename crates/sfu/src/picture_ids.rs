//! VP8's picture ids and TL0PICIDX (RFC 7741 §4.2) of what a slot carries one after the other: they go on where the last source or encoding stopped. A decoder that
//! sees them jump has to guess whether pictures are missing.
use std::sync::Arc;

/// Where they stand in a payload, and what they are.
#[derive(Clone, Copy, Debug)]
struct Ids {
    picture_at: Option<usize>,
    picture: u16,
    /// 0x7f or 0x7fff.
    mask: u16,
    tl0_at: Option<usize>,
    tl0: u8,
}

impl Ids {
    /// `None` when the descriptor has neither, or is cut off.
    fn read(payload: &[u8]) -> Option<Self> {
        let extensions = *payload.get(1).filter(|_| payload[0] & 0x80 != 0)?;
        let mut at = 2;
        let mut ids = Self { picture_at: None, picture: 0, mask: 0x7f, tl0_at: None, tl0: 0 };
        if extensions & 0x80 != 0 {
            let first = *payload.get(at)?;
            ids.picture_at = Some(at);
            (ids.picture, at) = (u16::from(first), at + 1);
            if first & 0x80 != 0 {
                (ids.picture, ids.mask) = (u16::from_be_bytes([first & 0x7f, *payload.get(at)?]), 0x7fff);
                at += 1;
            }
        }
        if extensions & 0x40 != 0 {
            (ids.tl0, ids.tl0_at) = (*payload.get(at)?, Some(at));
        }
        (extensions & 0xc0 != 0).then_some(ids)
    }
}

/// The ids of one slot.
#[derive(Debug, Default)]
pub(crate) struct PictureIds {
    /// Added to each, modulo its width; `None` after a switch.
    shift: Option<(u16, u8)>,
    /// The newest that were sent.
    newest: Option<(u16, u8)>,
}

impl PictureIds {
    /// The next packet is of another source, or of another encoding.
    pub(crate) fn switch(&mut self) {
        self.shift = None;
    }

    /// The payload with the ids that it gets; the same one, uncopied, where they stay as they are.
    pub(crate) fn rewrite(&mut self, payload: &Arc<[u8]>) -> Arc<[u8]> {
        let Some(ids) = Ids::read(payload) else { return Arc::clone(payload) };
        let newest = self.newest;
        let begin = || {
            newest.map_or((0, 0), |(picture, tl0)| ((picture.wrapping_add(1)).wrapping_sub(ids.picture), tl0.wrapping_add(1).wrapping_sub(ids.tl0)))
        };
        let (by, tl0_by) = *self.shift.get_or_insert_with(begin);
        let picture = ids.picture.wrapping_add(by) & ids.mask;
        let tl0 = ids.tl0.wrapping_add(tl0_by);
        let ahead = newest.is_none_or(|(before, _)| (1..=ids.mask / 2).contains(&(picture.wrapping_sub(before) & ids.mask)));
        if ahead {
            self.newest = Some((picture, tl0));
        }
        if (picture, tl0) == (ids.picture, ids.tl0) {
            return Arc::clone(payload);
        }
        let mut written = payload.to_vec();
        if let Some(at) = ids.picture_at {
            match ids.mask {
                0x7f => written[at] = picture.to_be_bytes()[1],
                _ => written[at..at + 2].copy_from_slice(&(picture | 0x8000).to_be_bytes()),
            }
        }
        if let Some(at) = ids.tl0_at {
            written[at] = tl0;
        }
        written.into()
    }
}

#[cfg(test)]
mod tests {
    use super::PictureIds;
    use std::sync::Arc;

    fn long(picture: u16, tl0: u8) -> Arc<[u8]> {
        let [high, low] = (picture | 0x8000).to_be_bytes();
        vec![0x90, 0xe0, high, low, tl0, 0x40, 0xaa, 0xbb].into()
    }

    #[test]
    fn they_go_on_when_the_source_changes() {
        let mut ids = PictureIds::default();
        let first = long(0x7ffe, 250);
        assert!(Arc::ptr_eq(&ids.rewrite(&first), &first), "nothing to change, nothing to copy");
        ids.rewrite(&long(0x7fff, 251));
        ids.switch();
        assert_eq!(ids.rewrite(&long(77, 9)), long(0, 252), "around the end of the numbers");
        assert_eq!(ids.rewrite(&long(79, 10)), long(2, 253));
        assert_eq!(ids.rewrite(&long(78, 9)), long(1, 252), "a late one has its own");
        ids.switch();
        assert_eq!(ids.rewrite(&long(500, 200)), long(3, 254), "after the newest, not after the last");
    }

    #[test]
    fn short_ones_and_none_at_all() {
        let mut ids = PictureIds::default();
        let short = |picture: u8| -> Arc<[u8]> { vec![0x90, 0x80, picture, 0x01].into() };
        ids.rewrite(&short(0x7f));
        ids.switch();
        assert_eq!(ids.rewrite(&short(0x30)), short(0x00));
        assert_eq!(ids.rewrite(&short(0x31)), short(0x01));
        for bare in [vec![0x10, 0x01], vec![0x90, 0x00, 0x01], vec![0x90, 0x80], vec![0x90, 0xc0, 0x81, 0x22], vec![]] {
            let payload: Arc<[u8]> = bare.into();
            assert_eq!(ids.rewrite(&payload), payload);
        }
    }
}
