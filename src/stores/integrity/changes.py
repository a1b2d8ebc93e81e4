"""The log of changes: that it is what was written, and that everything is what its newest change says."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic_core import to_json, to_jsonable_python
from sqlalchemy import Boolean, Column, Connection, text

from src.entities import Entity, iso
from src.entities.base import defaults
from src.models import conversations, events, messages
from src.stores import checksums, digests, payloads
from src.stores.conversations import PREVIEW_CHARS
from src.stores.integrity.reading import UNREADABLE, Names, Problems, Row, reason, rows
from src.stores.kinds import KINDS, Kind

MESSAGE = KINDS["message"]

_SCOPES = text("SELECT DISTINCT scope FROM events")


def digest_chains(connection: Connection) -> Problems:
    names = Names(connection)
    for scope in [row[0] for row in connection.execute(_SCOPES)]:
        before = b""
        newest: dict[Any, Any] = {}
        scrubbed: dict[Any, Any] = {}
        for event in _log(connection, scope):
            holds = digests.verify(event, before, payloads.said(event))
            yield None if holds else f"Change {event['seq']} of {names.scope(scope)} is not what was written."
            before = event["digest"]
            newest[_key(event)] = event["seq"]
            if event["salt"] is None:
                scrubbed[_key(event)] = event["seq"]
        for _, entity_id in [
            key for key, seq in scrubbed.items() if newest[key] == seq
        ]:  # forgetting is a change itself
            yield f"What {names.scope(scope)} says of {entity_id} is gone without having been forgotten."


def rows_match_changes(connection: Connection) -> Problems:
    """The newest change of everything says what its row says, and of nothing else."""
    names, told = Names(connection), _told_to_people(connection)
    for kind in KINDS.values():
        if not _is_of_conversations(kind):
            for row, event in _paired(kind, rows(connection, kind.table), told):
                yield _compared(names, kind, row, event)
    for conversation in list(rows(connection, conversations)):
        yield from _conversation(connection, names, conversation, told.get(("conversation", conversation["id"])))


def _conversation(connection: Connection, names: Names, conversation: Row, told: Row | None) -> Problems:
    log = list(_log(connection, f"conversation:{conversation['id']}"))
    newest = {_key(event): event for event in log}
    for kind in KINDS.values():
        if kind is not MESSAGE and _is_of_conversations(kind):
            there = rows(connection, kind.table, "WHERE conversation_id = :id", id=conversation["id"])
            yield from (_compared(names, kind, row, event) for row, event in _paired(kind, there, newest))
    said = rows(connection, messages, "WHERE conversation_id = :id ORDER BY seq", id=conversation["id"])
    follows: dict[Any, Any] = {}
    for row, event in _paired(MESSAGE, said, newest):
        if row is not None:
            follows[row["id"]] = row["parent_id"]
        wrong = _compared(names, MESSAGE, row, event)
        if row is not None and row["locrit_id"] != conversation["locrit_id"]:
            wrong = f"{names.message(row['id'])} is said to be of another Locrit."
        yield wrong
    are_followed = set(follows.values())
    newest_leaf = next((id_ for id_ in reversed(follows) if id_ not in are_followed), None)
    right: dict[str, set[Any]] = {"leaf_id": {newest_leaf}, **_following(log, told)}
    is_now = {**conversation, "updated_at": iso(conversation["updated_at"])}
    wrong_now = [name for name, values in right.items() if is_now[name] not in values]
    yield _differing(names.conversation(conversation["id"]), wrong_now) if wrong_now else None


def _is_of_conversations(kind: Kind) -> bool:
    """Told in the scopes of conversations, and not in those of people."""
    return "conversation_id" in kind.table.c


def _paired(
    kind: Kind, found: Iterator[Row], told: Mapping[tuple[str, Any], Row]
) -> Iterator[tuple[Row | None, Row | None]]:
    """Rows and their newest events; at last the events of what has no row."""
    left = dict(told)
    for row in found:
        yield row, left.pop((kind.name, row["id"]), None)
    for event in [event for key, event in left.items() if key[0] == kind.name]:
        yield None, event


def _compared(names: Names, kind: Kind, row: Row | None, event: Row | None) -> str | None:
    table = kind.table
    if row is None:
        return f"{kind.name} {event and event['entity_id']} is in the log of changes and nowhere else."
    if event is None:
        return f"{names.of(table, row)} is in no change."
    try:
        said = _said(kind, event)
        wrong = [column.name for column in table.c if not _agrees(kind, column, row, said)]
        if not _refers_to_what_was_said(event):
            wrong.append("content")
    except UNREADABLE as error:
        return f"{names.of(table, row)} cannot be compared with the log of changes: {reason(error)}."
    if "owner_id" in row and event["scope"] != f"user:{row['owner_id']}":
        wrong.append("owner_id")
    if table is messages and row["forgotten_at"] is None and row["copied_from"] != said["metadata"].get("copied_from"):
        wrong.append("copied_from")
    return _differing(names.of(table, row), wrong) if wrong else None


def _refers_to_what_was_said(event: Row) -> bool:
    said = payloads.said(event)
    return said is None or digests.payload_hash(event["salt"], event["payload"], said) == event["payload_hash"]


def _differing(name: str, wrong: list[str]) -> str:
    return f"{name}: {', '.join(wrong)} differ from what the log of changes says."


def _said(kind: Kind, event: Row) -> dict[str, Any]:
    """An older version of Locrit wrote fewer fields: they have their defaults."""
    said = {**_defaults(kind.entity), **payloads.whole(event)}
    return {**said, "id": said[f"{kind.name}_id"] if f"{kind.name}_id" in said else said["id"]}


@cache
def _defaults(entity: type[Entity]) -> dict[str, Any]:
    return dict(to_jsonable_python(defaults(entity)))


def _agrees(kind: Kind, column: Column[Any], row: Row, said: Mapping[str, Any]) -> bool:
    name, value = column.name, row[column.name]
    if name == "checksum" or name in kind.change.untold or name in checksums.covered(kind.table):
        return True
    if name in ("content", "parts") and row.get("status") == "streaming":  # see `replies`
        return True
    if name not in said:
        return False
    if isinstance(said[name], dict | list) or name in kind.change.json_columns:
        return value is not None and _is_json_of(value, said[name])
    if isinstance(column.type, Boolean):
        return bool(value == said[name])
    if isinstance(value, int) and isinstance(said[name], str):  # a moment
        return bool(iso(value) == said[name])
    return bool(value == said[name])


def _is_json_of(value: str, said: Any) -> bool:
    """As it was written: by one of two libraries, and maybe before a field was added that has its default."""
    if value in _spellings(said):
        return True
    read = json.loads(value)
    return bool(read) and isinstance(said, dict) and read.items() <= said.items() and value in _spellings(read)


def _spellings(value: Any) -> tuple[str, str]:
    return json.dumps(value), to_json(value).decode()


def _following(log: list[Row], told: Row | None) -> dict[str, set[str]]:
    """Preview and when something was said last: as the conversation's newest event says, and what came after it. To
    an earlier version anything that happened in it was that."""
    if told is None:
        return {}
    said = payloads.whole(told)
    preview, moments = said.get("preview", ""), {said["updated_at"]}
    status: dict[Any, Any] = {}
    for event in log:
        message = payloads.whole(event)
        if event["seq"] > said.get("head_seq", 0):
            preview, moment = _previewed(event, message, status, preview), iso(event["created_at"])
            moments = {moment} if _is_said(event, message, status) else moments | {moment}
        status[event["entity_id"]] = message.get("status")
    return {"preview": {preview}, "updated_at": moments}


def _is_said(event: Row, message: Mapping[str, Any], status: Mapping[Any, Any]) -> bool:
    """A message came; or a reply went on, or came to its end. What was forgotten since does not say its status."""
    kind, id_ = _key(event)
    was, is_ = status.get(id_), message.get("status")
    return event["type"] == "message.created" or (kind == "message" and None not in (was, is_) and was != is_)


def _previewed(event: Row, message: Mapping[str, Any], status: Mapping[Any, Any], preview: str) -> str:
    """What was said last, and the whole reply when it has come to its end."""
    content = str(message.get("content", ""))[:PREVIEW_CHARS]
    if event["type"] == "message.created":
        return preview if message.get("deleted_at") else content or preview
    is_end = message.get("status") == "complete" and status.get(event["entity_id"]) == "streaming"
    return content if is_end else preview


def _told_to_people(connection: Connection) -> dict[tuple[str, Any], Row]:
    """The newest event of everything that people are told of."""
    newest = {}
    for row in rows(connection, events, "WHERE scope LIKE 'user:%' ORDER BY scope, seq"):
        newest[_key(row)] = row
    return newest


def _key(event: Row) -> tuple[str, Any]:
    """Kind and id of what it tells of."""
    return str(event["type"]).partition(".")[0], event["entity_id"]


def _log(connection: Connection, scope: Any) -> Iterator[Row]:
    return rows(connection, events, "WHERE scope = :scope ORDER BY seq", payloads.SAID_SQL, scope=scope)
