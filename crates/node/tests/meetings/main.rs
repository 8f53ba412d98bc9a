//! Members in rooms of a node's SFU, by the load generator's endpoints: for a while with people who come and go, and over links that lose.
//!
//! `cargo test` runs the short forms; `make soak ARGS="sfu"` the long one (`scripts/soak`).
#![allow(missing_docs)]
mod churn;
mod meeting;
mod weather;
