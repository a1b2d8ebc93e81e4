"""Artifacts: each change is an event of its conversation; what an edit replaces is kept, until it is forgotten."""

import json
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, or_, select, update

from src.entities import Artifact, ArtifactVersion, Scrubbed
from src.errors import Conflict, NotFound
from src.events import conversation_scope
from src.models import artifact_versions, conversations
from src.models import artifacts as table
from src.operations import Stamp
from src.stores import checksums, events, scrubbing, transitions
from src.stores import conversations as conversation_store
from src.stores.conversations import ConversationHead
from src.stores.engines import ConcurrentUpdate
from src.stores.ops import Effect
from src.stores.transitions import Change
from src.stores.unit_of_work import UnitOfWork

_BY_ID = select(table).where(table.c.id == bindparam("id"))
_OF_PERSON = select(table).join(conversations).where(conversations.c.owner_id == bindparam("owner"))
_OWNED = _OF_PERSON.where(table.c.id == bindparam("id"))
_OF_MESSAGES = _OF_PERSON.where(table.c.message_id.in_(bindparam("ids", expanding=True))).order_by(
    table.c.message_id, table.c.position
)
_VERSIONS = (
    select(artifact_versions)
    .where(artifact_versions.c.artifact_id == bindparam("artifact"))
    .order_by(artifact_versions.c.version.desc())
)
_KEPT = select(table.c.id).where(table.c.forgotten_at.is_(None))
_OF_MESSAGE = _KEPT.where(table.c.message_id == bindparam("message"))
_BESIDE_MESSAGES = _KEPT.where(table.c.conversation_id == bindparam("conversation"), table.c.message_id.is_(None))
_COPIES = _KEPT.where(or_(table.c.id == bindparam("origin"), table.c.copied_from == bindparam("origin")))
_SAYS = ("content", "css")
BLANK: dict[str, Any] = {"name": "", "language": "", "content": "", "css": "", "metadata": {}}


def entity(row: Row[Any]) -> Artifact:
    return Artifact.model_validate(row._asdict() | {"metadata": json.loads(row.metadata)})


def goes_on(known: Artifact, content: str) -> bool:
    """Whether it is what a reply made that was cut off: a block that is not closed ends with its last line."""
    return content.startswith(known.content.removesuffix("\n"))


def find(connection: Connection, id_: str) -> Artifact | None:
    row = connection.execute(_BY_ID, {"id": id_}).one_or_none()
    return entity(row) if row else None


def require(connection: Connection, id_: str) -> Artifact:
    artifact = find(connection, id_)
    if artifact is None:
        raise _unknown()
    return artifact


def owned(connection: Connection, owner_id: str, id_: str) -> Artifact:
    """Returns it also from the trash. Raises NotFound for one of another person, too."""
    row = connection.execute(_OWNED, {"id": id_, "owner": owner_id}).one_or_none()
    if row is None:
        raise _unknown()
    return entity(row)


def _unknown() -> NotFound:
    return NotFound("There is no such artifact.")


def of_messages(connection: Connection, owner_id: str, message_ids: Iterable[str]) -> list[Artifact]:
    """Returns what these replies made, each in its order, what is in the trash included."""
    ids = list(message_ids)
    return [entity(row) for row in connection.execute(_OF_MESSAGES, {"ids": ids, "owner": owner_id})] if ids else []


def history(connection: Connection, artifact: Artifact) -> list[ArtifactVersion]:
    """Returns the versions newest first; the first is what the artifact says now."""
    earlier = connection.execute(_VERSIONS, {"artifact": artifact.id})
    return [current(artifact), *(ArtifactVersion.model_validate(row._asdict()) for row in earlier)]


def current(artifact: Artifact) -> ArtifactVersion:
    """What it says now."""
    said = {name: getattr(artifact, name) for name in ("version", *_SAYS)}
    return ArtifactVersion(**said, created_at=artifact.version_at)


def version(connection: Connection, artifact: Artifact, number: int) -> ArtifactVersion:
    for one in history(connection, artifact):
        if one.version == number:
            return one
    raise NotFound(f"This artifact has no version {number}.")


def check_new(connection: Connection, id_: str) -> None:
    """Raises Conflict for an id that stands for one that is there, whoever has it."""
    if find(connection, id_) is not None:
        raise Conflict("There is an artifact with this id already.", hint="Choose another one.")


def add(
    tx: UnitOfWork, head: ConversationHead, new: dict[str, Any], stamp: Stamp, made_at: int | None = None
) -> Artifact:
    """Adds one to a conversation. `new` has at least id, type, name and content; without `made_at` it is made now."""
    times = dict.fromkeys(("version_at", "created_at", "updated_at"), min(made_at or stamp.time, stamp.time))
    place = {"conversation_id": head.id, "locrit_id": head.locrit_id, "version": 1, "rev": 1}
    tx.write_now(insert(table), place | times | _columns(new))
    return _announce(tx, head, "artifact.created", new["id"], stamp)


def revise(
    tx: UnitOfWork, known: Artifact, becomes: Change, rev: int | None, stamp: Stamp, *, in_trash: bool = False
) -> Artifact:
    """Edits, deletes or restores. Raises Conflict for a stale `rev`, unless it is so already, and NotFound in a
    conversation of the trash, unless `in_trash`."""
    changed = transitions.changed("artifact", known, becomes, rev)
    if changed is None:
        return known
    head = conversation_store.lock_head(tx, known.conversation_id, in_trash=in_trash)
    type_, fields = changed
    if fields.keys() & set(_SAYS):
        keep_version(tx, known.id, current(known))
        fields = fields | {"version": known.version + 1, "version_at": stamp.time}
    return change(tx, head, known, type_, fields, stamp)


def effect(id_: str, do: Callable[[UnitOfWork], Artifact]) -> Effect[Artifact]:
    """Makes the effect of an operation on an artifact that is there; a repeat is told what it is now."""
    return Effect(do, lambda tx, _done: require(tx.connection, id_))


edited = partial(transitions.edited, "artifact")
deleted = partial(transitions.deleted, "artifact")
restored = transitions.restored("artifact")


def forget(tx: UnitOfWork, id_: str, stamp: Stamp) -> Artifact:
    """Destroys what it and its copies in forks ever said."""
    origin = require(tx.connection, id_).copied_from or id_
    for each in tx.query(_COPIES, {"origin": origin}).scalars().all():
        forget_alone(tx, each, stamp)
    return require(tx.connection, id_)


def forget_alone(tx: UnitOfWork, id_: str, stamp: Stamp) -> None:
    """Destroys what it ever said, and not what was copied from or to it."""
    artifact = require(tx.connection, id_)
    if artifact.forgotten_at is not None:
        return
    head = conversation_store.lock_head(tx, artifact.conversation_id, in_trash=True)
    checksums.remove(tx, artifact_versions, artifact_versions.c.artifact_id == id_)
    scrubbing.scrub(tx, head.owner_id, conversation_scope(head.id), "artifact", id_)
    scrubbing.order(tx)
    fields = BLANK | {"deleted_at": artifact.deleted_at or stamp.time, "forgotten_at": stamp.time}
    stub = change(tx, head, artifact, "artifact.forgotten", fields, stamp)
    events.record_for_user(tx, head.owner_id, "artifact.forgotten", id_, stub.rev, Scrubbed(), stamp)


def ids_of_message(tx: UnitOfWork, message_id: str) -> list[str]:
    """Returns those that are not forgotten."""
    return _ids(tx, _OF_MESSAGE, message=message_id)


def ids_beside_messages(tx: UnitOfWork, conversation_id: str) -> list[str]:
    """Returns those of a conversation that came from none of its messages and are not forgotten."""
    return _ids(tx, _BESIDE_MESSAGES, conversation=conversation_id)


def _ids(tx: UnitOfWork, statement: Select[Any], **key: str) -> list[str]:
    return list(tx.query(statement, key).scalars())


def keep_version(tx: UnitOfWork, id_: str, version: ArtifactVersion) -> None:
    tx.insert_later(artifact_versions, {"artifact_id": id_, **version.model_dump()})


def change(
    tx: UnitOfWork, head: ConversationHead, old: Artifact, type_: str, fields: dict[str, Any], stamp: Stamp
) -> Artifact:
    """Stores the revision after `old`, and announces it."""
    values = {"rev": old.rev + 1, "updated_at": stamp.time} | _columns(fields)
    unchanged = update(table).where(table.c.id == old.id, table.c.rev == old.rev)
    if not tx.write_now(unchanged.values(values)).rowcount:
        raise ConcurrentUpdate
    return _announce(tx, head, type_, old.id, stamp)


def _announce(tx: UnitOfWork, head: ConversationHead, type_: str, id_: str, stamp: Stamp) -> Artifact:
    artifact = require(tx.connection, id_)
    head_seq, _ = conversation_store.allocate_seq(tx, head, events=1, messages=0, counted=0, preview=None)
    events.record(tx, conversation_scope(head.id), head_seq, type_, id_, artifact.rev, artifact, stamp)
    return artifact


def _columns(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: json.dumps(value) if name == "metadata" else value for name, value in fields.items()}
