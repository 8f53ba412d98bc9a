//! The node that the door starts here: the product's, with evil sessions.
use crate::evil::Evil;
use crate::orders;
use honest::sfu::RtpTransport;
use honest::turn::PeerFilter;
use honest::{Config, StartError};
use std::ops::Deref;

/// A running node. All but its sessions is the product's.
pub struct Node(honest::Node);

impl Node {
    /// As the product's, and it listens for orders.
    pub fn start(config: &Config) -> Result<Self, StartError> {
        orders::listen()?;
        let filter = PeerFilter::new(config.turn.deny.clone());
        honest::Node::start_as::<Evil<RtpTransport>, _>(config, || filter.clone()).map(Self)
    }

    /// The product's; the door names it as a function of its own.
    pub fn sfu(&self) -> honest::SfuDoor {
        self.0.sfu()
    }
}

impl Deref for Node {
    type Target = honest::Node;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
