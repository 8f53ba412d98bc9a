"""The TypeScript twins of the message types. Run `python -m incamera.protocol.typescript`, with `--check` to compare only."""
