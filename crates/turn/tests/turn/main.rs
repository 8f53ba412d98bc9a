//! What the TURN server promises, one sentence per test.
mod addresses;
mod allocate;
mod amplification;
mod authentication;
mod closed_loop;
mod credentials;
mod differential;
mod lossy;
mod own_addresses;
mod peer_matrix;
mod permissions;
mod properties;
mod quotas;
mod refresh;
mod relay;
mod shards;
mod support;
