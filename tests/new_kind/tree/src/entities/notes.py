"""A made-up kind of entity."""

from typing import Literal

from src.entities.base import Change, Entity, Scrubbed, Timestamp


class Note(Entity):
    id: str
    title: str
    rev: int
    created_at: Timestamp
    updated_at: Timestamp
    deleted_at: Timestamp | None = None
    forgotten_at: Timestamp | None = None


class NoteChange(Change):
    table = "notes"
    untold = frozenset({"owner_id"})

    type: Literal["note.created", "note.updated"]
    payload: Note | Scrubbed
