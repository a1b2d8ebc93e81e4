"""Files that people gave: which message has which, and that the disk has each of them, as it was, and no other."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from src.entities import FilePart, parts
from src.models import attachments, message_attachments, message_versions, messages
from src.stores.files import FileStore
from src.stores.integrity.reading import Names, Problems, rows

_WITH_FILES = """WHERE parts LIKE '%"file"%'"""


def links(connection: Connection) -> Problems:
    """A message has those that it names, now or in an earlier version."""
    named = set(_named(connection))
    stored = {(row["message_id"], row["attachment_id"]) for row in rows(connection, message_attachments)}
    names = Names(connection)
    for message_id, attachment_id in sorted(named | stored, key=str):
        is_right = (message_id, attachment_id) in named & stored
        yield (
            None
            if is_right
            else f"{names.message(message_id)} is not said to have the file that it has, or the reverse."
        )


def _named(connection: Connection) -> Iterator[tuple[Any, str]]:
    for table, key in ((messages, "id"), (message_versions, "message_id")):
        for row in rows(connection, table, _WITH_FILES):
            given = parts.from_json(row["parts"]) or []
            yield from ((row[key], part.id) for part in given if isinstance(part, FilePart))


def on_disk(files: FileStore, connection: Connection) -> Problems:
    kept = {row["sha256"]: row for row in rows(connection, attachments, "WHERE sha256 <> ''")}
    for sha256, row in kept.items():
        fault = files.fault(sha256, row["size"])
        yield f"The file {row['name']} ({sha256}) {fault}." if fault else None
    for name in sorted(files.names() - kept.keys()):
        if files.is_settled(name):
            yield f"The file {name} belongs to nothing that is stored."
