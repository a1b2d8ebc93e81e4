"""Conversations in the database."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from src.entities import Conversation, Message
from src.errors import Conflict, NotFound
from src.events import ConversationActivity
from src.models import conversations, generations, locrits
from src.operations import Stamp
from src.stores import events, jobs
from src.stores import locrits as locrit_store
from src.stores.compiled_statement import CompiledStatement
from src.stores.ops import Effect
from src.stores.titles import title_of
from src.stores.unit_of_work import UnitOfWork

JSON_COLUMNS = ("tags", "metadata")
_RUNNING = (
    select(generations.c.id)
    .where(generations.c.conversation_id == conversations.c.id, generations.c.status == "streaming")
    .order_by(generations.c.started_at.desc())
    .limit(1)
    .scalar_subquery()
    .label("generation_id")
)
ALL = select(conversations, locrits.c.name.label("locrit_name"), _RUNNING).join(
    locrits, locrits.c.id == conversations.c.locrit_id
)
_BY_ID = CompiledStatement(ALL.where(conversations.c.id == bindparam("id")))
_OWNED = CompiledStatement(
    ALL.where(conversations.c.id == bindparam("id"), conversations.c.owner_id == bindparam("owner"))
)
_IS_OF = CompiledStatement(
    select(conversations.c.id).where(
        conversations.c.id == bindparam("id"), conversations.c.owner_id == bindparam("owner")
    )
)
_BY_SESSION = (
    ALL.where(
        conversations.c.locrit_id == bindparam("locrit"),
        or_(conversations.c.session_id == bindparam("session"), conversations.c.id == bindparam("session")),
        conversations.c.deleted_at.is_(None),
    )
    .order_by(conversations.c.updated_at.desc())
    .limit(1)
)
IDS_OF_LOCRIT = select(conversations.c.id).where(conversations.c.locrit_id == bindparam("locrit"))
_HEAD = select(
    conversations.c.id,
    conversations.c.locrit_id,
    conversations.c.owner_id,
    conversations.c.session_id,
    conversations.c.title,
    conversations.c.head_seq,
    conversations.c.message_seq,
    conversations.c.leaf_id,
    conversations.c.deleted_at,
    conversations.c.forgotten_at,
    conversations.c.forked_from,
    locrits.c.name.label("locrit_name"),
    locrits.c.deleted_at.label("locrit_deleted_at"),
).join(locrits, locrits.c.id == conversations.c.locrit_id)
_LOCK_HEAD = CompiledStatement(_HEAD.where(conversations.c.id == bindparam("id")).with_for_update(of=conversations))
_ALLOCATE = CompiledStatement(
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"))
    .values(
        head_seq=conversations.c.head_seq + bindparam("events"),
        message_seq=conversations.c.message_seq + bindparam("messages"),
        message_count=conversations.c.message_count + bindparam("counted"),
        preview=func.coalesce(bindparam("new_preview", type_=conversations.c.preview.type), conversations.c.preview),
        leaf_id=func.coalesce(bindparam("new_leaf", type_=conversations.c.leaf_id.type), conversations.c.leaf_id),
        updated_at=func.coalesce(
            bindparam("said_at", type_=conversations.c.updated_at.type), conversations.c.updated_at
        ),
    )
)
PREVIEW_CHARS = 120


class ConversationHead(NamedTuple):
    """What a message needs to know of its conversation. The numbers are the last that were taken."""

    id: str
    locrit_id: str
    locrit_name: str
    owner_id: str
    session_id: str
    title: str
    head_seq: int
    message_seq: int
    leaf_id: str
    is_deleted: bool
    is_forgotten: bool
    is_locrit_deleted: bool
    is_fork: bool

    @property
    def in_trash(self) -> bool:
        """By itself, or with its Locrit."""
        return self.is_deleted or self.is_locrit_deleted


def entity(row: Row[Any]) -> Conversation:
    fields = row._asdict()
    read = {name: json.loads(fields[name]) for name in JSON_COLUMNS}
    return Conversation.model_validate(fields | read | {"conversation_id": row.id})


def find(connection: Connection, conversation_id: str) -> Conversation | None:
    row = _BY_ID.first(connection, {"id": conversation_id})
    return entity(row) if row else None


def require(connection: Connection, conversation_id: str) -> Conversation:
    conversation = find(connection, conversation_id)
    if conversation is None:
        raise _unknown()
    return conversation


def owned(connection: Connection, owner_id: str, conversation_id: str) -> Conversation:
    """Returns it as `require`. Raises NotFound for one of another person, too."""
    row = _OWNED.first(connection, {"id": conversation_id, "owner": owner_id})
    if row is None:
        raise _unknown()
    return entity(row)


def find_own(connection: Connection, owner_id: str, conversation_id: str) -> Conversation | None:
    """Returns the one of this id, which a client chose, or None. Raises Conflict when it is another person's."""
    row = _BY_ID.first(connection, {"id": conversation_id})
    if row is not None and row.owner_id != owner_id:
        raise Conflict("There is a conversation with this id already.", hint="Choose another one.")
    return entity(row) if row else None


def is_of(connection: Connection, owner_id: str, conversation_id: str) -> bool:
    return _IS_OF.first(connection, {"id": conversation_id, "owner": owner_id}) is not None


def _unknown() -> NotFound:
    return NotFound("There is no such conversation.")


def by_session(connection: Connection, locrit_id: str, session: str) -> Conversation:
    """Finds it by session or conversation id; of several clients' sessions, the newest. Raises NotFound."""
    row = connection.execute(_BY_SESSION, {"locrit": locrit_id, "session": session}).one_or_none()
    if row is None:
        raise NotFound("This Locrit has no such session.")
    return entity(row)


def lock_head(
    tx: UnitOfWork, conversation_id: str, owner_id: str | None = None, *, in_trash: bool = False
) -> ConversationHead:
    """Keeps other processes from taking a number of the conversation until the commit, and returns the numbers taken
    so far. Raises NotFound for unknown conversations, for those of others than `owner_id` and, unless `in_trash`, for
    those in the trash, and Postponed for those that are still being copied."""
    head: ConversationHead = tx.identities.get((conversations, conversation_id)) or _locked_head(tx, conversation_id)
    if owner_id not in (None, head.owner_id):
        raise _unknown()
    if not in_trash:
        _check_not_in_trash(head)
        if head.is_fork:
            jobs.check_not_copied(tx.unflushed, conversation_id)
    return head


def _check_not_in_trash(head: ConversationHead) -> None:
    if head.is_locrit_deleted:
        raise NotFound("The Locrit of this conversation is in the trash.", hint="Restore it, then send again.")
    if head.is_deleted:
        raise NotFound("This conversation is in the trash.", hint="Restore it, then send again.")


def _locked_head(tx: UnitOfWork, conversation_id: str) -> ConversationHead:
    row = _LOCK_HEAD.first(tx.unflushed, {"id": conversation_id})
    if row is None:
        raise _unknown()
    tx.identities[conversations, conversation_id] = head = ConversationHead(
        id=row.id,
        locrit_id=row.locrit_id,
        locrit_name=row.locrit_name,
        owner_id=row.owner_id,
        session_id=row.session_id,
        title=row.title,
        head_seq=row.head_seq,
        message_seq=row.message_seq,
        leaf_id=row.leaf_id or row.id,
        is_deleted=row.deleted_at is not None,
        is_forgotten=row.forgotten_at is not None,
        is_locrit_deleted=row.locrit_deleted_at is not None,
        is_fork=row.forked_from is not None,
    )
    return head


def same_session(connection: Connection, locrit_id: str, client_label: str, session_id: str) -> list[Conversation]:
    """Returns the session's conversations oldest first, those in the trash included."""
    statement = ALL.where(
        conversations.c.locrit_id == locrit_id,
        conversations.c.user_id == client_label,
        conversations.c.session_id == session_id,
    ).order_by(conversations.c.created_at, conversations.c.id)
    return [entity(row) for row in connection.execute(statement)]


def effect(conversation_id: str, do: Callable[[UnitOfWork], Conversation]) -> Effect[Conversation]:
    """Makes the effect of an operation on a conversation that is there; a repeat is told what it is now."""
    return Effect(do, lambda tx, _done: require(tx.connection, conversation_id))


def opening_effect(do: Callable[[UnitOfWork], Conversation]) -> Effect[Conversation]:
    """Makes the effect of an operation that makes one. One that was deleted since is not made again."""
    return Effect(
        do,
        lambda tx, done: require(tx.connection, done["conversation_id"]),
        lambda made: {"conversation_id": made.conversation_id},
    )


def create(tx: UnitOfWork, row: dict[str, Any], stamp: Stamp, *, in_trash: bool = False) -> ConversationHead:
    """Returns its head. `row` has at least id, locrit_id, owner_id, user_id, session_id and title. Raises NotFound with
    a Locrit of the trash, unless `in_trash`."""
    tx.insert_later(conversations, {"rev": 1, "created_at": stamp.time, "updated_at": stamp.time} | columns(row))
    locrit_store.count_conversation(tx, row["locrit_id"], row["user_id"])
    announce(tx, "conversation.created", row["id"], row["owner_id"], stamp)
    return lock_head(tx, row["id"], in_trash=in_trash)


def columns(fields: dict[str, Any]) -> dict[str, Any]:
    """Turns fields as a caller gives them into column values."""
    return {name: json.dumps(value) if name in JSON_COLUMNS else value for name, value in fields.items()}


def announce(tx: UnitOfWork, type_: str, conversation_id: str, owner_id: str, stamp: Stamp) -> Conversation:
    conversation = require(tx.connection, conversation_id)
    events.record_for_user(tx, owner_id, type_, conversation_id, conversation.rev, conversation, stamp)
    return conversation


def change(
    tx: UnitOfWork, head: ConversationHead, fields: dict[str, Any], stamp: Stamp, type_: str = "conversation.updated"
) -> Conversation:
    values = {"rev": conversations.c.rev + 1} | columns(fields)
    tx.write_now(update(conversations).where(conversations.c.id == head.id).values(values))
    return announce(tx, type_, head.id, head.owner_id, stamp)


def allocate_seq(
    tx: UnitOfWork,
    head: ConversationHead,
    *,
    events: int,
    messages: int,
    counted: int,
    preview: str | None,
    said_at: int | None = None,
    leaf_id: str | None = None,
) -> tuple[int, int]:
    """Takes the next `events` event numbers and `messages` message numbers; returns the last of each. `counted` is
    by how many the shown messages change. Without `said_at` the conversation keeps its place in the lists: nothing
    was said in it."""
    now_at = lock_head(tx, head.id, in_trash=True)
    tx.identities[conversations, head.id] = taken = now_at._replace(
        head_seq=now_at.head_seq + events,
        message_seq=now_at.message_seq + messages,
        leaf_id=leaf_id or now_at.leaf_id,
    )
    tx.store_later(
        _ALLOCATE.many,
        {
            "conversation": head.id,
            "events": events,
            "messages": messages,
            "counted": counted,
            "new_preview": preview[:PREVIEW_CHARS] if preview is not None else None,
            "new_leaf": leaf_id,
            "said_at": said_at,
        },
    )
    return taken.head_seq, taken.message_seq


def announce_activity(tx: UnitOfWork, head: ConversationHead, running: bool, now: int) -> None:
    of = {"user_id": head.owner_id, "conversation_id": head.id, "locrit_name": head.locrit_name}
    tx.publish_after_commit(ConversationActivity(**of, updated_at=now, running=running))


def name_after(tx: UnitOfWork, head: ConversationHead, message: Message, stamp: Stamp) -> None:
    """A conversation without a title takes it from its first question."""
    if not head.title and message.role == "user" and (title := title_of(message.content, message.parts)):
        change(tx, head, {"title": title}, stamp)
