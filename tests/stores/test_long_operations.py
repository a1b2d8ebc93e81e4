"""What takes long is done in committed steps: saves go on, a kill at any moment leaves nothing half done, two processes
share it and do none of it twice, and whoever asks for the same again gets the same answer."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, make_url, select, update

from src.events import JobProgress
from src.models import conversations, jobs, memories, messages
from src.services.jobs import READERS
from src.stores.concept_index import RECOUNT
from src.stores.jobs import Step
from src.stores.steps import HANDLERS
from tests.eventually import eventually
from tests.store import LOCRIT, Store, on_each_database, opened
from tests.stores.history import index, say, verified

MESSAGES = int(os.environ.get("MESSAGES", "600")) // 6
TALKS = 12
Order = Callable[[Store, str], Awaitable[Any]]
"""Asks for it, under this op_id."""


async def a_long_talk(store: Store) -> str:
    conversation_id = await store.conversation("much")
    await asyncio.gather(
        *(store.memory.save_message(conversation_id, "user", f"{n} " + "word " * 50) for n in range(MESSAGES))
    )
    return conversation_id


async def many_talks(store: Store) -> None:
    for n in range(TALKS):
        conversation_id = await store.conversation(f"talk {n}")
        await store.memory.save_message(conversation_id, "user", "hello")
        await store.memory.save_memory(LOCRIT, f"fact {n}")


async def forgetting(store: Store) -> Order:
    conversation_id = await a_long_talk(store)
    return lambda by, op_id: by.history.forget_conversation(conversation_id, op_id)


async def forgetting_a_locrit(store: Store) -> Order:
    await a_long_talk(store)
    await many_talks(store)
    await store.locrits.delete(LOCRIT)
    return lambda by, op_id: by.history.forget_locrit(LOCRIT, op_id)


async def emptying(store: Store) -> Order:
    await store.memory.delete_conversation(await a_long_talk(store))
    await many_talks(store)
    await store.memory.clear(LOCRIT)
    return lambda by, op_id: by.history.empty_trash(op_id=op_id)


async def clearing(store: Store) -> Order:
    await many_talks(store)
    return lambda by, op_id: by.memory.clear(LOCRIT, op_id)


async def forking(store: Store) -> Order:
    conversation_id = await a_long_talk(store)
    [*_, last] = (await store.memory.get_conversation_history(conversation_id, limit=1))[0]
    return lambda by, op_id: by.history.fork(last.message_id, "the fork", op_id)


async def state(store: Store) -> list[Any]:
    """What all of them change."""
    said = select(messages.c.conversation_id, messages.c.seq, messages.c.content, messages.c.rev)
    talks = select(conversations.c.id, conversations.c.rev, conversations.c.forgotten_at.is_(None))
    notes = select(memories.c.content, memories.c.rev, memories.c.deleted_at.is_(None))
    return [sorted(map(tuple, await store.rows(each)), key=str) for each in (said, talks, notes)]


LONG: dict[str, Callable[[Store], Awaitable[Order]]] = {
    "forget a conversation": forgetting,
    "forget a Locrit": forgetting_a_locrit,
    "empty the trash": emptying,
    "clear": clearing,
    "fork": forking,
}
each_of_them = pytest.mark.parametrize("prepare", LONG.values(), ids=LONG)
Prepare = Callable[[Store], Awaitable[Order]]


def run(scenario: Callable[[Store], Awaitable[None]], url: str) -> None:
    async def run_() -> None:
        async with opened(url) as store:
            await scenario(store)

    asyncio.run(run_())


async def nothing_left(store: Store) -> None:
    assert await store.rows(select(jobs.c.kind).where(jobs.c.kind.not_in(("index", RECOUNT)))) == []
    assert await store.history.jobs() == []
    await verified(store)


@each_of_them
def test_it_has_one_effect_and_one_answer_however_often_it_is_asked_for(prepare: Prepare, database_url: str) -> None:
    async def scenario(store: Store) -> None:
        order = await prepare(store)
        answers = await asyncio.gather(*(order(store, "the same") for _ in range(3)))
        late = await order(store, "the same")
        assert [late] * 3 == answers
        done = await state(store)
        assert await order(store, "the same") == late
        assert await state(store) == done
        await nothing_left(store)

    run(scenario, database_url)


@each_of_them
def test_a_process_that_starts_finishes_what_one_that_was_killed_has_begun(prepare: Prepare, sqlite_url: str) -> None:
    """Killed after any commit: the files are copied as they are then, and another process goes on with the copy."""
    home, left = Path(make_url(sqlite_url).database or "").parent, list[Path]()

    def leave(*_: object) -> None:
        left.append(home / f"life {len(left)}")
        left[-1].mkdir()
        for file in ("locrit.db", "locrit.db-wal"):
            shutil.copy(home / file, left[-1])

    async def scenario(store: Store) -> None:
        order = await prepare(store)
        await index(store)
        event.listen(store.writing, "checkin", leave)
        await order(store, "op")
        event.remove(store.writing, "checkin", leave)
        whole = texts(await state(store))
        assert len(left) > 2
        for life in left[1 :: max(1, len(left) // 6)]:
            async with opened(f"sqlite:///{life / 'locrit.db'}") as heir:
                await heir.history.finish_jobs()
                await order(heir, "op")
                assert texts(await state(heir)) == whole
                await nothing_left(heir)

    run(scenario, sqlite_url)


def texts(found: list[Any]) -> list[Any]:
    """Without revisions, which say how often something was told, and not what."""
    return [[row[:-1] for row in rows] for rows in found]


@each_of_them
def test_another_process_finishes_what_one_that_died_has_begun(prepare: Prepare, postgresql_url: str) -> None:
    async def scenario(survivor: Store) -> None:
        order = await prepare(survivor)
        async with opened(postgresql_url) as doomed:
            asking = asyncio.ensure_future(order(doomed, "op"))
            begun = doomed.commits
            await eventually(lambda: doomed.commits > begun + 1 or asking.done())
            asking.cancel()
        await asyncio.wait([asking])
        await order(survivor, "op")
        await nothing_left(survivor)

    run(scenario, postgresql_url)


@each_of_them
def test_two_processes_do_none_of_it_twice(prepare: Prepare, postgresql_url: str) -> None:
    async def scenario(one: Store) -> None:
        order = await prepare(one)
        async with opened(postgresql_url) as other:
            answers = await asyncio.gather(
                order(one, "op"), order(other, "op"), other.history.finish_jobs(), one.history.finish_jobs()
            )
            assert answers[0] == answers[1]
        assert {row[-1] for row in (await state(one))[0]} <= {1, 2}, "each message was changed once at most"
        await nothing_left(one)

    run(scenario, postgresql_url)


def one_step(store: Store, **given: Any) -> Step:
    return Step(HANDLERS, READERS, store.database.processes, **given)


def test_what_one_process_works_on_is_not_taken_from_it_until_it_dies(postgresql_url: str) -> None:
    async def left(store: Store) -> int:
        return len(await store.rows(select(messages.c.id).where(messages.c.forgotten_at.is_(None))))

    async def scenario(other: Store) -> None:
        conversation_id = await a_long_talk(other)
        async with opened(postgresql_url) as owner:
            asking = asyncio.create_task(owner.history.forget_conversation(conversation_id))
            await eventually(lambda: owner.commits > 2)
            asking.cancel()
            await asyncio.wait([asking])
            [held] = await other.rows(select(jobs).where(jobs.c.lease.is_not(None)))
            assert held.lease == owner.database.processes.process_id
            before = await left(other)
            await other.history.finish_jobs()
            assert await left(other) == before > 0
            asking = asyncio.create_task(other.history.forget_conversation(conversation_id))
            await asyncio.sleep(0.3)
            assert not asking.done(), "it waits for the owner"
        await asking
        assert await left(other) == 0
        await nothing_left(other)

    run(scenario, postgresql_url)


@on_each_database
async def test_its_owner_is_told_how_far_it_is_and_nobody_else(store: Store) -> None:
    conversation_id = await a_long_talk(store)
    asking = asyncio.create_task(store.history.forget_conversation(conversation_id, "op"))
    while not asking.done():
        await store.database.write(one_step(store, tells=True))
    await asking
    told = [one for one in store.published if isinstance(one, JobProgress)]
    assert {(one.user_id, one.op_id, one.kind, one.entity_id) for one in told} == {
        ("local", "op", "forget", conversation_id)
    }
    assert [one.status for one in told] == ["running"] * (len(told) - 1) + ["done"]
    assert [one.done for one in told] == sorted(one.done for one in told)
    assert {one.total for one in told} == {MESSAGES}
    assert told[-1].done == MESSAGES


@on_each_database
async def test_what_fails_is_put_off_ever_longer_and_says_why(store: Store) -> None:
    conversation_id, [good, broken] = await say(store, "good", "broken")
    for id_ in (good, broken):
        await store.memory.delete_message(id_)
    await break_(store, broken, "{")
    emptied = await store.history.empty_trash(op_id="op")
    assert (emptied.messages, [one.id for one in emptied.left]) == (1, [broken])
    waits = []
    for attempts in (1, 2, 3):
        [job] = await store.rows(select(jobs).where(jobs.c.last_error.is_not(None)))
        assert (job.attempts, job.last_error) == (attempts, emptied.left[0].reason)
        waits.append(job.not_before)
        [told] = await store.history.jobs()
        assert (told.status, told.error, told.next_try_at) == ("failing", job.last_error, job.not_before)
        await store.history.finish_jobs()
        [same] = await store.rows(select(jobs).where(jobs.c.last_error.is_not(None)))
        assert same.attempts == attempts, "its time has not come"
        assert await store.history.empty_trash(op_id="op") == emptied
    assert waits[2] - waits[1] > waits[1] - waits[0] > 0
    await break_(store, broken, "{}")
    assert (await store.history.empty_trash(op_id="op")).messages == 2, "it is asked for again, and tried at once"
    await nothing_left(store)
    assert [one.status for one in store.published if isinstance(one, JobProgress)][-1] == "done"
    assert (await store.memory.conversation(conversation_id)).message_count == 0


async def break_(store: Store, id_: str, metadata: str) -> None:
    broken = update(messages).where(messages.c.id == id_).values(metadata=metadata)
    await store.database.write(lambda tx: tx.write_now(broken))
