"""Facts are extracted from what was said, by a scripted model, after the reply and never in its way."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from src.entities import VISITOR, Memory
from src.entities.extraction import Progress
from src.services import extraction
from tests.callers import ME
from tests.eventually import eventually
from tests.fakes.ollama import Error, FakeOllama, Hold
from tests.talk import LOCRIT, Talk, opening, talking

DAY = "2026-03-14"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "QUIET_S", 0.0)
    monkeypatch.setattr(extraction, "RETRY_EVERY_S", 0.1)


def run(
    data_dir: Path, ollama: FakeOllama, scenario: Callable[[Talk], Awaitable[None]], level: str = "automatic"
) -> None:
    async def run() -> None:
        async with talking(data_dir, ollama) as talk:
            await talk.locrits.edit(LOCRIT, {"memories": level})
            await scenario(talk)
            report = await talk.app.history.verify(ME)
            assert report.ok, report

    asyncio.run(run())


def answer(*facts: str | dict[str, Any]) -> list[str]:
    found = [{"fact": one, "messages": [1]} if isinstance(one, str) else {"messages": [1]} | one for one in facts]
    return [json.dumps({"facts": found})]


async def memories(talk: Talk, state: str = "accepted") -> list[Memory]:
    return list(await talk.memory.memories(LOCRIT, state=state))


async def contents(talk: Talk, state: str = "accepted") -> list[str]:
    return sorted(one.content for one in await memories(talk, state))


async def done(talk: Talk, times: int) -> None:
    """Waits until the model was asked so often for facts, and nothing waits."""

    async def is_done() -> bool:
        return len(talk.fake.formatted) >= times and (await talk.memory.extraction(LOCRIT)).waiting == 0

    await until(is_done)


async def jobs(talk: Talk) -> int:
    count = text("SELECT count(*) FROM jobs WHERE kind = 'extract'")
    return int(await talk.app.database.read(lambda connection: connection.execute(count).scalar_one()))


def bytes_of(data_dir: Path) -> bytes:
    return b"".join(file.read_bytes() for file in data_dir.glob("locrit.db*"))


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 - it is a read of the store
            await asyncio.sleep(0.02)


def test_a_fact_is_kept_with_its_date_and_where_it_was_said(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        ollama.enqueue_formatted(answer())
        await talk.said("Minou is my cat.")
        await done(talk, 1)
        fact = {"fact": "User adopted Minou on 14 March 2026", "date": DAY, "importance": 0.8, "tags": ["cat", "cat"]}
        ollama.enqueue_formatted(answer(fact))
        turn = await talk.ask("I adopted her yesterday.")
        await talk.answer(turn)
        await done(talk, 2)
        [memory] = await memories(talk)
        assert (memory.content, memory.importance, memory.tags) == (fact["fact"], 0.8, ["cat"])
        assert (memory.origin, memory.suggested, memory.valid_to) == ("extraction", False, None)
        assert memory.wire()["valid_from"].startswith(DAY)
        assert [one.message_id for one in memory.sources] == [turn.message.message_id]
        assert memory.sources[0].conversation_id == turn.message.conversation_id
        asked = talk.fake.formatted[1]["messages"][1]["content"]
        before, new = asked.split("Note the facts in these lines:")
        assert "User: Minou is my cat." in before, "what went before says who she is"
        assert "[1]" in new
        assert "User: I adopted her yesterday." in new
        assert f"{turn.message.wire()['created_at'][:4]}, User:" in new, "each line says when it was said"
        assert talk.fake.formatted[1]["format"]["properties"]["facts"]["type"] == "array"
        assert "format" not in talk.fake.formatted[1]["options"]

    run(tmp_path, ollama, scenario)


def test_what_is_suggested_waits_for_a_person_and_what_is_dismissed_does_not_come_again(
    tmp_path: Path, ollama: FakeOllama
) -> None:
    async def scenario(talk: Talk) -> None:
        ollama.enqueue_formatted(answer("User likes tea", "User likes rain"))
        await talk.said("I like tea and rain.")
        await done(talk, 1)
        assert await contents(talk) == []
        rain, tea = sorted(await memories(talk, "suggested"), key=lambda one: one.content)
        await talk.memory.edit_memory(LOCRIT, tea.id, {"suggested": False, "content": "User likes green tea"})
        await talk.memory.delete_memory(LOCRIT, rain.id)
        ollama.enqueue_formatted(answer("User likes  RAIN."))
        await talk.said("As I said, I like rain.")
        await done(talk, 2)
        assert (await contents(talk), await contents(talk, "suggested")) == (["User likes green tea"], [])

    run(tmp_path, ollama, scenario, "suggest")


def test_what_is_said_again_is_one_memory_with_both_sources(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        for times, said in enumerate(("I live in Lyon.", "Lyon, where I live"), 1):
            ollama.enqueue_formatted(answer("User lives in Lyon" if times == 1 else "User  lives in LYON."))
            await talk.said(said)
            await done(talk, times)
        [memory] = await memories(talk)
        assert len(memory.sources) == 2
        ollama.enqueue_formatted(answer())
        await talk.answer(await talk.chat.retry(memory.sources[1].message_id))
        assert await jobs(talk) == 0, "a question that is asked again was looked at already"

    run(tmp_path, ollama, scenario)


def test_what_cannot_be_true_any_more_ends_and_is_not_deleted(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        older = await talk.memory.save_memory(LOCRIT, "User lives in Lyon")
        await talk.memory.save_memory(LOCRIT, "Minou eats tuna")
        ollama.enqueue_formatted(answer({"fact": "User lives in Paris", "replaces": 1, "date": DAY}))
        await talk.said("I live in Paris now, not in Lyon.")
        await done(talk, 1)
        assert "(1) User lives in Lyon" in talk.fake.formatted[0]["messages"][1]["content"]
        assert await contents(talk, "valid") == ["Minou eats tuna", "User lives in Paris"]
        [past] = await memories(talk, "past")
        assert (past.id, past.wire()["valid_to"][:10]) == (older.id, DAY)
        [paris] = [one for one in await memories(talk, "valid") if one.replaces]
        await talk.memory.delete_memory(LOCRIT, paris.id)
        assert await contents(talk, "valid") == ["Minou eats tuna", "User lives in Lyon"], "undone"

    run(tmp_path, ollama, scenario)


def test_what_is_forgotten_is_not_extracted_again_and_nowhere(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        ollama.enqueue_formatted(answer("User comes from Zanzibar"))
        turn = await talk.ask("I come from there, you know where.")
        await talk.answer(turn)
        await done(talk, 1)
        [memory] = await memories(talk)
        await talk.memory.edit_memory(LOCRIT, memory.id, {"content": "User was in Zanzibar once"})
        await talk.app.memory.forget_memory(ME, LOCRIT, memory.id)
        assert b"Zanzibar" not in bytes_of(tmp_path)
        ollama.enqueue_formatted(answer("User comes from Zanzibar", "User comes from Xanadu"))
        again = await talk.ask("From elsewhere.")
        await talk.answer(again)
        await done(talk, 2)
        assert await contents(talk) == ["User comes from Xanadu"]
        await talk.app.history.forget_message(ME, again.message.message_id)
        assert await contents(talk) == [], "with the only message that said it"
        assert b"Xanadu" not in bytes_of(tmp_path)

    run(tmp_path, ollama, scenario)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('{"facts": [', "cannot be used"),
        ("Sure! Here you are.", "cannot be used"),
        ('{"facts": [{"fact": "User is", "messages": [99]}]}', "a message that it was not shown"),
        ('{"facts": [{"fact": "User is", "messages": [1], "replaces": 7}]}', "a memory that it was not shown"),
        ('{"facts": [{"fact": "  ", "messages": [1]}]}', "cannot be used"),
        ('{"facts": [{"fact": "User is", "messages": [1], "date": "yesterday"}]}', "cannot be used"),
    ],
)
def test_nonsense_is_refused_with_a_reason_and_tried_again(
    tmp_path: Path, ollama: FakeOllama, said: str, why: str
) -> None:
    async def scenario(talk: Talk) -> None:
        ollama.enqueue_formatted([said])
        await talk.said("Hello.")

        async def has_failed() -> bool:
            return (await talk.memory.extraction(LOCRIT)).problem is not None

        await until(has_failed)
        progress: Progress = await talk.memory.extraction(LOCRIT)
        assert progress.waiting == 1
        assert why in (progress.problem or "")
        assert progress.next_try_at is not None
        assert await contents(talk) == []
        ollama.enqueue_formatted(answer("User says hello"))
        await talk.memory.retry_extraction(LOCRIT)
        await done(talk, 2)
        assert await contents(talk) == ["User says hello"]

    run(tmp_path, ollama, scenario)


def test_a_model_that_fails_is_asked_later(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        ollama.enqueue_formatted([Error("out of memory")])
        await talk.said("Hello.")

        async def has_failed() -> bool:
            return "out of memory" in ((await talk.memory.extraction(LOCRIT)).problem or "")

        await until(has_failed)

    run(tmp_path, ollama, scenario)


def test_who_asks_something_is_not_kept_waiting(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        slow = Hold(threading.Event())
        ollama.enqueue_formatted(["{", slow])
        await talk.said("I like tea.")
        await eventually(lambda: len(talk.fake.formatted) == 1)
        ollama.enqueue_formatted(answer({"fact": "User likes tea", "messages": [1]}))
        assert (await talk.said("And you?")).content == "You said: And you?"
        await eventually(lambda: talk.fake.disconnects == 1)
        slow.event.set()
        await done(talk, 2)
        [memory] = await memories(talk)
        asked = talk.fake.formatted[1]["messages"][1]["content"]
        assert ("User: I like tea." in asked, "User: And you?" in asked) == (True, True)
        assert memory.content == "User likes tea"

    run(tmp_path, ollama, scenario)


def test_nothing_is_extracted_where_it_is_off_or_from_visitors(tmp_path: Path, ollama: FakeOllama) -> None:
    async def scenario(talk: Talk) -> None:
        await talk.said("I like tea.", opening=opening(label=f"{VISITOR}ann"))
        await talk.locrits.edit(LOCRIT, {"memories": "off"})
        await talk.said("I like tea, too.")
        assert await jobs(talk) == 0
        assert talk.fake.formatted == []

    run(tmp_path, ollama, scenario)


def test_what_an_earlier_process_left_is_done_by_the_next(tmp_path: Path, ollama: FakeOllama) -> None:
    async def before() -> None:
        async with talking(tmp_path, ollama) as talk:
            await talk.locrits.edit(LOCRIT, {"memories": "automatic"})
            await talk.said("I like tea.")
            assert (await talk.memory.extraction(LOCRIT)).waiting == 1

    asyncio.run(before())

    async def after(talk: Talk) -> None:
        await done(talk, 1)
        assert await contents(talk) == ["User likes tea"]

    ollama.enqueue_formatted(answer("User likes tea"))
    run(tmp_path, ollama, after)
