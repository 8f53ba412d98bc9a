//! VP8's picture ids and TL0PICIDX (RFC 7741 §4.2) of what a slot carries one after the other: they go on where the last source or encoding stopped. A decoder that
//! sees them jump has to guess whether pictures are missing.
use crate::session::Front;

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

    /// The descriptor up to its ids, with other ones.
    fn write(&self, payload: &[u8], picture: u16, tl0: u8) -> Front {
        let [high, low] = picture.to_be_bytes();
        let mut front = [0; 5];
        let length = self.tl0_at.or(self.picture_at.map(|at| at + usize::from(self.mask != 0x7f))).map_or(0, |last| last + 1);
        let Some(written) = front.get_mut(..length) else { return Front::default() };
        // `read` has seen that the payload is so long.
        written.copy_from_slice(&payload[..length]);
        match (self.picture_at, self.mask) {
            (Some(at), 0x7f) => written[at] = low,
            (Some(at), _) => written[at..at + 2].copy_from_slice(&[high | 0x80, low]),
            (None, _) => {}
        }
        if let Some(at) = self.tl0_at {
            written[at] = tl0;
        }
        Front::new(written).unwrap_or_default()
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

    /// What stands in front of the payload with the ids that it gets; nothing where they stay as they are.
    pub(crate) fn rewrite(&mut self, payload: &[u8]) -> Front {
        let Some(ids) = Ids::read(payload) else { return Front::default() };
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
            return Front::default();
        }
        ids.write(payload, picture, tl0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Front, PictureIds};

    fn long(picture: u16, tl0: u8) -> Vec<u8> {
        let [high, low] = (picture | 0x8000).to_be_bytes();
        vec![0x90, 0xe0, high, low, tl0, 0x40, 0xaa, 0xbb]
    }

    fn written(ids: &mut PictureIds, payload: &[u8]) -> Vec<u8> {
        ids.rewrite(payload).parts(payload).concat()
    }

    #[test]
    fn they_go_on_when_the_source_changes() {
        let mut ids = PictureIds::default();
        assert_eq!(ids.rewrite(&long(0x7ffe, 250)), Front::default(), "nothing to change");
        ids.rewrite(&long(0x7fff, 251));
        ids.switch();
        assert_eq!(written(&mut ids, &long(77, 9)), long(0, 252), "around the end of the numbers");
        assert_eq!(written(&mut ids, &long(79, 10)), long(2, 253));
        assert_eq!(written(&mut ids, &long(78, 9)), long(1, 252), "a late one has its own");
        ids.switch();
        assert_eq!(written(&mut ids, &long(500, 200)), long(3, 254), "after the newest, not after the last");
    }

    #[test]
    fn short_ones_and_none_at_all() {
        let mut ids = PictureIds::default();
        let short = |picture: u8| vec![0x90, 0x80, picture, 0x01];
        ids.rewrite(&short(0x7f));
        ids.switch();
        assert_eq!(written(&mut ids, &short(0x30)), short(0x00));
        assert_eq!(written(&mut ids, &short(0x31)), short(0x01));
        for bare in [vec![0x10, 0x01], vec![0x90, 0x00, 0x01], vec![0x90, 0x80], vec![0x90, 0xc0, 0x81, 0x22], vec![]] {
            assert_eq!(written(&mut ids, &bare), bare);
        }
        ids.switch();
        assert_eq!(written(&mut ids, &[0x90, 0x40, 0x09, 0x01]), [0x90, 0x40, 0x02, 0x01], "TL0PICIDX alone, which went on with the picture ids");
    }
}
