"""One file per port of control: the store, the clock, the randomness."""
