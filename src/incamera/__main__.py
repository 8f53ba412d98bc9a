"""`python -m incamera`: the same as the command `incamera`."""

from incamera.cli import main

if __name__ == "__main__":
    main()
