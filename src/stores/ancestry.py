"""The tree of a conversation: every message follows another one; what is shown and prompted is one path through it.

One whose parent is not there (clients may bring a reply before its question) follows the one before it until it is.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, func, literal, or_, select

from src.entities import Message
from src.errors import InvalidInput
from src.models import messages
from src.stores.compiled_statement import CompiledStatement
from src.stores.messages import complete

DELETED_BETWEEN = 50
"""Deleted messages are steps of a path too: so many of them do not shorten what is found of it."""

_start = (
    select(messages.c.id, messages.c.parent_id, messages.c.conversation_id, messages.c.seq, literal(1).label("length"))
    .where(messages.c.id == bindparam("leaf"))
    .cte("path", recursive=True)
)
_older, _parent = messages.alias("older"), messages.alias("parent")
_follows_an_unknown_one = and_(
    _start.c.parent_id != _start.c.conversation_id,
    ~select(_parent.c.id)
    .where(_parent.c.id == _start.c.parent_id, _parent.c.conversation_id == _start.c.conversation_id)
    .exists(),
)
_path = _start.union_all(
    select(_older.c.id, _older.c.parent_id, _older.c.conversation_id, _older.c.seq, _start.c.length + 1).where(
        _start.c.length < bindparam("longest"),
        _older.c.conversation_id == _start.c.conversation_id,
        or_(
            _older.c.id == _start.c.parent_id,
            and_(or_(_start.c.parent_id.is_(None), _follows_an_unknown_one), _older.c.seq == _start.c.seq - 1),
        ),
    )
)
_steps = select(_path.c.id, func.min(_path.c.length).label("length")).group_by(_path.c.id).subquery()
_PATH = (
    select(messages)
    .join(_steps, _steps.c.id == messages.c.id)
    .where(or_(messages.c.deleted_at.is_(None), messages.c.id == bindparam("leaf")))
    .order_by(_steps.c.length)
    .limit(bindparam("count"))
)
_leaf = select(messages.c.conversation_id, messages.c.seq).where(messages.c.id == bindparam("leaf")).subquery()
_NEWEST = CompiledStatement(
    select(messages)
    .join(_leaf, and_(messages.c.conversation_id == _leaf.c.conversation_id, messages.c.seq <= _leaf.c.seq))
    .order_by(messages.c.seq.desc())
    .limit(bindparam("count"))
)
_IDS = select(_steps.c.id).order_by(_steps.c.length.desc())
_LINKS = (
    select(messages.c.id, messages.c.parent_id)
    .where(messages.c.conversation_id == bindparam("conversation"))
    .order_by(messages.c.seq)
)
_BEFORE = select(messages.c.id).where(
    messages.c.conversation_id == bindparam("conversation"), messages.c.seq == bindparam("seq")
)


def to(connection: Connection, message_id: str, limit: int) -> list[Message]:
    """The last `limit` messages that lead to this one, itself the last; oldest first, without deleted ones."""
    newest = _NEWEST.all(connection, {"leaf": message_id, "count": limit})
    rows: Sequence[Row[Any]] | None = _steps_among(newest, limit)
    if rows is None:
        longest = limit + DELETED_BETWEEN
        rows = connection.execute(_PATH, {"leaf": message_id, "count": limit, "longest": longest}).all()
    return [complete(connection, row) for row in reversed(rows)]


def _steps_among(newest: Sequence[Row[Any]], limit: int) -> list[Row[Any]] | None:
    """The path, newest first, where it is among the messages that were said last, as it mostly is; None elsewhere."""
    by_id = {row.id: row for row in newest}
    steps = list(newest[:1])
    while steps and len(steps) < limit and steps[-1].parent_id != steps[-1].conversation_id:
        parent = by_id.pop(steps[-1].parent_id, None)
        if parent is None or parent.seq >= steps[-1].seq or parent.deleted_at is not None:
            return None
        steps.append(parent)
    return steps


def ids_to(connection: Connection, message_id: str, limit: int) -> list[str]:
    """Returns the ids of those that lead to this one, itself the last; with the deleted ones, so that they stay the
    same."""
    return list(connection.scalars(_IDS, {"leaf": message_id, "longest": limit + DELETED_BETWEEN}))


def parent_of(connection: Connection, message: Message) -> str:
    """The message that it follows; the conversation's id for the first one."""
    if message.parent_id is not None:
        return message.parent_id
    before = {"conversation": message.conversation_id, "seq": message.seq - 1}
    return connection.execute(_BEFORE, before).scalar_one_or_none() or message.conversation_id


class Tree:
    """Who follows whom in one conversation, while messages are brought to it. Reads all of its links once."""

    def __init__(self, connection: Connection, conversation_id: str) -> None:
        rows = connection.execute(_LINKS, {"conversation": conversation_id}).all()
        self._conversation_id = conversation_id
        self._parents: dict[str, str | None] = {row.id: row.parent_id for row in rows}

    def __contains__(self, message_id: str) -> bool:
        return message_id in self._parents

    def place(self, message_id: str, parent_id: str) -> str:
        """What a new message follows, if it is to follow `parent_id`. Raises InvalidInput for a circle."""
        step: str | None = parent_id
        passed = set[str]()
        while step is not None and step not in passed:  # what is damaged may lead in a circle
            if step == message_id:
                raise InvalidInput("A message cannot follow itself, not even by way of others.")
            passed.add(step)
            step = self._parents.get(step)
        if parent_id in self._parents or parent_id == self._conversation_id:
            return parent_id
        return self._before_its_children(message_id) or parent_id

    def add(self, message_id: str, parent_id: str | None) -> None:
        self._parents[message_id] = parent_id

    def newest(self) -> str:
        """The last message that nothing follows: what is said next follows it."""
        followed = set(self._parents.values())
        return next((id_ for id_ in reversed(self._parents) if id_ not in followed), self._conversation_id)

    def _before_its_children(self, message_id: str) -> str | None:
        """Where those stand that came before what they follow."""
        before = self._conversation_id
        for id_, parent_id in self._parents.items():
            if parent_id == message_id:
                return before
            before = id_
        return None
