"""What is remembered, as a file for other programs: CSV, JSON, Markdown. Made piece by piece: however much it is, one
page of it is in memory."""

import csv
import io
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from typing import Any, Final, Literal

from pydantic_core import to_json

from src.entities import Conversation, Memory, Message, iso
from src.entities.base import Entity
from src.stores import exports
from src.stores.database import Database

Exported = Literal["messages", "conversations", "memories"]
Format = Literal["csv", "json", "md"]
MEDIA_TYPES: Final[dict[Format, str]] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
}
BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it spreadsheets take a CSV file for one of another encoding."""
COLUMNS: Final[dict[Exported, Sequence[str]]] = {
    "messages": ("conversation_id", "conversation", "message_id", "created_at", "role", "model", "content"),
    "conversations": (
        *("conversation_id", "title", "message_count", "starred", "archived", "tags"),
        *("created_at", "updated_at"),
    ),
    "memories": ("id", "content", "importance", "tags", "pinned", "created_at", "updated_at"),
}
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")


async def written(
    database: Database, owner_id: str, locrit_id: str, what: Exported, form: Format
) -> AsyncIterator[str]:
    rows = _rows(database, owner_id, locrit_id, what)
    writer = {"csv": _as_csv, "json": _as_json, "md": _as_markdown}[form]
    async for piece in writer(rows, what):
        yield piece


Row = tuple[Conversation | None, Entity]
"""A message with its conversation, or one of the others alone."""
Pages = AsyncIterator[list[Row]]


async def _rows(database: Database, owner_id: str, locrit_id: str, what: Exported) -> Pages:
    key = exports.START
    while what == "memories" and (
        page := await database.read(partial(exports.memories_after, locrit_id=locrit_id, key=key))
    ):
        yield [(None, memory) for memory in page]
        key = page[-1].created_at, page[-1].id
    while what != "memories" and (
        found := await database.read(
            partial(exports.conversations_after, owner_id=owner_id, locrit_id=locrit_id, key=key)
        )
    ):
        if what == "conversations":
            yield [(None, conversation) for conversation in found]
        else:
            for conversation in found:
                async for said in _said(database, conversation):
                    yield said
        key = found[-1].created_at, found[-1].conversation_id


async def _said(database: Database, conversation: Conversation) -> Pages:
    seq, id_ = 0, conversation.conversation_id
    while page := await database.read(partial(exports.messages_after, conversation_id=id_, seq=seq)):
        yield [(conversation, message) for message in page]
        seq = page[-1].seq


async def _as_csv(pages: Pages, what: Exported) -> AsyncIterator[str]:
    columns = COLUMNS[what]
    yield BYTE_ORDER_MARK + _lines([columns])
    async for page in pages:
        yield _lines([[_cell(_fields(row)[column]) for column in columns] for row in page])


def _lines(rows: Sequence[Sequence[str]]) -> str:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


def _cell(value: Any) -> str:
    """What a spreadsheet would take for a formula, and run, is marked as text."""
    text = ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str | list) and _FORMULA.match(text) else text


def _fields(row: Row) -> dict[str, Any]:
    conversation, entity = row
    named = {"conversation": conversation.title} if conversation is not None else {}
    return entity.wire() | named


async def _as_json(pages: Pages, _what: Exported) -> AsyncIterator[str]:
    separator = "[\n"
    async for page in pages:
        yield separator + ",\n".join(to_json(_fields(row)).decode() for row in page)
        separator = ",\n"
    yield "[]\n" if separator.startswith("[") else "\n]\n"


async def _as_markdown(pages: Pages, what: Exported) -> AsyncIterator[str]:
    yield f"# {what.capitalize()}\n"
    before: str | None = None
    async for page in pages:
        lines = list[str]()
        for conversation, entity in page:
            if conversation is not None and conversation.conversation_id != before:
                before = conversation.conversation_id
                lines.append(f"\n## {_plain(conversation.title) or 'Untitled'}\n")
            lines += _paragraph(conversation, entity)
        yield "\n".join(lines) + "\n"


def _paragraph(place: Conversation | None, entity: Entity) -> Iterator[str]:
    if isinstance(entity, Message):
        asker = "You" if place is None or place.visitor is None else place.visitor or "Visitor"
        who = asker if entity.role == "user" else entity.model or entity.role
        yield f"\n**{_plain(who)}**, {iso(entity.created_at)}\n"
        yield _quoted(entity.content)
    elif isinstance(entity, Conversation):
        marks = "".join(f", {mark}" for mark in ("starred", "archived") if getattr(entity, mark))
        said = f"{entity.message_count} messages{marks}, {iso(entity.updated_at)}"
        yield f"- {_plain(entity.title) or 'Untitled'} ({said})"
    elif isinstance(entity, Memory):
        yield f"- {_plain(entity.content)} ({iso(entity.created_at)})"


def _quoted(text: str) -> str:
    """Whatever Markdown it has itself, it stays inside."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines()) or ">"


def _plain(text: str) -> str:
    """In one line, and every mark is the character that it is."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))
