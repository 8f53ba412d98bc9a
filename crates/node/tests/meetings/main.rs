//! Members in rooms of a node's SFU, by the load generator's endpoints: for a while with people who come and go, and over links that lose.
//!
//! These are the short forms; `make soak ARGS=sfu` and `make soak ARGS="sfu weather"` are the long ones, with the whole server (`benches/soak_sfu.py`).
#![allow(missing_docs)]
mod churn;
mod meeting;
mod weather;
