"""The commands, and the only floor where a client and a server meet in one process."""
