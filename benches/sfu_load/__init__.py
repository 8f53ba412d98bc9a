"""Loads servers that forward media: one generator (crates/loadgen), and for each server how descriptions reach it."""
