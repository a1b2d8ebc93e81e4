"""A reply that has ended takes nothing in any more: what is logged as saved is in it, whoever ended it and when."""

import asyncio

import pytest

from src.entities import GenerationResult, OpenConversation, SendMessage, Turn
from src.errors import Conflict
from src.events import EventBus, ReplyEnded
from src.metrics import Metrics
from src.models import generation_chunks, messages
from tests.faults.audit import audit
from tests.store import LOCRIT, Store, on_each_database, opened, writer_held

INTERRUPTED = GenerationResult("interrupted")
ROUNDS = 30


async def begun(store: Store, n: int = 0) -> Turn:
    opening = OpenConversation("local", LOCRIT, None, f"session {n}")
    return await store.turns.send(SendMessage("Why?", f"op {n}", f"question {n}", opening))


@on_each_database
async def test_what_has_ended_is_not_appended_to(store: Store) -> None:
    turn = await begun(store)
    await store.replies.append_chunk(turn.generation_id, 1, "Because")
    await store.replies.finish_reply(turn.generation_id, INTERRUPTED)
    with pytest.raises(Conflict):
        await store.replies.append_chunk(turn.generation_id, 2, " of the sea")
    assert (await store.memory.message(turn.reply.message_id)).content == "Because"
    assert await store.rows(generation_chunks) == []


@on_each_database
async def test_what_has_ended_is_not_folded(store: Store) -> None:
    turn = await begun(store)
    await store.replies.finish_reply(turn.generation_id, GenerationResult("stopped", "Because"))
    with pytest.raises(Conflict):
        await store.replies.fold_reply(turn.generation_id, turn.reply.message_id, 2, "Something else")
    assert (await store.memory.message(turn.reply.message_id)).content == "Because"


@on_each_database
async def test_a_reply_that_goes_on_elsewhere_is_not_overwritten_by_who_wrote_it_before(store: Store) -> None:
    turn = await begun(store)
    await store.replies.append_chunk(turn.generation_id, 1, "Because")
    await store.replies.finish_reply(turn.generation_id, INTERRUPTED)
    again = await store.turns.continue_(turn.reply.message_id)
    for late in (
        store.replies.append_chunk(turn.generation_id, 2, " old"),
        store.replies.fold_reply(turn.generation_id, turn.reply.message_id, 2, "Because old"),
    ):
        with pytest.raises(Conflict):
            await late
    ended = await store.replies.finish_reply(turn.generation_id, GenerationResult("complete", "Because old"))
    assert (ended.status, ended.content) == ("streaming", "Because")
    await store.replies.append_chunk(again.generation_id, 1, " new")
    reply = await store.replies.finish_reply(again.generation_id, GenerationResult("complete"))
    assert reply.content == "Because new"


@on_each_database
async def test_one_that_is_refused_takes_nothing_of_its_batch_with_it(store: Store) -> None:
    ended, running = await begun(store, 1), await begun(store, 2)
    await store.replies.finish_reply(ended.generation_id, INTERRUPTED)
    async with writer_held(store.database):
        writes = [
            store.replies.append_chunk(running.generation_id, 1, "Because"),
            store.replies.append_chunk(ended.generation_id, 1, "lost"),
            store.memory.edit_conversation(running.message.conversation_id, {"title": "Reasons"}),
            store.replies.append_chunk(running.generation_id, 2, " of the sea"),
        ]
        outcome = asyncio.gather(*writes, return_exceptions=True)
        await asyncio.sleep(0)
    refusals = [isinstance(one, Exception) for one in await outcome]
    assert refusals == [False, True, False, False]
    assert (await store.memory.message(running.reply.message_id)).content == "Because of the sea"
    assert (await store.memory.conversation(running.message.conversation_id)).title == "Reasons"


@on_each_database
async def test_a_fork_of_a_running_reply_has_all_that_is_saved_of_it(store: Store) -> None:
    turn = await begun(store)
    await store.replies.append_chunk(turn.generation_id, 1, "Because")
    await store.replies.fold_reply(turn.generation_id, turn.reply.message_id, 1, "Because")
    await store.replies.append_chunk(turn.generation_id, 2, " of the sea")
    fork = await store.history.fork(turn.reply.message_id)
    said, _, _ = await store.memory.get_conversation_history(fork.conversation_id)
    assert (said[-1].status, said[-1].content) == ("interrupted", "Because of the sea")


@on_each_database
async def test_who_ends_what_has_ended_learns_and_tells_how(store: Store) -> None:
    turn = await begun(store)
    await store.replies.append_chunk(turn.generation_id, 1, "Because")
    await store.replies.finish_reply(turn.generation_id, INTERRUPTED)
    reply = await store.replies.finish_reply(turn.generation_id, GenerationResult("complete", "Because of the sea"))
    assert (reply.status, reply.content) == ("interrupted", "Because")
    await asyncio.sleep(0.05)
    told = [event for event in store.published if isinstance(event, ReplyEnded)]
    assert [event.status for event in told] == ["interrupted", "interrupted"]
    bus = EventBus()
    metrics = Metrics(bus)
    for event in told:
        bus.publish(event)
    assert (metrics.replies()["interrupted"], metrics.replies()["complete"]) == (1, 0)


def test_what_was_logged_when_another_process_ended_it_is_in_it(postgresql_url: str) -> None:
    """They do it at the same moment, again and again."""

    async def write(owner: Store, turn: Turn) -> str:
        logged, idx = "", 0
        while True:
            idx += 1
            try:
                await owner.replies.append_chunk(turn.generation_id, idx, f"{idx} ")
            except Conflict:
                return logged
            logged += f"{idx} "
            if idx % 5 == 0:
                try:
                    await owner.replies.fold_reply(turn.generation_id, turn.reply.message_id, idx, logged)
                except Conflict:
                    return logged

    async def end(other: Store, turn: Turn, after_s: float) -> None:
        await asyncio.sleep(after_s)
        await other.replies.finish_reply(turn.generation_id, INTERRUPTED)

    async def scenario() -> None:
        async with opened(postgresql_url) as owner, opened(postgresql_url) as other, opened(postgresql_url) as third:
            for n in range(ROUNDS):
                turn = await begun(owner, n)
                after_s = n * 0.001
                ending = (end(other, turn, after_s), end(third, turn, after_s))
                logged, *_ = await asyncio.gather(write(owner, turn), *ending)
                reply = await owner.memory.message(turn.reply.message_id)
                assert (reply.status, reply.content, reply.rev) == ("interrupted", logged, 2)

    asyncio.run(scenario())
    audit(postgresql_url)


def test_a_message_is_deleted_once_by_two_processes_at_once(postgresql_url: str) -> None:
    async def scenario() -> None:
        async with opened(postgresql_url) as one, opened(postgresql_url) as other:
            conversation_id = await one.conversation()
            for n in range(ROUNDS):
                await one.memory.save_message(conversation_id, "user", "Hello", message_id=f"message {n}")
                deleting = (
                    store.memory.delete_message(f"message {n}", op_id=f"{name} {n}")
                    for name, store in (("one", one), ("other", other))
                )
                await asyncio.gather(*deleting)
            assert {row.rev for row in await one.rows(messages)} == {2}
            assert (await one.memory.conversation(conversation_id)).message_count == 0

    asyncio.run(scenario())
    audit(postgresql_url)


def test_a_conversation_is_deleted_once_and_edited_from_one_state_by_two_processes_at_once(postgresql_url: str) -> None:
    async def scenario() -> None:
        async with opened(postgresql_url) as one, opened(postgresql_url) as other:
            for n in range(ROUNDS):
                conversation_id = await one.conversation(f"session {n}")
                titles = ((one, "One"), (other, "Other"))
                edits = (
                    store.memory.edit_conversation(conversation_id, {"title": title}, 1) for store, title in titles
                )
                outcomes = await asyncio.gather(*edits, return_exceptions=True)
                assert [type(outcome) for outcome in outcomes].count(Conflict) == 1
                await asyncio.gather(*(store.memory.delete_conversation(conversation_id) for store in (one, other)))
            [locrit] = [one for one in await one.locrits.list() if one.name == LOCRIT]
            assert locrit.conversation_count == 0

    asyncio.run(scenario())
    audit(postgresql_url)
