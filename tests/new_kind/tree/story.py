"""What the tree with notes does: one is saved, told, read from the log, verified, and described."""

import asyncio
import json
import sys

from sqlalchemy import update
from src.entities.notes import NoteChange

from backend import auth, openapi
from src.events import Event
from src.operations import Stamp
from src.services.history import HistoryService
from src.services.locrits import LocritService
from src.stores import events, notes
from src.stores.database import Database


async def tell(url: str) -> dict[str, object]:
    announced: list[Event] = []
    me = auth.person("script")
    async with Database.open(url, announced.append) as database:
        await LocritService(database).ensure_defaults(me)
        note = await database.write(lambda tx: notes.add(tx, me.user_id, "n", "made up", Stamp("op", 1)))
        logged, *_ = await database.read(
            lambda connection: events.since(connection, me.user_id, f"user:{me.user_id}", 0, 100)
        )
        sound = await HistoryService(database).verify(me)
        await database.write(lambda tx: tx.write_now(update(notes.notes).values(title="another")))
        unsound = await HistoryService(database).verify(me)
    told = [event for event in announced if isinstance(event, NoteChange)]
    assert [change.payload for change in told] == [note]
    problems = [problem for check in unsound.checks for problem in check.problems]
    return {"sent": told[0].wire(), "logged": logged[-1].wire(), "sound": sound.ok, "problems": problems}


print(json.dumps({"story": asyncio.run(tell(sys.argv[1])), "document": openapi.document()}))
