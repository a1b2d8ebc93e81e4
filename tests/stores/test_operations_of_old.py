"""What a version before has done is known as done, though the identity of an operation has grown since."""

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from src.entities import OpenConversation, SendMessage
from src.errors import Conflict
from src.ids import request_hash
from src.models import events, generations, messages, ops
from tests.store import LOCRIT, opened


def test_what_version_0_1_has_done_is_known_as_done(tmp_path: Path) -> None:
    """Its hashes left out where a question was asked, whose conversation was opened, what came with a message."""
    url = f"sqlite:///{tmp_path / 'locrit.db'}"
    opening = OpenConversation("local", LOCRIT, "c1", "s1", "a title")
    question = SendMessage("why", "asked", "q1", conversation_id="c1", parent_id="m1")

    async def say() -> list[int]:
        async with opened(url) as store:
            await store.memory.open_conversation(
                LOCRIT, conversation_id="c1", session_id="s1", title="a title", op_id="opened"
            )
            await store.memory.save_message("c1", "user", "hi", message_id="m1", metadata={"a": 1}, op_id="saved")
            await store.turns.send(question)
            await store.memory.open_conversation(LOCRIT, conversation_id="c2")
            with pytest.raises(Conflict):
                await store.turns.send(replace(question, conversation_id="c2"))
            return [len(await store.rows(table)) for table in (events, messages, generations, ops)]

    said = asyncio.run(say())
    before = {
        "opened": request_hash("open", opening.earlier_request),
        "saved": request_hash("save", {"in": "c1", "id": "m1", "role": "user", "content": "hi"}),
        "asked": request_hash("turn", question.earlier_request),
    }
    with sqlite3.connect(tmp_path / "locrit.db") as database:
        for op_id, hash_ in before.items():
            database.execute("UPDATE ops SET request_hash = ? WHERE op_id = ?", (hash_, op_id))
    database.close()
    assert asyncio.run(say()) == said
