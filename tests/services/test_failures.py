"""Whatever the model does: the question stays saved, the reply says why it failed, and trying again works."""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from src.entities import Message
from src.stores.writer import Transaction
from tests.fakes.ollama import Cut, Error, FakeOllama, Garbage, Hold, Item, Silence, Status, Stop
from tests.talk import LOCRIT, Talk, talking, with_model

Script = list[Item]
STREAMS: list[tuple[str, Script, str, str]] = [
    # what happens, what the model sends, the code of the failure, what is kept
    ("cut at once", [Cut()], "model_unreachable", ""),
    ("cut mid-stream", ["Half a ", "reply", Cut()], "model_cut", "Half a reply"),
    ("ended without its last part", ["Half a ", "reply", Stop()], "model_cut", "Half a reply"),
    ("garbage", ["Half", Garbage(), " a reply"], "model_cut", "Half"),
    ("an error line", ["Half", Error("the GPU is on fire")], "model_error", "Half"),
    ("refused", [Status(500, "the GPU is on fire")], "model_error", ""),
    ("silence before the first token", [Silence()], "model_timeout", ""),
    ("silence mid-stream", ["Half", Silence()], "model_timeout", "Half"),
]


async def _assert_retry_works(talk: Talk, question: str, failed: Message) -> None:
    talk.fake.enqueue(["A whole reply"])
    turn = await talk.app.chat.retry(failed.message_id)
    reply = await talk.answer(turn)
    assert (reply.status, reply.content, reply.parent_id) == ("complete", "A whole reply", failed.parent_id)
    history = await talk.history(turn)
    assert [message.role for message in history] == ["user", "assistant", "assistant"]
    assert history[0].content == question
    assert talk.prompt()[1:] == [("user", question)], "nothing of the failed reply is shown to the model"


@pytest.mark.parametrize(("script", "code", "kept"), [case[1:] for case in STREAMS], ids=[case[0] for case in STREAMS])
def test_a_broken_stream_keeps_what_arrived_and_can_be_retried(
    tmp_path: Path, ollama: FakeOllama, script: Script, code: str, kept: str
) -> None:
    async def scenario() -> None:
        async with talking(tmp_path, ollama, model_load_timeout=0.4, model_timeout=0.4) as talk:
            ollama.enqueue(script)
            reply = await talk.said("Why?")
            assert (reply.status, reply.content) == ("failed", kept)
            assert reply.error is not None
            assert reply.error.code == code
            assert reply.error.message.endswith(".")
            assert "etry" in reply.error.hint
            await _assert_retry_works(talk, "Why?", reply)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("break_", "repair", "code"),
    [
        (FakeOllama.stop, FakeOllama.start, "model_unreachable"),
        (lambda fake: fake.models.clear(), lambda fake: fake.models.append("llama3.2:1b"), "model_missing"),
    ],
    ids=["Ollama down", "no model installed"],
)
def test_without_a_model_the_question_is_saved_and_answered_once_there_is_one(
    tmp_path: Path,
    ollama: FakeOllama,
    break_: Callable[[FakeOllama], None],
    repair: Callable[[FakeOllama], None],
    code: str,
) -> None:
    async def scenario() -> None:
        break_(ollama)
        async with talking(tmp_path, ollama) as talk:
            reply = await talk.said("Why?")
            assert (reply.status, reply.error and reply.error.code) == ("failed", code)
            repair(ollama)
            await _assert_retry_works(talk, "Why?", reply)

    asyncio.run(scenario())


@with_model
async def test_a_locrit_whose_model_is_not_installed_says_which(talk: Talk) -> None:
    await talk.app.locrits.edit(LOCRIT, {"model": "mistral:7b"})
    reply = await talk.said("Why?")
    assert reply.error is not None
    assert (reply.error.code, "mistral:7b" in reply.error.message) == ("model_missing", True)


@with_model
async def test_half_a_character_from_the_model_does_not_break_the_reply(talk: Talk) -> None:
    talk.fake.enqueue(["a\x00b", "\ud83d", "c"])
    reply = await talk.said("Why?")
    assert (reply.status, reply.content) == ("complete", "ab\ufffdc")


@with_model
async def test_a_disk_that_fills_up_during_a_reply_delays_its_end_and_loses_nothing(talk: Talk) -> None:
    go_on = threading.Event()
    talk.fake.enqueue(["Before. ", Hold(go_on), *["x" * 1000] * 50])
    turn = await talk.ask("Why?")
    await talk.shown(8)
    await _limit_pages(talk, 1)
    go_on.set()
    await talk.shown(1008)
    stopping = asyncio.create_task(talk.app.chat.stop(turn.generation_id))
    await asyncio.sleep(0.5)
    assert not stopping.done(), "its end is not saved, so it has not ended"
    await _limit_pages(talk, 2**31 - 1)
    reply = await talk.answer(turn)
    assert reply.status in ("failed", "stopped")
    assert reply.content == "".join(chunk.content for chunk in talk.chunks()), "all that was shown"
    assert (await stopping).content == reply.content


@with_model
async def test_a_conversation_deleted_during_a_reply_keeps_it_in_the_trash(talk: Talk) -> None:
    go_on = threading.Event()
    talk.fake.enqueue(["A", Hold(go_on), "B"])
    turn = await talk.ask("Why?")
    await talk.shown(1)
    await talk.app.memory.delete_conversation(turn.message.conversation_id)
    go_on.set()
    assert (await talk.answer(turn)).content == "AB"
    assert (await talk.app.memory.statistics(LOCRIT)).total_messages == 0
    await talk.app.memory.edit_conversation(turn.message.conversation_id, {"deleted": False})
    assert (await talk.app.memory.statistics(LOCRIT)).total_messages == 2


@with_model
async def test_a_locrit_deleted_or_renamed_during_a_reply_finishes_it(talk: Talk) -> None:
    for change in (talk.app.locrits.delete(LOCRIT), talk.app.locrits.edit("Pixie Assistant", {"name": "Pix"})):
        go_on = threading.Event()
        talk.fake.enqueue(["A", Hold(go_on), "B"])
        name = LOCRIT if not talk.chunks() else "Pixie Assistant"
        turn = await talk.app.chat.send(message="Why?", locrit_name=name, session_id="one")
        await talk.shown(len(talk.chunks()) + 1)
        await change
        go_on.set()
        assert (await talk.answer(turn)).content == "AB"


async def _limit_pages(talk: Talk, pages: int) -> None:
    def limit(tx: Transaction) -> None:
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").all()

    await talk.app.database.write(limit)
