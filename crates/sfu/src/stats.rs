//! What an SFU counts. Numbers only.

macro_rules! stats {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Numbers since the start.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Stats {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl Stats {
            /// Each number with its name.
            pub fn list(&self) -> Vec<(&'static str, u64)> {
                vec![$((concat!("sfu_", stringify!($name)), self.$name)),*]
            }
        }
    };
}

stats! {
    /// Legs that are there now.
    legs,
    /// Legs that were opened.
    legs_opened,
    /// Packets from clients.
    packets_in,
    /// Packets given to subscribers' sessions, each one counted.
    packets_forwarded,
    /// Packets of a slot that waits for a key frame.
    packets_awaiting_key_frame,
    /// Packets dropped since a subscriber was too far behind.
    packets_dropped_full,
    /// Pictures that a subscriber's way had no room for any more, each time anew.
    pictures_paused,
    /// Key frames asked for.
    key_frames_asked,
    /// Key-frame requests that came too soon after another one.
    key_frames_withheld,
    /// Checks that name no leg, or do not know its password.
    checks_refused,
    /// Other datagrams from addresses that never proved themselves.
    datagrams_unknown,
    /// Legs that ended by a mistake of ours.
    panics,
}
