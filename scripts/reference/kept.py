"""What the server keeps: the columns of its tables, and the names of its events."""

from scripts.reference.markdown import code, table

from incamera.adapters.schema import metadata
from incamera.control.events import EventName


def tables_block() -> str:
    """One row for each table."""
    rows = [(code(one.name), ", ".join(code(column.name) for column in one.columns)) for one in metadata.sorted_tables]
    return table(("table", "columns"), rows)


def events_block() -> str:
    """The vocabulary."""
    return ", ".join(code(name.value) for name in EventName)
