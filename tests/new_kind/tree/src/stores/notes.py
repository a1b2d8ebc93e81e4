"""Where notes are kept."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, Table, Text, insert
from src.entities.notes import Note

from src.models import metadata
from src.stores import events
from src.stores.writer import Transaction

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


def add(tx: Transaction, owner_id: str, note_id: str, title: str, op_id: str, now: int) -> Note:
    note = Note(id=note_id, title=title, rev=1, created_at=now, updated_at=now)
    tx.change(insert(notes).values(owner_id=owner_id, **note.model_dump()))
    events.record_for_user(tx, owner_id, "note.created", note.id, note.rev, note, op_id, now)
    return note
