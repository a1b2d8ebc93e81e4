"""What files say, as far as it is searched: of each the beginning, kept beside the messages that are found by it.

It is made from the files, and may be made again: see `missing`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from src.entities import FilePart
from src.entities.parts import from_json
from src.models import attachment_texts as table
from src.models import attachments
from src.models import message_attachments as links
from src.stores import checksums
from src.stores.unit_of_work import UnitOfWork

_BETWEEN = "\n\n"
_KNOWN = select(table.c.attachment_id).where(table.c.attachment_id == bindparam("id"))
_MESSAGES = select(links.c.message_id).where(links.c.attachment_id == bindparam("id"))
_MISSING = (
    select(attachments.c.id, attachments.c.sha256)
    .join(table, table.c.attachment_id == attachments.c.id, isouter=True)
    .where(attachments.c.sha256 != "", attachments.c.text_chars.is_not(None), table.c.attachment_id.is_(None))
)


class FileText(NamedTuple):
    name: str
    text: str


class Said(NamedTuple):
    """What a message says, its words and its files."""

    content: str
    files: Sequence[FileText] = ()

    @property
    def whole(self) -> str:
        return _BETWEEN.join([self.content, *(_BETWEEN.join(file) for file in self.files)])


def keep(tx: UnitOfWork, attachment_id: str, text: str) -> Sequence[str]:
    """Returns the ids of the messages that have the file already, and are to be found by it from now on."""
    if tx.query(_KNOWN, {"id": attachment_id}).first() is not None:
        return []
    tx.insert_later(table, {"attachment_id": attachment_id, "content": text})
    return tx.query(_MESSAGES, {"id": attachment_id}).scalars().all()


def forget(tx: UnitOfWork, attachment_id: str) -> None:
    checksums.remove(tx, table, table.c.attachment_id == attachment_id)


def missing(connection: Connection, count: int) -> Sequence[Any]:
    """Files whose text was never kept here: id and sha256."""
    return connection.execute(_MISSING.limit(count)).all()


def said_in(connection: Connection, rows: Iterable[Any]) -> list[Said]:
    """Of messages, by the `content` and `parts` of their rows."""
    given = [(row.content, _files(row.parts)) for row in rows]
    texts = _texts(connection, {part.id for _, parts in given for part in parts})
    return [Said(content, [FileText(part.name, texts.get(part.id, "")) for part in parts]) for content, parts in given]


def _files(parts: str | None) -> list[FilePart]:
    if not parts or '"file"' not in parts:
        return []
    return [part for part in from_json(parts) or () if isinstance(part, FilePart)]


def _texts(connection: Connection, ids: set[str]) -> Mapping[str, str]:
    if not ids:
        return {}
    of_them = select(table.c.attachment_id, table.c.content).where(table.c.attachment_id.in_(ids))
    return {row.attachment_id: row.content for row in connection.execute(of_them)}
