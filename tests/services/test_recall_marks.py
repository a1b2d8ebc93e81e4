"""What a person says about things that are recalled holds from the next reply on, until it is taken back."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from src.entities.recall import RecallMarkChange
from src.errors import NotFound
from src.recall.ranking import WEIGHTS
from src.stores.integrity import verify
from tests.callers import ME, SOMEONE
from tests.fakes.ollama import FakeOllama
from tests.services.test_recall import FACT, QUESTION, index, recalled, run, tell
from tests.store import Store, on_each_database
from tests.talk import LOCRIT, Talk

OTHER = "The lake is cold."


async def mark(talk: Talk, message_id: str, wish: str) -> None:
    await talk.app.recall.mark(ME, message_id, wish)  # type: ignore[arg-type]  # as it comes


def scenario(test: Callable[[Talk], Awaitable[None]]) -> Callable[[Path, FakeOllama], None]:
    def tried(tmp_path: Path, ollama: FakeOllama) -> None:
        run(tmp_path, ollama, test)

    tried.__name__ = test.__name__
    return tried


@scenario
async def test_what_is_pinned_comes_first_whatever_is_asked_until_it_is_not(talk: Talk) -> None:
    _, other = await tell(talk, FACT, OTHER)
    await mark(talk, other, "pinned")
    assert await recalled(talk) == [OTHER, FACT]
    assert await recalled(talk, "How far is the moon?") == [OTHER]
    [first, *_] = await talk.app.recall.recall(ME, LOCRIT, QUESTION)
    assert first.features["pinned"] == 1
    reply = await talk.said("How far is the moon?")
    assert f"User: {OTHER}" in talk.prompt()[0][1]
    [shown] = await talk.app.recall.of_reply(ME, reply.message_id)
    assert shown.mark is not None
    assert shown.mark.mark == "pinned"
    await mark(talk, other, "none")
    assert (await recalled(talk))[0] == FACT


@scenario
async def test_what_is_pinned_is_within_the_budget(talk: Talk) -> None:
    long = "Sentences about whales. " * 60
    for message_id in await tell(talk, long, long):
        await mark(talk, message_id, "pinned")
    found = await talk.app.recall.recall(ME, LOCRIT, QUESTION, tokens=300)
    assert found
    assert sum(len(one.content) for one in found) <= 1200


@scenario
async def test_what_is_never_to_be_recalled_is_not_until_that_is_undone(talk: Talk) -> None:
    [said] = await tell(talk, FACT)
    await mark(talk, said, "never")
    assert await recalled(talk) == []
    await talk.memory.edit_message(said, "My cat eats tuna only.")
    await index(talk)
    assert await recalled(talk) == []
    await mark(talk, said, "none")
    assert await recalled(talk) == ["My cat eats tuna only."]


@scenario
async def test_what_is_not_useful_counts_for_less(talk: Talk) -> None:
    [said, _] = await tell(talk, FACT, "The cats of the neighbours are cold.")
    before = next(one for one in await talk.app.recall.recall(ME, LOCRIT, QUESTION) if one.content == FACT)
    assert (await recalled(talk))[0] == FACT
    await mark(talk, said, "less")
    [first, *_] = found = await talk.app.recall.recall(ME, LOCRIT, QUESTION)
    assert first.content != FACT
    for one in found:
        if one.content == FACT:
            assert one.features["less"] == WEIGHTS["less"]
            assert one.score == pytest.approx(before.score + WEIGHTS["less"], abs=0.01)


@scenario
async def test_it_holds_for_the_copies_in_forks_those_that_are_made_later_too(talk: Talk) -> None:
    [said] = await tell(talk, FACT)
    await talk.app.history.fork(ME, said)
    await mark(talk, said, "never")
    await talk.app.history.fork(ME, said)
    await index(talk)
    assert await recalled(talk) == []
    await mark(talk, said, "none")
    assert await recalled(talk)


@scenario
async def test_nobody_marks_what_another_person_said(talk: Talk) -> None:
    [said] = await tell(talk, FACT)
    await talk.app.locrits.ensure_defaults(SOMEONE)
    with pytest.raises(NotFound):
        await talk.app.recall.mark(SOMEONE, said, "never")
    assert await recalled(talk) == [FACT]


@on_each_database
async def test_it_is_told_once_verified_and_gone_with_what_is_forgotten(store: Store) -> None:
    conversation_id = await store.conversation()
    said, _ = await store.memory.save_message(conversation_id, "user", FACT)
    first = await store.recall.mark(said.message_id, "pinned", op_id="pin")
    assert await store.recall.mark(said.message_id, "pinned", op_id="pin") == first
    await store.recall.mark(said.message_id, "never")
    assert _told(store) == [(1, "pinned"), (2, "never")]
    await store.history.forget_message(said.message_id)
    assert _told(store)[-1] == (3, "none")
    with pytest.raises(NotFound):
        await store.recall.mark(said.message_id, "pinned")
    assert (await store.database.read(verify)).ok


@on_each_database
async def test_two_who_mark_at_the_same_time_are_one_after_the_other(store: Store) -> None:
    conversation_id = await store.conversation()
    said, _ = await store.memory.save_message(conversation_id, "user", FACT)
    await asyncio.gather(*(store.recall.mark(said.message_id, wish) for wish in ("pinned", "never", "less", "none")))
    assert [rev for rev, _ in _told(store)] == [1, 2, 3, 4]
    assert (await store.database.read(verify)).ok


def _told(store: Store) -> list[tuple[int, str]]:
    changes = store.changes(f"user:{ME.user_id}")
    return [(one.rev, one.payload.mark) for one in changes if isinstance(one, RecallMarkChange)]  # type: ignore[union-attr]
