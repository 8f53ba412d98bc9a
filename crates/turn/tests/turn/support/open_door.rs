//! The weakened policy: what a relay would be without `PeerFilter`. It lives here and nowhere in the product.
use turn::{PeerPolicy, Question};

/// Lets everybody reach everything.
pub(crate) struct OpenDoor;

impl PeerPolicy for OpenDoor {
    fn is_allowed(&self, _question: &Question) -> bool {
        true
    }
}
