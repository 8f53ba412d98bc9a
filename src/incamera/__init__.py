"""incamera: a calling service whose own server cannot listen."""

__version__ = "0.1.0"
