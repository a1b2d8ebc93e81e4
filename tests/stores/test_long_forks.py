"""A fork of much is there at once and fills up: it becomes what was said, whatever happens meanwhile."""

import time

import pytest

from src.errors import Postponed
from src.operations import Operation
from src.stores import forks
from src.stores.jobs import STEP_S, Job
from src.stores.unit_of_work import UnitOfWork
from tests.callers import ME
from tests.store import Store, on_each_database
from tests.stores.test_long_operations import a_long_talk, nothing_left, one_step


@on_each_database
async def test_nobody_talks_in_a_fork_before_it_is_whole(store: Store) -> None:
    conversation_id = await a_long_talk(store)
    said = (await store.memory.get_conversation_history(conversation_id, limit=1000))[0]
    last = said[-1]
    await store.database.write(lambda tx: forks.fork(tx, last, "fork", Operation.of(ME, "fork", {})))
    with pytest.raises(Postponed):
        await store.memory.save_message("fork", "user", "too early")
    await store.history.finish_jobs()
    await store.memory.save_message("fork", "user", "in time")
    copied = (await store.memory.get_conversation_history("fork", limit=1000))[0]
    assert [one.content for one in copied] == [*(one.content for one in said), "in time"]
    assert [one.metadata["copied_from"] for one in copied[:-1]] == [one.message_id for one in said]
    assert [one.parent_id for one in copied] == ["fork", *(one.message_id for one in copied[:-1])]
    await nothing_left(store)


@on_each_database
async def test_a_fork_leaves_out_what_is_forgotten_while_it_is_made(store: Store) -> None:
    conversation_id = await a_long_talk(store)
    said = (await store.memory.get_conversation_history(conversation_id, limit=1000))[0]
    await store.database.write(lambda tx: forks.fork(tx, said[-1], "fork", Operation.of(ME, "fork", {})))
    step = one_step(store)
    await store.database.write(step)
    job = step.unprepared
    assert job is not None
    handler = await store.database.read(lambda connection: forks.rest(connection, job))

    def one_piece(tx: UnitOfWork, job: Job, _until: float) -> int | None:
        position = handler(tx, job, 0.0)
        time.sleep(STEP_S)  # then the step is over
        return position

    await store.database.write(one_step(store, prepared={job.row_id: one_piece}))
    begun = len((await store.memory.get_conversation_history("fork", limit=1000))[0])
    assert 0 < begun < len(said)
    await store.history.forget_message(said[0].message_id)
    await store.history.forget_message(said[-2].message_id)
    await store.history.finish_jobs()
    copied = (await store.memory.get_conversation_history("fork", limit=1000))[0]
    assert [one.content for one in copied] == [one.content for one in (*said[1:-2], said[-1])]
    await nothing_left(store)
