"""What a browser uploads again to a server that was rolled back to an older copy of its data: Locrits, and the
conversations around the messages that `merging` takes. Where both have something, the newer revision counts."""

from collections.abc import Sequence
from typing import Any

from src.entities import ClientConversation, ClientLocrit, ClientMessage, ClientRows, Locrit, MergeResult
from src.ids import new_id
from src.operations import Stamp
from src.stores import conversations, last_said, reupload_rows, steps, trash
from src.stores import locrits as locrit_store
from src.stores.merging import merge
from src.stores.unit_of_work import UnitOfWork

MARKS = ("title", "starred", "pinned", "archived", "tags", "think", "metadata")


def accept_locrit(tx: UnitOfWork, owner_id: str, theirs: ClientLocrit, stamp: Stamp) -> None:
    """Its name goes to the one that has it here already. One that was forgotten, here or there, is left so."""
    ours = locrit_store.find_own(tx.connection, owner_id, theirs.id)
    fields = theirs.fields | {"rev": theirs.rev}
    if fields.get("forgotten_at") is not None:
        _forget_locrit(tx, owner_id, theirs.id, ours, fields, stamp)
        return
    if ours is not None and ours.forgotten_at is not None:
        return
    holder = locrit_store.find(tx.connection, owner_id, fields["name"])
    is_free = holder is None or holder.id == theirs.id
    if ours is None and is_free:
        locrit_store.insert_(tx, theirs.id, owner_id, fields.pop("name"), fields, stamp)
    elif ours is not None and theirs.rev > ours.rev and (is_free or fields.get("deleted_at")):
        locrit_store.change(tx, owner_id, ours, "locrit.updated", fields, stamp)


def _forget_locrit(
    tx: UnitOfWork, owner_id: str, id_: str, ours: Locrit | None, fields: dict[str, Any], stamp: Stamp
) -> None:
    """A stub is made of one that is missing: another browser may bring it yet."""
    if ours is not None:
        steps.forget_locrit(tx, id_, stamp)
    else:
        left = {name: fields[name] for name in ("rev", "created_at", "updated_at", "forgotten_at") if name in fields}
        locrit_store.insert_(tx, id_, owner_id, "", {"deleted_at": stamp.time} | left, stamp)


def accept_conversation(
    tx: UnitOfWork, owner_id: str, id_: str, theirs: ClientConversation, said: Sequence[ClientMessage], stamp: Stamp
) -> MergeResult:
    """The conversation with what was said in it, made when it is missing. A forgotten one takes nothing."""
    is_new = conversations.find_own(tx.connection, owner_id, id_) is None
    if is_new:
        _make(tx, owner_id, id_, theirs, stamp)
    conversations.lock_head(tx, id_, in_trash=True)
    ours = conversations.require(tx.connection, id_)
    if ours.forgotten_at is not None:
        return MergeResult(forgotten=[one.message_id for one in said])
    told_at = theirs.fields.get("updated_at")
    moment = max(told_at, ours.updated_at) if told_at else stamp.time  # what is uploaded again did not happen now
    merged = merge(tx, id_, said, Stamp(stamp.op_id, moment), in_trash=True, since=moment if told_at else None)
    if is_new or theirs.rev > ours.rev:
        _mark(tx, id_, theirs, stamp)
    if told_at and conversations.require(tx.connection, id_).updated_at < moment:
        last_said.set_(tx, id_, moment, stamp)
    return merged


def accept_rows(tx: UnitOfWork, conversation_id: str, theirs: ClientRows, stamp: Stamp) -> None:
    """What was called and made in a conversation that has its messages. It did not happen now."""
    ours = conversations.require(tx.connection, conversation_id)
    if ours.forgotten_at is not None:
        return
    stamp = Stamp(stamp.op_id, ours.updated_at)
    for result in theirs.tool_results:
        reupload_rows.accept_tool_result(tx, conversation_id, result, stamp)
    for artifact in theirs.artifacts:
        reupload_rows.accept_artifact(tx, conversation_id, artifact, stamp)


def _make(tx: UnitOfWork, owner_id: str, id_: str, theirs: ClientConversation, stamp: Stamp) -> None:
    """With a Locrit that is missing, too, the name is all that is known here."""
    known = theirs.locrit_id and locrit_store.find_own(tx.connection, owner_id, theirs.locrit_id)
    locrit = known or locrit_store.find_named(tx.connection, owner_id, theirs.locrit_name)
    if locrit is None:
        locrit = locrit_store.insert_(tx, theirs.locrit_id or new_id(), owner_id, theirs.locrit_name, {}, stamp)
    row = {"session_id": id_} | theirs.fields | {"rev": max(theirs.rev, 1), "deleted_at": None}
    row |= {"id": id_, "locrit_id": locrit.id, "owner_id": owner_id}
    is_forgotten = locrit.forgotten_at is not None  # with all that was said with it
    if is_forgotten:
        row |= {"title": "", "tags": [], "metadata": {}, "deleted_at": stamp.time, "forgotten_at": stamp.time}
    conversations.create(tx, row, stamp, in_trash=True)
    locrit_store.uncount_conversations(tx, locrit.id, int(is_forgotten))


def _mark(tx: UnitOfWork, id_: str, theirs: ClientConversation, stamp: Stamp) -> None:
    head = conversations.lock_head(tx, id_, in_trash=True)
    ours = conversations.require(tx.connection, id_)
    marks = {name: value for name, value in theirs.fields.items() if name in MARKS and value != getattr(ours, name)}
    if marks:
        conversations.change(tx, head, marks | {"rev": max(ours.rev + 1, theirs.rev)}, stamp)
    deleted_at = theirs.fields.get("deleted_at")
    if (deleted_at is None) != (ours.deleted_at is None):
        trash.set_deleted(tx, head, deleted_at, stamp)
