"""What the tree with notes and moods does: one is saved, told, read from the log, verified, and described."""

import asyncio
import json
import sys

from sqlalchemy import update
from src.entities.notes import NoteChange

from backend import auth, openapi
from src.entities import GenerationResult, OpenConversation, SendMessage
from src.events import Event
from src.operations import Caller, Stamp
from src.services.generation_repository import GenerationRepository
from src.services.history import HistoryService
from src.services.locrits import LocritService
from src.services.memory import MemoryService
from src.services.turns import Turns
from src.stores import events, notes
from src.stores.database import Database


async def mooded(database: Database, me: Caller) -> list[dict[str, object]]:
    """The parts of a reply that was killed while it was written, edited since."""
    memory, replies = MemoryService(database), GenerationRepository(database)
    opening = OpenConversation("me", "Bob Technique", None, "one")
    turn = await Turns(database).send(me, SendMessage("How are you?", "ask", opening=opening))
    await replies.append_chunk(turn.generation_id, 1, "glad", "mood")
    await replies.append_chunk(turn.generation_id, 2, "Fine.")
    await replies.finish_reply(turn.generation_id, GenerationResult("interrupted"))
    reply = await memory.edit_message(me, turn.reply.message_id, "Well.")
    return [part.wire() for part in reply.parts or ()]


async def tell(url: str) -> dict[str, object]:
    announced: list[Event] = []
    me = auth.person("script")
    async with Database.open(url, announced.append) as database:
        await LocritService(database).ensure_defaults(me)
        note = await database.write(lambda tx: notes.add(tx, me.user_id, "n", "made up", Stamp("op", 1)))
        logged, *_ = await database.read(
            lambda connection: events.since(connection, me.user_id, f"user:{me.user_id}", 0, 100)
        )
        parts = await mooded(database, me)
        sound = await HistoryService(database).verify(me)
        await database.write(lambda tx: tx.write_now(update(notes.notes).values(title="another")))
        unsound = await HistoryService(database).verify(me)
    told = [event for event in announced if isinstance(event, NoteChange)]
    assert [change.payload for change in told] == [note]
    problems = [problem for check in unsound.checks for problem in check.problems]
    return {
        "sent": told[0].wire(),
        "logged": logged[-1].wire(),
        "sound": sound.ok,
        "problems": problems,
        "parts": parts,
    }


print(json.dumps({"story": asyncio.run(tell(sys.argv[1])), "document": openapi.document()}))
