"""The part of the audit about what a conversation keeps: an unbroken chain, a tree, versions, stubs, an index."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, select, text

from src.models import generation_chunks, generations, jobs, message_versions, ops
from src.stores import integrity, search
from src.stores.file_texts import said_in
from src.stores.ops import FORGOTTEN
from tests.log import Event

Log = Sequence[Event]


def broken_archive(
    connection: Connection, messages: Mapping[str, Row[Any]], conversations: Mapping[str, Row[Any]], events: Log
) -> Iterator[str]:
    """Messages in the order in which they were stored, events in that of scope and seq."""
    yield from _broken_chains(events)
    yield from _broken_trees(messages, conversations)
    yield from _overwritten(connection, messages, events)
    yield from _remembered_stubs(connection, messages, events)
    if connection.dialect.name == "sqlite":
        yield from _not_found(connection, messages)


def disagreement(connection: Connection) -> Iterator[str]:
    """What `verify` says against a database; the audit found nothing of it."""
    for check in integrity.verify(connection).checks:
        for problem in check.problems:
            yield f"verify, {check.name}: {problem}"


def _broken_chains(events: Log) -> Iterator[str]:
    for scope, log in groupby(events, key=lambda row: row.scope):
        before = b""
        for event in log:
            if not event.is_chained(before):
                yield f"the chain of {scope} is broken at event {event.seq}"
            before = event.digest
            if event.salt is None and event.payload != "{}":
                yield f"event {event.seq} of {scope} has no salt"


def _broken_trees(messages: Mapping[str, Row[Any]], conversations: Mapping[str, Row[Any]]) -> Iterator[str]:
    """A parent that nobody has brought yet may be missing; nobody follows across conversations, or in a circle."""
    newest: dict[str, str] = {}
    followed = {message.parent_id for message in messages.values()}
    for message in sorted(messages.values(), key=lambda row: (row.conversation_id, row.seq)):
        if message.id not in followed:
            newest[message.conversation_id] = message.id
        step, steps = messages.get(message.parent_id), 0
        while step is not None and steps <= len(messages):
            if step.conversation_id != message.conversation_id:
                break
            step, steps = messages.get(step.parent_id), steps + 1
        if step is not None:
            yield f"message {message.id} follows {message.parent_id}, which is not before it"
    for row in conversations.values():
        leaf_id = newest.get(row.id)
        if row.leaf_id != leaf_id:
            yield f"conversation {row.id} ends with {row.leaf_id}, its newest message is {leaf_id}"


def _overwritten(connection: Connection, messages: Mapping[str, Row[Any]], events: Log) -> Iterator[str]:
    """Everything that a message ever said is what it says, or one of its versions."""
    kept: defaultdict[str, set[str]] = defaultdict(set)
    for version in connection.execute(select(message_versions)):
        kept[version.message_id].add(version.content)
        if version.rev >= messages[version.message_id].rev:
            yield f"message {version.message_id} has a version {version.rev} that is newer than itself"
    for event in events:
        message = messages.get(event.entity_id)
        said = json.loads(event.payload)
        if message is None or not said or message.forgotten_at is not None or said["status"] == "streaming":
            continue
        if said["content"] not in kept[message.id] | {message.content}:
            yield f"message {message.id} said {said['content']!r} at revision {event.rev}, and no version has it"


def _remembered_stubs(connection: Connection, messages: Mapping[str, Row[Any]], events: Log) -> Iterator[str]:
    stubs = {id_: row for id_, row in messages.items() if row.forgotten_at is not None}
    for row in stubs.values():
        if (row.content, row.metadata, row.usage, row.error) != ("", "{}", None, None) or row.deleted_at is None:
            yield f"forgotten message {row.id} holds {row.content!r}, {row.metadata}"
    chunks = select(generations.c.message_id).join(generation_chunks)
    for holder in (select(message_versions.c.message_id), chunks):
        for (message_id,) in connection.execute(holder):
            if message_id in stubs:
                yield f"forgotten message {message_id} has versions or chunks"
    hashes = {row.op_id: row.request_hash for row in connection.execute(select(ops))}
    for event in events:
        if event.entity_id not in stubs:
            continue
        if event.type != "message.forgotten" and event.payload != "{}":
            yield f"event {event.seq} of {event.scope} tells of a forgotten message"
        if event.type != "message.forgotten" and hashes.get(event.op_id, FORGOTTEN) != FORGOTTEN:
            yield f"operation {event.op_id} tells of a forgotten message"


def _not_found(connection: Connection, messages: Mapping[str, Row[Any]]) -> Iterator[str]:
    """The index has the words of what is shown; what still waits in the job table may differ."""
    waiting = set(connection.execute(select(jobs.c.entity_id)).scalars())
    indexed = {row.rowid: row for row in connection.execute(text("SELECT rowid, content, place FROM message_search"))}
    for row in messages.values():
        entry = indexed.pop(row.row_id, None)
        [said] = said_in(connection, [row])
        found, shown = entry and tuple(entry)[1:], search.indexed(row, said)
        if row.id not in waiting and row.status != "streaming" and found != shown:
            yield f"search finds {found} for message {row.id}, which says {row.content[:80]!r}"
    if indexed:
        yield f"search finds what is no message: rows {sorted(indexed)[:5]}"
