"""Each call of a model is a row: which one, how, how long it took, how it ended; it is forgotten with its message."""

import asyncio
import threading
from pathlib import Path

import pytest

from src.entities import GenerationResult, Interaction, SendMessage
from src.errors import NotFound
from src.services.interactions import InteractionService
from tests.callers import ME, SOMEONE
from tests.eventually import eventually
from tests.fakes.ollama import Cut, FakeOllama, Hold, Status
from tests.faults.audit import audit
from tests.faults.rich import call_of
from tests.store import Store, on_each_database
from tests.talk import Talk, talking, with_model


async def calls_in(talk: Talk, conversation_id: str, least: int = 1) -> list[Interaction]:
    """The newest first."""
    while True:
        found, _ = await talk.app.interactions.of_conversation(ME, conversation_id)
        if len(found) >= least:  # beside the end of the reply
            return found
        await asyncio.sleep(0.01)


@with_model
async def test_a_call_says_whom_how_and_how_long(talk: Talk) -> None:
    locrit = await talk.locrits.get("Bob Technique")
    await talk.locrits.edit(locrit.name, {"options": {"temperature": 0.5, "nonsense": 1}, "think": "off"})
    turn = await talk.ask("Why is the sea salt?")
    reply = await talk.answer(turn)
    [call] = await calls_in(talk, reply.conversation_id)
    assert (call.message_id, call.generation_id, call.round) == (reply.message_id, turn.generation_id, 1)
    assert (call.model, call.host, call.options, call.think) == ("llama3.2:1b", "", {"temperature": 0.5}, "off")
    assert (call.status, call.done_reason, call.error) == ("complete", "stop", None)
    assert reply.usage is not None
    assert call.prompt_tokens == reply.usage.prompt_tokens
    assert call.completion_tokens == reply.usage.completion_tokens > 0
    assert 0 < call.first_token_ms <= call.total_ms
    assert call.tokens_per_second == reply.usage.tokens_per_second
    assert (call.load_ms, call.prompt_ms) == (1.0, 2.0)
    with pytest.raises(NotFound):
        await talk.app.interactions.of_conversation(SOMEONE, reply.conversation_id)


@with_model
async def test_calls_that_fail_are_cut_or_are_stopped_are_told_too(talk: Talk) -> None:
    talk.fake.enqueue([Status(500, "out of memory")])
    talk.fake.enqueue(["It was", Cut()])
    first = await talk.said("one")
    conversation_id = first.conversation_id
    await talk.said("two", conversation_id=conversation_id)
    talk.fake.enqueue(["It is", Hold(threading.Event())])
    third = await talk.ask("three", conversation_id=conversation_id)
    await talk.shown(len("It wasIt is"))
    await talk.chat.stop(third.generation_id)
    await talk.locrits.edit("Bob Technique", {"model": "gone:1b"})
    await talk.said("four", conversation_id=conversation_id)
    told = [(call.status, call.error.code if call.error else None) for call in await calls_in(talk, conversation_id, 4)]
    assert told == [("failed", "model_missing"), ("stopped", None), ("failed", "model_cut"), ("failed", "model_error")]


@with_model
async def test_a_prompt_that_does_not_fit_is_asked_again_and_each_round_is_told(talk: Talk) -> None:
    conversation_id = (await talk.said("long ago")).conversation_id
    talk.fake.enqueue([Status(400, "the request exceeds the available context size")])
    await talk.said("and now", conversation_id=conversation_id)
    newest, refused, _ = await calls_in(talk, conversation_id, 3)
    assert (newest.status, newest.round, refused.status, refused.round) == ("complete", 2, "failed", 1)
    assert refused.error is not None
    assert refused.error.code == "context_exceeded"
    assert refused.generation_id == newest.generation_id


def test_the_call_in_which_the_process_died_is_told_as_interrupted(tmp_path: Path, ollama: FakeOllama) -> None:
    async def run() -> None:
        async with talking(tmp_path, ollama) as talk:
            turn = await talk.turns.send(
                SendMessage("why", op_id="one", conversation_id=(await talk.said("hello")).conversation_id)
            )
            await talk.replies.record_prompt(turn.generation_id, "llama3.2:1b", None)
            await talk.app.database.write(lambda tx: None)
            conversation_id = turn.reply.conversation_id
        async with talking(tmp_path, ollama) as talk:  # the process that had begun it is gone
            cut, whole = await calls_in(talk, conversation_id, 2)
            assert (cut.status, cut.model, cut.message_id) == ("interrupted", "llama3.2:1b", turn.reply.message_id)
            assert cut.error is not None
            assert (cut.error.code, whole.status) == ("interrupted", "complete")
        audit(f"sqlite:///{tmp_path / 'locrit.db'}")

    asyncio.run(run())


@with_model
async def test_the_first_piece_does_not_wait_for_it(talk: Talk) -> None:
    conversation_id = (await talk.said("hello")).conversation_id
    release, held = threading.Event(), threading.Event()

    def hold(_tx: object) -> None:
        held.set()
        release.wait(30)

    talk.fake.enqueue(["One", Hold(held), " two"])
    turn = await talk.ask("count", conversation_id=conversation_id)
    holding = asyncio.create_task(talk.app.database.write(hold))  # nothing can be written
    await eventually(lambda: "".join(chunk.content for chunk in talk.chunks()).endswith("One two"))
    release.set()
    await holding
    await talk.answer(turn)
    assert len(await calls_in(talk, conversation_id, 2)) == 2


@on_each_database
async def test_they_are_read_page_by_page_and_forgotten_with_their_message(store: Store) -> None:
    conversation_id = await store.conversation("one")
    replies = []
    for n in range(5):
        turn = await store.turns.send(SendMessage(f"why {n}", f"turn {n}", conversation_id=conversation_id))
        await store.replies.record_interaction(call_of(turn, GenerationResult("complete", "so")))
        await store.replies.finish_reply(turn.generation_id, GenerationResult("complete", "so"))
        replies.append(turn.reply.message_id)
    service, seen, cursor = InteractionService(store.database), [], None
    for _ in range(3):
        page, cursor = await service.of_conversation(ME, conversation_id, cursor, 2)
        seen += [call.message_id for call in page]
    assert (seen, cursor) == (replies[::-1], None)
    await store.history.forget_message(replies[2])
    left, _ = await service.of_conversation(ME, conversation_id)
    assert [call.message_id for call in left] == [id_ for id_ in replies[::-1] if id_ != replies[2]]
