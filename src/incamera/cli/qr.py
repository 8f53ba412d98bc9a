"""QR codes as half blocks, two rows of modules on each line."""

import segno
from rich.console import Console
from rich.text import Text

_QUIET_MODULES = 2
_DARK_INK = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def qr_lines(text: str, *, dark_ink: bool) -> list[str]:
    """With `dark_ink` a block is a dark module, else a light one: right for bright text on a dark screen."""
    code = segno.make(text, micro=False, error="l", boost_error=False)
    rows = [[bool(module) for module in row] for row in code.matrix_iter(border=_QUIET_MODULES)]
    if len(rows) % 2:
        rows.append([False] * len(rows[0]))
    pairs = (zip(rows[at], rows[at + 1], strict=True) for at in range(0, len(rows), 2))
    return ["".join(_DARK_INK[(top == dark_ink, bottom == dark_ink)] for top, bottom in pair) for pair in pairs]


def print_qr(out: Console, text: str, indent: int) -> None:
    """Black on white where there is colour, whatever the terminal's own colours are."""
    has_colour = out.is_terminal and not out.no_color
    for line in qr_lines(text, dark_ink=has_colour):
        out.print(Text(" " * indent) + Text(line, style="black on bright_white" if has_colour else ""), soft_wrap=True)
