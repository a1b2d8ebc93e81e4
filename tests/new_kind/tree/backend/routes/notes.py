"""A made-up operation."""

from pydantic import BaseModel
from src.entities.notes import Note

from backend.protocol.fields import Id, Title
from backend.routing import endpoint
from src.application import Application
from src.operations import Caller, Stamp
from src.stores import notes


class SaveNote(BaseModel):
    id: Id
    title: Title
    op_id: Id


class NoteRoutes:
    noun = "notes"

    def __init__(self, application: Application) -> None:
        self._db = application.database

    @endpoint("POST", "/api/v2/notes", Note, body=SaveNote)
    async def save_note(self, caller: Caller, body: SaveNote) -> Note:
        """Keep a note."""
        stamp = Stamp.now(body.op_id)
        return await self._db.write(lambda tx: notes.add(tx, caller.user_id, body.id, body.title, stamp))
