"""One file per thing outside: the SQLite store, the clock, randomness."""
