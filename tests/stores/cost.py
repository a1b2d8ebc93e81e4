"""What something costs that SQLite does: counted, so that no clock is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection


@contextmanager
def steps(connection: Connection) -> Iterator[list[int]]:
    """How many steps SQLite's machine did."""
    counted = [0]

    def count() -> None:
        counted[0] += 1

    raw = connection.connection.driver_connection
    assert raw is not None
    raw.set_progress_handler(count, 1)
    try:
        yield counted
    finally:
        raw.set_progress_handler(None, 0)
