"""Whatever the model does: the question stays saved, the reply says why it failed, and trying again works."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from src.entities import Message, OpenConversation, SendMessage, Turn
from src.errors import StoreUnavailable
from src.services.generation_runner import GenerationRunner
from src.services.hearing import hear
from src.services.llm.protocol import Delta, ModelUsage
from src.services.saved_reply import GIVEN_UP, SAVED_AFTER_ALL
from src.stores.unit_of_work import UnitOfWork
from tests.callers import ME
from tests.eventually import HANGS_AFTER_S, eventually
from tests.fakes.ollama import Cut, Error, FakeOllama, Garbage, Hold, Item, Silence, Status, Stop
from tests.store import writer_held
from tests.talk import LOCRIT, Talk, opening, talking, with_model

Script = list[Item]
SILENT_S = 2.0
"""Longer than a busy machine makes a model wait that speaks."""
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
    turn = await talk.chat.retry(failed.message_id)
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
        patience_s = SILENT_S if code == "model_timeout" else HANGS_AFTER_S
        async with talking(tmp_path, ollama, model_load_timeout=patience_s, model_timeout=patience_s) as talk:
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
    await talk.locrits.edit(LOCRIT, {"model": "mistral:7b"})
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
    piece = "x" * 50_000  # more than there is room for in pages that are there already
    talk.fake.enqueue(["Before. ", Hold(go_on), *[piece] * 10])
    turn = await talk.ask("Why?")
    await talk.shown(8)
    await _limit_pages(talk, 1)
    go_on.set()
    await asyncio.sleep(0.5)
    assert (await talk.chat.state(turn.generation_id)).content == "Before. ", "no more is told than is saved"
    assert len(talk.chunks()) == 1
    stopping = asyncio.create_task(talk.chat.stop(turn.generation_id))
    await asyncio.sleep(0.5)
    assert not stopping.done(), "its end is not saved, so it has not ended"
    await _limit_pages(talk, 2**31 - 1)
    reply = await talk.answer(turn)
    assert reply.status in ("failed", "stopped")
    assert reply.content.startswith(f"Before. {piece}"), "all that was heard until then"
    assert (await stopping).content == reply.content


@with_model
async def test_a_conversation_deleted_during_a_reply_stops_it_and_keeps_what_was_shown_in_the_trash(talk: Talk) -> None:
    talk.fake.enqueue(["A", Hold(threading.Event()), "B"])
    turn = await talk.ask("Why?")
    await talk.shown(1)
    await talk.memory.delete_conversation(turn.message.conversation_id)
    reply = await talk.answer(turn)
    assert (reply.status, reply.content) == ("stopped", "A")
    await eventually(lambda: talk.fake.disconnects == 1)
    assert (await talk.memory.statistics(LOCRIT)).total_messages == 0
    await talk.memory.edit_conversation(turn.message.conversation_id, {"deleted": False})
    assert (await talk.memory.statistics(LOCRIT)).total_messages == 2


DELETIONS: dict[str, Callable[[Talk, Turn], Coroutine[Any, Any, object]]] = {
    "the conversation": lambda talk, turn: talk.memory.delete_conversation(turn.message.conversation_id),
    "the memory of its Locrit": lambda talk, _: talk.memory.clear(LOCRIT),
    "its Locrit": lambda talk, _: talk.locrits.delete(LOCRIT),
}


@pytest.mark.parametrize("delete", DELETIONS.values(), ids=DELETIONS)
def test_nothing_that_is_deleted_keeps_a_model_busy(
    tmp_path: Path, ollama: FakeOllama, delete: Callable[[Talk, Turn], Coroutine[Any, Any, object]]
) -> None:
    """Neither the running reply, nor one that waits for its turn, nor one that begins in the same moment."""

    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            ollama.enqueue(["A", Hold(threading.Event())])
            elsewhere = await talk.ask("Hello?", opening=opening("two", "Pixie Assistant"))
            await talk.shown(1)
            ollama.enqueue(["A", Hold(threading.Event())])
            running = await talk.ask("Why?")
            await talk.shown(2)
            waiting = await talk.ask("And?")
            async with writer_held(talk.app.database):
                beginning = asyncio.create_task(talk.ask("So?"))
                await asyncio.sleep(0.05)
                deleting = asyncio.create_task(delete(talk, running))
            await deleting
            endings = [await talk.answer(turn) for turn in (running, waiting, await beginning)]
            assert [(reply.status, reply.content) for reply in endings][:2] == [("stopped", "A"), ("stopped", "")]
            assert endings[2].status in ("stopped", "failed")
            await eventually(lambda: ollama.disconnects == 1)
            assert len(ollama.requests) == 2, "the others were never asked for"
            assert (await talk.chat.state(elsewhere.generation_id)).status == "streaming"

    asyncio.run(scenario())


@with_model
async def test_a_locrit_switched_off_or_renamed_during_a_reply_finishes_it(talk: Talk) -> None:
    edits: list[dict[str, Any]] = [{"name": "Rob"}, {"active": False, "name": LOCRIT}]
    for number, changes in enumerate(edits, start=1):
        go_on = threading.Event()
        talk.fake.enqueue(["A", Hold(go_on), "B"])
        name = LOCRIT if number == 1 else "Rob"
        turn = await talk.ask("Why?", opening=opening(locrit=name))
        await talk.shown(2 * number - 1)
        await talk.locrits.edit(name, changes)
        go_on.set()
        assert (await talk.answer(turn)).content == "AB"


@with_model
async def test_a_reply_gives_up_a_database_that_stays_full_and_says_what_is_true(talk: Talk) -> None:
    question = SendMessage("Why?", "ask", opening=OpenConversation("local", LOCRIT, None, "one"))
    turn = await talk.turns.send(question)
    generation = GenerationRunner(turn, ME.user_id, talk.replies, keep_trying_s=0.3)

    async def deltas() -> AsyncGenerator[Delta, None]:
        yield Delta("Saved. ")
        await eventually(lambda: bool(talk.saved()))
        await _limit_pages(talk, 1)
        for _ in range(50):
            yield Delta("x" * 1000)

    generation.start(lambda: hear(generation, deltas), talk.app.bus)
    await asyncio.sleep(1)
    assert [chunk.content for chunk in talk.chunks()] == ["Saved. "], "what cannot be saved is not shown"
    await _limit_pages(talk, 2**31 - 1)
    reply = await generation.ended
    assert reply.error is not None
    assert (reply.status, reply.error.code) == ("failed", "store_unavailable")
    assert (reply.error.message, reply.error.hint) == (GIVEN_UP, SAVED_AFTER_ALL)
    assert reply.content == "Saved. " + "x" * 1000, "the end says what waited"


@with_model
async def test_a_question_that_the_database_keeps_from_being_asked_is_asked_later(talk: Talk) -> None:
    question = SendMessage("Why?", "ask", opening=OpenConversation("local", LOCRIT, None, "one"))
    turn = await talk.turns.send(question)
    refusals = [StoreUnavailable("The database cannot be read now."), StoreUnavailable("Another program holds it.")]

    async def deltas() -> AsyncGenerator[Delta, None]:
        if refusals:
            raise refusals.pop()
        yield Delta("Because.")

    generation = GenerationRunner(turn, ME.user_id, talk.replies)
    generation.start(lambda: hear(generation, deltas), talk.app.bus)
    reply = await generation.ended
    assert (reply.status, reply.content) == ("complete", "Because.")


UNSTORABLE: dict[str, Delta] = {
    "a count": Delta("", ModelUsage(completion_tokens=2**70)),
    "a time": Delta("", ModelUsage(completion_tokens=1, completion_ms=1e-320)),
    "no number": Delta("", ModelUsage(completion_tokens=1, completion_ms=float("nan"))),
    "a reason": Delta("", ModelUsage(), done_reason="half \ud83d, none \x00"),
}


@pytest.mark.parametrize("end", UNSTORABLE.values(), ids=UNSTORABLE)
def test_an_end_that_cannot_be_stored_as_it_is_does_not_leave_the_reply_running(
    tmp_path: Path, ollama: FakeOllama, end: Delta
) -> None:
    """Should a model's border let it through."""

    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            question = SendMessage("Why?", "ask", opening=OpenConversation("local", LOCRIT, None, "one"))
            turn = await talk.turns.send(question)

            async def deltas() -> AsyncGenerator[Delta, None]:
                yield Delta("Because.")
                yield end

            generation = GenerationRunner(turn, ME.user_id, talk.replies)
            generation.start(lambda: hear(generation, deltas), talk.app.bus)
            async with asyncio.timeout(HANGS_AFTER_S):
                reply = await generation.ended
            assert reply.status in ("complete", "interrupted", "failed")
            assert reply.content == "Because."
            assert (await talk.memory.message(reply.message_id)).status == reply.status

    asyncio.run(scenario())


@with_model
async def test_what_a_model_says_of_its_failure_is_stored_as_text(talk: Talk) -> None:
    for said in ("half \ud83d", "none \x00", "\ud83d\ude00 \udc00"):
        scripts: list[Script] = [[Status(500, said)], ["A", Error(said)]]
        for script in scripts:
            talk.fake.enqueue(script)
            reply = await talk.said("Why?")
            assert reply.error is not None
            assert (reply.status, reply.error.code) == ("failed", "model_error")
            assert "\x00" not in reply.error.message


@with_model
async def test_a_model_whose_name_cannot_be_stored_fails_the_reply(talk: Talk) -> None:
    talk.fake.models = ["half \ud83d"]
    reply = await talk.said("Why?")
    assert reply.status == "failed"


async def _limit_pages(talk: Talk, pages: int) -> None:
    def limit(tx: UnitOfWork) -> None:
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").all()

    await talk.app.database.write(limit)
