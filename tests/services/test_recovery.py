"""What a stop, a crash and a first start leave behind."""

import asyncio
import threading
from pathlib import Path

from src.entities import OpenConversation, SendMessage
from src.services.generation_repository import GenerationRepository
from src.services.turns import Turns
from src.stores.database import Database
from tests.callers import ME
from tests.fakes.ollama import FakeOllama, Hold
from tests.faults.audit import audit
from tests.talk import LOCRIT, talking


def _url(data_dir: Path) -> str:
    return f"sqlite:///{data_dir / 'locrit.db'}"


def test_a_reply_that_a_dead_process_left_is_interrupted_and_keeps_what_was_logged(
    tmp_path: Path, ollama: FakeOllama
) -> None:
    async def dies() -> None:
        async with talking(tmp_path, ollama):
            pass
        async with Database.open(_url(tmp_path), lambda _event: None) as database:
            replies = GenerationRepository(database)
            question = SendMessage("Why?", "op", "m", OpenConversation("local", LOCRIT, None, "one"))
            turn = await Turns(database).send(ME, question)
            await replies.append_chunk(turn.generation_id, 1, "Because ")
            await replies.fold_reply(turn.generation_id, turn.reply.message_id, 1, "Because ")
            await replies.append_chunk(turn.generation_id, 3, "it is")

    async def starts_again() -> None:
        async with talking(tmp_path, ollama) as talk:
            turn = await talk.ask("Why?", message_id="m")
            assert turn.repeated
            assert (turn.reply.status, turn.reply.content) == ("interrupted", "Because it is")
            assert turn.reply.error is not None
            assert turn.reply.error.code == "interrupted"
            [update] = [event for event in talk.changes("conversation:") if event.type == "message.updated"]
            assert update.payload.wire()["content"] == "Because it is", "those who listen are told"
            retried = await talk.chat.retry(turn.reply.message_id)
            assert (await talk.answer(retried)).parent_id == "m"

    asyncio.run(dies())
    audit(_url(tmp_path), running=True)
    asyncio.run(starts_again())
    assert audit(_url(tmp_path)) == {"interrupted": 1, "complete": 1}


def test_stopping_the_server_interrupts_running_replies_and_saves_them(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            ollama.enqueue(["Some text", Hold(threading.Event())])
            turn = await talk.ask("Why?")
            await talk.ask("And this, that waits?")
            await talk.shown(9)
        async with talking(tmp_path, ollama) as talk:
            assert talk.changes("conversation:") == [], "there was nothing left to recover"
            [_, reply, _, waited] = await talk.history(turn)
            assert (reply.status, reply.content) == ("interrupted", "Some text")
            assert (waited.status, waited.content) == ("interrupted", "")

    asyncio.run(scenario())
    audit(_url(tmp_path))


def test_three_locrits_are_there_after_the_first_start_and_only_then(tmp_path: Path, ollama: FakeOllama) -> None:
    names = ["Bob Technique", "Pixie Assistant", "Marie Recherche"]

    async def start(delete: str | None = None) -> list[str]:
        async with talking(tmp_path, ollama) as talk:
            found = [locrit.name for locrit in await talk.locrits.list()]
            if delete:
                await talk.locrits.delete(delete)
            return found

    assert asyncio.run(start(delete="Pixie Assistant")) == names
    assert asyncio.run(start()) == ["Bob Technique", "Marie Recherche"]
