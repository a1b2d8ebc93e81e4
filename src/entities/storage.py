"""How much is stored, and how much room is left."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StorageUsage:
    """Sizes are bytes, of the whole server; `free_bytes` is what is left on the disk, 0 where that is not ours to see.
    Numbers are of one person's: `trash` counts what the trash shows. `waiting` is what the search does not find yet."""

    database: str
    database_bytes: int
    log_bytes: int
    free_bytes: int
    messages: int
    conversations: int
    trash: int
    waiting: int
