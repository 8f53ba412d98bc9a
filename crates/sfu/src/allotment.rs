//! How what a way carries is shared out among pictures. Pure: numbers in, numbers out.
use crate::limits::LAYERS;

/// One picture that a client wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Demand {
    /// Encodings that are sent now and no larger than needed, from the smallest, with the bits per second that each takes.
    pub(crate) choices: Vec<(usize, u64)>,
    /// A screen comes before any camera: it is what people look at, and there is no smaller one.
    pub(crate) is_screen: bool,
    /// Pixels that it is shown in; 0 counts as the tallest.
    pub(crate) height_max: u32,
}

/// What pictures may take, in bits per second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// All of them together.
    pub(crate) budget: u64,
    /// All of them together, when each has its smallest encoding.
    pub(crate) for_smallest: u64,
    /// Whatever takes no more than this alone stays, as sound does.
    pub(crate) unnoticed: u64,
}

/// For each picture the encoding that it gets; `None` for nothing. Everybody's smallest comes before anybody's larger one, and among equals the taller and then
/// the earlier one first, so that the last and smallest are the ones that go when too little is left. The smallest ones alone may take `room.for_smallest`.
pub(crate) fn allot(room: Room, demands: &[Demand]) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..demands.len()).collect();
    order.sort_by_key(|&index| (!demands[index].is_screen, u32::MAX - demands[index].height_max.wrapping_sub(1), index));
    let mut spent = 0_u64;
    let mut places: Vec<Option<usize>> = vec![None; demands.len()];
    for round in 0..LAYERS {
        for &index in &order {
            let choices = &demands[index].choices;
            // Whoever was left out in an earlier round stays where they are.
            if round >= choices.len() || (round > 0 && places[index] != Some(round - 1)) {
                continue;
            }
            let before = if round == 0 { 0 } else { choices[round - 1].1 };
            let more = choices[round].1.saturating_sub(before);
            let fits = spent.saturating_add(more) <= if round == 0 { room.for_smallest } else { room.budget };
            if fits || (round == 0 && more <= room.unnoticed) {
                spent += more;
                places[index] = Some(round);
            }
        }
    }
    demands.iter().zip(places).map(|(demand, place)| place.map(|place| demand.choices[place].0)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Demand, Room, allot as allot_in};

    fn camera(height_max: u32, rates: &[u64]) -> Demand {
        Demand { choices: rates.iter().copied().enumerate().collect(), is_screen: false, height_max }
    }

    fn allot_with(budget: u64, for_smallest: u64, demands: &[Demand]) -> Vec<Option<usize>> {
        allot_in(Room { budget, for_smallest, unnoticed: 0 }, demands)
    }

    fn allot(budget: u64, demands: &[Demand]) -> Vec<Option<usize>> {
        allot_with(budget, budget, demands)
    }

    const THREE: [u64; 3] = [150, 500, 1_500];

    #[test]
    fn everybody_s_smallest_comes_before_anybody_s_larger_one() {
        let demands = [camera(720, &THREE), camera(720, &THREE), camera(720, &THREE)];
        assert_eq!(allot(450, &demands), [Some(0), Some(0), Some(0)]);
        assert_eq!(allot(800, &demands), [Some(1), Some(0), Some(0)]);
        assert_eq!(allot(2_500, &demands), [Some(2), Some(1), Some(1)]);
        assert_eq!(allot(4_500, &demands), [Some(2), Some(2), Some(2)]);
    }

    #[test]
    fn too_little_leaves_out_the_last_ones_first() {
        let demands = [camera(180, &THREE), camera(180, &THREE), camera(180, &THREE)];
        assert_eq!(allot(300, &demands), [Some(0), Some(0), None]);
        assert_eq!(allot(299, &demands), [Some(0), None, None]);
        assert_eq!(allot(149, &demands), [None, None, None]);
    }

    #[test]
    fn the_smallest_are_kept_a_little_longer_and_nothing_else_is() {
        let demands = [camera(180, &THREE), camera(180, &THREE)];
        assert_eq!(allot_with(200, 300, &demands), [Some(0), Some(0)]);
        assert_eq!(allot_with(649, 900, &demands), [Some(0), Some(0)]);
        assert_eq!(allot_with(650, 900, &demands), [Some(1), Some(0)]);
    }

    #[test]
    fn a_picture_that_takes_no_more_than_sound_stays() {
        let demands = [camera(180, &[40, 500]), camera(180, &[41, 500]), camera(180, &[40])];
        assert_eq!(allot_in(Room { budget: 0, for_smallest: 0, unnoticed: 40 }, &demands), [Some(0), None, Some(0)]);
    }

    #[test]
    fn screens_come_first_then_the_taller() {
        let screen = Demand { choices: vec![(2, 400)], is_screen: true, height_max: 100 };
        let demands = [camera(180, &THREE), camera(720, &THREE), screen];
        assert_eq!(allot(400, &demands), [None, None, Some(2)]);
        assert_eq!(allot(550, &demands), [None, Some(0), Some(2)]);
        assert_eq!(allot(700, &demands), [Some(0), Some(0), Some(2)]);
        assert_eq!(allot(150, &[camera(180, &THREE), camera(0, &THREE)]), [None, Some(0)]);
    }

    #[test]
    fn an_encoding_that_is_not_sent_is_not_chosen_and_costs_nothing() {
        let demands = [Demand { choices: vec![(1, 500)], ..Demand::default() }, Demand::default()];
        assert_eq!(allot(500, &demands), [Some(1), None]);
    }
}
