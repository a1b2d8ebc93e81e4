"""The search index gives way to who saves, and misses nothing of it."""

import asyncio
from pathlib import Path

from src.application import Application
from src.config import Settings
from src.entities import Filters
from tests.bench.places import NO_OLLAMA
from tests.callers import OnePersons
from tests.eventually import HANGS_AFTER_S
from tests.store import LOCRIT

MESSAGES = 400


def test_what_is_saved_while_it_gives_way_is_found(tmp_path: Path) -> None:
    async def scenario() -> None:
        app = OnePersons(Application(Settings(data_dir=tmp_path, llm="ollama", OLLAMA_HOST=NO_OLLAMA)))
        await app.start()
        conversation, _ = await app.memory.open_conversation(LOCRIT)
        for number in range(MESSAGES):
            await app.memory.save_message(conversation.conversation_id, "user", f"Number {number}, at last.")

        async with asyncio.timeout(HANGS_AFTER_S):
            while len((await app.memory.search("last", Filters(), MESSAGES)).hits) < MESSAGES:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.05)
        await app.close()

    asyncio.run(scenario())
