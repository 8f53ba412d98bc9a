"""The rules, pure: (state, command, now) → (state, effects). No IO, no clock, no randomness."""
