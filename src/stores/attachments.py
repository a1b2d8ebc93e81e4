"""Attachments in the database: a row for each upload, and which messages have it. Several may have one file."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from src.entities import Attachment, FilePart, Part, TextPart
from src.errors import Conflict, Forgotten, NotFound
from src.events import user_scope
from src.models import attachments as table
from src.models import conversations, messages
from src.models import message_attachments as links
from src.operations import Stamp
from src.stores import events, file_texts, jobs, scrubbing, search
from src.stores.files import FileStore, IncomingFile
from src.stores.unit_of_work import UnitOfWork, hold

FILE = "forget file"

_BY_ID = select(table).where(table.c.id == bindparam("id"))
_OF_MESSAGE = select(links.c.attachment_id).where(links.c.message_id == bindparam("message"))
_users = links.join(messages, messages.c.id == links.c.message_id).join(
    conversations, conversations.c.id == messages.c.conversation_id
)
_IS_USED = (
    select(links.c.message_id)
    .select_from(_users)
    .where(links.c.attachment_id == table.c.id, conversations.c.owner_id == table.c.owner_id)
    .exists()
)
_IS_THERE = table.c.sha256 != ""
_UNUSED = select(table).where(_IS_THERE, ~_IS_USED)
_KEPT = select(table.c.sha256).where(_IS_THERE).distinct()


def entity(row: Row[Any]) -> Attachment:
    return Attachment.model_validate(row._asdict())


def owned(connection: Connection, owner_id: str, attachment_id: str) -> Attachment:
    """Raises NotFound for one of another person, too, and Forgotten."""
    row = connection.execute(_BY_ID, {"id": attachment_id}).one_or_none()
    if row is not None and row.owner_id == owner_id and row.forgotten_at is not None:
        raise Forgotten("This file was forgotten; it does not come back.")
    if row is None or row.owner_id != owner_id or not row.sha256:
        raise NotFound("There is no such file.", hint="Attach it again.")
    return entity(row)


def find(connection: Connection, owner_id: str, ids: Sequence[str]) -> dict[str, Attachment]:
    """By id, those of them that there are."""
    mine = table.c.id.in_(ids), table.c.owner_id == owner_id, _IS_THERE
    return {row.id: entity(row) for row in connection.execute(select(table).where(*mine))} if ids else {}


def add(
    tx: UnitOfWork, files: FileStore, owner_id: str, new: Attachment, incoming: IncomingFile, text: str, stamp: Stamp
) -> tuple[Attachment, bool]:
    """Puts the file, which says `text`, in its place and says so; returns whether that was done now. Raises Conflict
    when the id stands for another file."""
    row = tx.query(_BY_ID, {"id": new.id}).one_or_none()
    is_gone = row is not None and (row.owner_id, row.sha256, row.forgotten_at) == (owner_id, "", None)
    if row is not None and not is_gone:
        return _same(owned(tx.connection, owner_id, new.id) if row.owner_id == owner_id else None, new), False
    hold(tx, new.sha256)
    if row is None:
        tx.write_now(insert(table).values(owner_id=owner_id, **new.model_dump()))
    else:
        new = new.model_copy(update={"rev": row.rev + 1, "created_at": row.created_at})
        tx.write_now(update(table).where(table.c.id == new.id).values(new.model_dump()))
    type_ = "attachment.created" if row is None else "attachment.updated"
    events.record_for_user(tx, owner_id, type_, new.id, new.rev, new, stamp)
    keep_text(tx, new.id, text)
    files.place(incoming)
    return new, True


def keep_text(tx: UnitOfWork, attachment_id: str, text: str) -> None:
    """What a search looks through of it."""
    for message_id in file_texts.keep(tx, attachment_id, text):
        search.order(tx, message_id)


def _same(known: Attachment | None, new: Attachment) -> Attachment:
    if known is None or (known.sha256, known.name) != (new.sha256, new.name):
        raise Conflict("Another file was uploaded with this id before; nothing was changed.")
    return known


def discard(tx: UnitOfWork, owner_id: str, attachment_id: str, stamp: Stamp) -> Attachment:
    """Raises Conflict when a message has it."""
    attachment = owned(tx.connection, owner_id, attachment_id)
    if not tx.query(_UNUSED.where(table.c.id == attachment_id)).all():
        raise Conflict("A message has this file: it is forgotten with that.")
    return _remove(tx, owner_id, attachment, None, stamp)


def stub(connection: Connection, attachment_id: str) -> Attachment:
    return entity(connection.execute(_BY_ID, {"id": attachment_id}).one())


def body(tx: UnitOfWork, owner_id: str, ids: Iterable[str]) -> list[Part] | None:
    """The parts of a message that these files are given with. Raises NotFound, also for a forgotten one: the words are
    not forgotten with it."""
    try:
        given: list[Part] = [_part(owned(tx.connection, owner_id, id_)) for id_ in dict.fromkeys(ids)]
    except Forgotten as error:
        raise NotFound("A file that this was to be sent with was forgotten.") from error
    return [*given, TextPart()] if given else None


def _part(attachment: Attachment) -> FilePart:
    return FilePart(**attachment.model_dump(include=FilePart.model_fields.keys() - {"type"}))


def link(tx: UnitOfWork, message_id: str, parts: Sequence[Part] | None) -> None:
    """The message has these files from now on, also those that are not there: they may come later."""
    given = [part.id for part in parts or () if isinstance(part, FilePart)]
    if not given:
        return
    known = set(tx.query(_OF_MESSAGE, {"message": message_id}).scalars())
    for id_ in dict.fromkeys(given):
        if id_ not in known:
            tx.insert_later(links, {"message_id": message_id, "attachment_id": id_})


def unlink(tx: UnitOfWork, owner_id: str, message_id: str, stamp: Stamp) -> None:
    """The message is forgotten, and with it the files that no other one has."""
    given = tx.query(_OF_MESSAGE, {"message": message_id}).scalars().all()
    if not given:
        return
    tx.write_now(delete(links).where(links.c.message_id == message_id))
    for row in tx.query(_UNUSED.where(table.c.id.in_(given))).all():
        _remove(tx, owner_id, entity(row), stamp.time, stamp)


def expire(tx: UnitOfWork, before: int, stamp: Stamp) -> int:
    """Removes what was uploaded before that moment and given to no message; returns how many those were."""
    unused = tx.query(_UNUSED.where(table.c.created_at < before).limit(50)).all()
    for row in unused:
        _remove(tx, row.owner_id, entity(row), None, stamp)
    return len(unused)


def _remove(
    tx: UnitOfWork, owner_id: str, attachment: Attachment, forgotten_at: int | None, stamp: Stamp
) -> Attachment:
    """Its file goes by a job: not before this is committed, and only if nobody else has it then."""
    file_texts.forget(tx, attachment.id)
    order_id = jobs.begin(tx, "forget", attachment.id, owner_id, stamp)
    jobs.order(tx, order_id, FILE, attachment.sha256)
    if forgotten_at is None:
        scrubbing.scrub_events(tx, user_scope(owner_id), "attachment", attachment.id)
    else:
        scrubbing.scrub(tx, owner_id, user_scope(owner_id), "attachment", attachment.id)
    scrubbing.order(tx)
    blank = dict.fromkeys(("width", "height", "pages", "text_chars")) | {"name": "", "media_type": "", "sha256": ""}
    values = blank | {"size": 0, "rev": attachment.rev + 1, "updated_at": stamp.time, "forgotten_at": forgotten_at}
    tx.write_now(update(table).where(table.c.id == attachment.id).values(values))
    left = attachment.model_copy(update=values)
    type_ = "attachment.updated" if forgotten_at is None else "attachment.forgotten"
    events.record_for_user(tx, owner_id, type_, left.id, left.rev, left, stamp)
    return left


def forget_file(files: FileStore, tx: UnitOfWork, job: Row[Any], _until: float) -> None:
    """A step of a job."""
    remove_unreferenced(tx, files, [job.entity_id])


def unreferenced(connection: Connection, files: FileStore, *, is_alone: bool) -> list[str]:
    """The hashes of files that no row refers to; unless `is_alone`, of those that nobody can be about to refer to."""
    found = sorted(files.names() - set(connection.execute(_KEPT).scalars()))
    return [sha256 for sha256 in found if is_alone or files.is_settled(sha256)]


def remove_unreferenced(tx: UnitOfWork, files: FileStore, hashes: Sequence[str]) -> None:
    """Of these files, those that no row refers to now."""
    for sha256 in hashes:
        hold(tx, sha256)
    files.remove(*set(hashes).difference(tx.query(_KEPT.where(table.c.sha256.in_(hashes))).scalars()))
