"""Where notes are kept."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text, insert
from src.entities.notes import Note

from src.models import metadata
from src.operations import Stamp
from src.stores import events
from src.stores.unit_of_work import UnitOfWork

notes = Table(
    "notes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("owner_id", Text, ForeignKey("users.id"), nullable=False),
    Column("title", Text, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("deleted_at", BigInteger),
    Column("forgotten_at", BigInteger),
)


def add(tx: UnitOfWork, owner_id: str, note_id: str, title: str, stamp: Stamp) -> Note:
    note = Note(id=note_id, title=title, rev=1, created_at=stamp.time, updated_at=stamp.time)
    tx.write_now(insert(notes).values(owner_id=owner_id, **note.model_dump()))
    events.record_for_user(tx, owner_id, "note.created", note.id, note.rev, note, stamp)
    return note
