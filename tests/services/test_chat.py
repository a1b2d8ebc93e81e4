"""A question is saved before the model is asked; its reply is saved while it is written."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from src.entities import Change, GenerationState, Message, SendMessage
from src.errors import Conflict, Forbidden, Inactive, InvalidInput, NotFound
from src.events import Event, ReplyChunk, ReplyEnded
from tests.eventually import HANGS_AFTER_S, eventually
from tests.fakes.ollama import FakeOllama, Hold, Item
from tests.talk import LOCRIT, Talk, opening, talking, with_model

MESSAGES = "SELECT role, status, content, generation_id FROM messages ORDER BY seq"
UNFOLDED = """
    SELECT text FROM generation_chunks c JOIN generations g ON g.id = c.generation_id
    WHERE g.id = ? AND idx > folded_idx ORDER BY idx"""


def saved(data_dir: Path) -> list[tuple[str, str, str]]:
    """Role, status and text of every message, as a process that starts now would find them."""
    with closing(sqlite3.connect(data_dir / "locrit.db")) as connection:
        connection.execute("BEGIN")
        messages = connection.execute(MESSAGES).fetchall()
        return [
            (role, status, content + "".join(text for [text] in connection.execute(UNFOLDED, [generation_id])))
            for role, status, content, generation_id in messages
        ]


class Curious(FakeOllama):
    """Looks into the database whenever it is asked something."""

    def __init__(self, data_dir: Path) -> None:
        self.saw: list[list[tuple[str, str, str]]] = []
        self._data_dir = data_dir
        super().__init__()

    def next_script(self, body: dict[str, Any]) -> Any:
        self.saw.append(saved(self._data_dir))
        return super().next_script(body)


def test_question_and_reply_are_in_the_database_before_the_model_is_asked(tmp_path: Path) -> None:
    async def scenario(fake: Curious) -> None:
        async with talking(tmp_path, fake) as talk:
            await talk.said("Are you there?")

    fake = Curious(tmp_path)
    with fake:
        asyncio.run(scenario(fake))
    assert fake.saw == [[("user", "complete", "Are you there?"), ("assistant", "streaming", "")]]


@with_model
async def test_a_reply_is_shown_in_pieces_and_finished_with_its_usage(talk: Talk) -> None:
    talk.fake.enqueue(["Hel", "lo", " you"])
    turn = await talk.ask("Hello?")
    reply = await talk.answer(turn)
    assert (reply.content, reply.status, reply.model) == ("Hello you", "complete", "llama3.2:1b")
    assert reply.usage is not None
    assert (reply.usage.completion_tokens, reply.parent_id) == (3, turn.message.message_id)
    assert "".join(chunk.content for chunk in talk.chunks()) == "Hello you"
    assert [chunk.idx for chunk in talk.chunks()] == list(range(len(talk.chunks())))
    changes = [(change.type, change.entity_id) for change in talk.changes("conversation:")]
    question, answer = turn.message.message_id, turn.reply.message_id
    assert changes == [("message.created", question), ("message.created", answer), ("message.updated", answer)]
    assert await talk.history(turn) == [turn.message, reply]


@with_model
async def test_the_end_is_announced_after_all_pieces_and_when_it_is_saved(talk: Talk) -> None:
    reply = await talk.said("Hello?")
    await eventually(lambda: any(isinstance(event, ReplyEnded) for event in talk.events))
    [end] = [event for event in talk.events if isinstance(event, ReplyEnded)]
    assert (end.status, end.message_id) == ("complete", reply.message_id)
    kinds = [type(event) for event in talk.events if isinstance(event, ReplyChunk | ReplyEnded)]
    assert kinds == [ReplyChunk] * (len(kinds) - 1) + [ReplyEnded]


@with_model
async def test_whoever_comes_later_sees_a_running_reply_from_its_start(talk: Talk) -> None:
    go_on = threading.Event()
    talk.fake.enqueue(["A", "B", Hold(go_on), "C"])
    turn = await talk.ask("Hello?")
    await talk.shown(2)
    state = await talk.chat.state(turn.generation_id)
    assert (state.content, state.idx, state.status) == ("AB", len(talk.chunks()), "streaming")
    go_on.set()
    assert "".join([chunk.content async for chunk in talk.chat.watch(turn.generation_id)]) == "ABC"
    await talk.answer(turn)
    assert [chunk async for chunk in talk.chat.watch(turn.generation_id)] == []
    assert (await talk.chat.state(turn.generation_id)).content == "ABC"


@pytest.mark.parametrize(("script", "before_stop"), [([], ""), (["Some ", "text"], "Some text")])
def test_stopping_keeps_exactly_what_was_shown(
    tmp_path: Path, ollama: FakeOllama, script: list[Item], before_stop: str
) -> None:
    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            ollama.enqueue([*script, Hold(threading.Event())])
            turn = await talk.ask("Hello?")
            await talk.asked(1)
            await talk.shown(len(before_stop))
            state = await talk.chat.stop(turn.generation_id)
            assert (state.status, state.content) == ("stopped", before_stop)
            assert (await talk.chat.stop(turn.generation_id)) == state, "again"
            assert (await talk.answer(turn)).error is None
            await eventually(lambda: ollama.disconnects == 1)

    asyncio.run(asyncio.wait_for(scenario(), HANGS_AFTER_S))


@with_model
async def test_stopping_at_once_or_too_late_is_no_error(talk: Talk) -> None:
    turn = await talk.ask("Hello?")
    assert (await talk.chat.stop(turn.generation_id)).status in ("stopped", "complete")
    done = await talk.ask("Hello?")
    await talk.answer(done)
    assert (await talk.chat.stop(done.generation_id)).status == "complete"
    with pytest.raises(NotFound):
        await talk.chat.stop("unknown")


@with_model
async def test_a_reply_can_be_stopped_from_the_moment_that_it_is_announced(talk: Talk) -> None:
    stopping: list[asyncio.Task[GenerationState]] = []

    def stop(event: Event) -> None:
        message = event.payload if isinstance(event, Change) else None
        if isinstance(message, Message) and message.status == "streaming" and message.generation_id:
            stopping.append(asyncio.create_task(talk.chat.stop(message.generation_id)))

    talk.app.bus.subscribe(stop)
    talk.fake.enqueue([Hold(threading.Event())])
    await talk.ask("Hello?")
    async with asyncio.timeout(HANGS_AFTER_S):
        assert [(await stopped).status for stopped in stopping] == ["stopped"]


@with_model
async def test_the_next_question_waits_until_the_reply_before_is_whole(talk: Talk) -> None:
    go_on = threading.Event()
    talk.fake.enqueue(["First", Hold(go_on), " reply"])
    first = await talk.ask("One?")
    await talk.asked(1)
    second = await talk.ask("Two?")
    other = await talk.said("Another conversation?", conversation_id=await _conversation(talk))
    assert other.status == "complete", "others do not wait"
    assert (await talk.chat.state(second.generation_id)).content == ""
    assert len(talk.fake.requests) == 2
    go_on.set()
    await talk.answer(first)
    await talk.answer(second)
    assert talk.prompt()[1:] == [("user", "One?"), ("assistant", "First reply"), ("user", "Two?")]
    assert [message.seq for message in await talk.history(first)] == [1, 2, 3, 4]


@with_model
async def test_a_question_that_waits_can_be_stopped(talk: Talk) -> None:
    go_on = threading.Event()
    talk.fake.enqueue(["First", Hold(go_on)])
    first, second = await talk.ask("One?"), await talk.ask("Two?")
    assert (await talk.chat.stop(second.generation_id)).status == "stopped"
    go_on.set()
    assert (await talk.answer(first)).status == "complete"


@with_model
async def test_a_question_sent_again_asks_the_model_once(talk: Talk) -> None:
    turns = await asyncio.gather(*(talk.ask("Hello?", message_id="m", op_id="op") for _ in range(3)))
    await talk.answer(turns[0])
    turns += [await talk.ask("Hello?", message_id="m", op_id=op_id) for op_id in ("op", "another")]
    assert len({turn.generation_id for turn in turns}) == len(talk.fake.requests) == 1
    assert [turn.repeated for turn in turns].count(False) == 1
    with pytest.raises(Conflict):
        await talk.ask("Something else?", message_id="m", op_id="op")
    by_op = [await talk.ask("Again?", op_id="only an operation") for _ in range(2)]
    assert by_op[0].message == by_op[1].message


@with_model
async def test_a_caller_that_goes_away_leaves_a_whole_turn(talk: Talk) -> None:
    sending = asyncio.create_task(talk.ask("Hello?", message_id="m"))
    await asyncio.sleep(0)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    turn = await talk.ask("Hello?", message_id="m")
    assert turn.repeated
    assert (await talk.answer(turn)).status == "complete"


@with_model
async def test_who_does_not_talk_is_not_asked_and_nothing_is_saved(talk: Talk) -> None:
    await talk.locrits.create("Off", {"active": False})
    await talk.locrits.create("Closed", {"open_to": {"humans": False}})
    for name, refusal in (("Off", Inactive), ("Closed", Forbidden), ("Nobody", NotFound)):
        with pytest.raises(refusal):
            await talk.ask("Hello?", opening=opening(locrit=name))
    with pytest.raises(NotFound):
        await talk.ask("Hello?", conversation_id="unknown")
    with pytest.raises(InvalidInput):
        await talk.chat.send(SendMessage("Hello?"))
    assert (await talk.memory.conversations())[0] == []
    assert talk.fake.requests == []


@with_model
async def test_a_locrit_without_a_model_uses_the_first_installed_that_can_chat(talk: Talk) -> None:
    talk.fake.models = ["nomic-embed-text:latest", "first:1b", "second:1b"]
    assert (await talk.said("Hello?")).model == "first:1b"
    await talk.locrits.edit(LOCRIT, {"model": "second:1b", "options": {"temperature": 0.5}})
    assert (await talk.said("Hello?")).model == "second:1b"
    assert talk.fake.requests[-1]["options"] == {"temperature": 0.5}


def test_the_default_model_is_a_setting(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario() -> str | None:
        ollama.models.append("chosen:1b")
        async with talking(tmp_path, ollama, default_model="chosen:1b") as talk:
            return (await talk.said("Hello?")).model

    assert asyncio.run(scenario()) == "chosen:1b"


async def _conversation(talk: Talk) -> str:
    conversation, _ = await talk.memory.open_conversation(LOCRIT)
    return conversation.conversation_id
