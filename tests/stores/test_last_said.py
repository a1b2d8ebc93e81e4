"""A conversation stands in the lists where something was last said in it: not when it was brought, and not when it was
put in order.

Each way in which one is changed (`ways.py`) says what people expect of its place; a new kind of change has to say it.
"""

from typing import Any, get_args

from sqlalchemy import func, select, update

from src.entities import ClientConversation, GenerationResult
from src.events import ConversationActivity, Event
from src.ids import now_ms
from src.models import conversations, events, messages
from src.stores import forks
from src.stores.kinds import KINDS
from tests.faults.audit import audit
from tests.store import LOCRIT, Store, on_each_database
from tests.stores.history import verified
from tests.stores.ways import DAY, LONG_AGO, STAYS, TALKS, old, said


async def last_said(store: Store, conversation_id: str) -> int:
    return int((await store.memory.conversation(conversation_id)).updated_at)


@on_each_database
async def test_each_way_leaves_it_where_people_look_for_it(store: Store) -> None:
    """What another one has done is no reason to move, either: all stand side by side."""
    olds = {name: await old(store, name) for name in (*TALKS, *STAYS)}
    done: set[str] = set()
    for name, way in (STAYS | TALKS).items():
        before, published = now_ms(), len(store.published)
        await way(olds[name])
        assert name not in TALKS or olds[name].id in _told_to_lists(store.published[published:]), name
        done |= {name} & TALKS.keys()
        moments = {each: await last_said(store, one.id) for each, one in olds.items()}
        assert {each for each, moment in moments.items() if moment != LONG_AGO} == done, name
        assert name not in done or before <= moments[name] <= now_ms(), name
    for generation_id in await store.running():
        await store.replies.finish_reply(generation_id, GenerationResult("stopped"))
    await _check_whole(store)


def _told_to_lists(published: list[Event]) -> set[str]:
    return {event.conversation_id for event in published if isinstance(event, ConversationActivity)}


async def _check_whole(store: Store) -> None:
    """The lists have that order, the log says the same, and every kind of change was among what was done."""
    listed, _ = await store.memory.conversations(limit=1000)
    assert listed == sorted(listed, key=lambda one: (one.updated_at, one.conversation_id), reverse=True)
    await verified(store)
    audit(store.url)
    told = {row.type for row in await store.rows(select(events.c.type).distinct())}
    known = {
        type_
        for kind in KINDS.values()
        if kind.name == "conversation" or "conversation_id" in kind.table.c
        for type_ in get_args(kind.change.model_fields["type"].annotation)
    }
    untried = known - told
    assert not untried, f"Does it move a conversation to the top? Say it here, as a way: {untried}"


# How it comes


@on_each_database
async def test_what_is_brought_stands_where_it_was_said_in_whatever_pieces_it_comes(store: Store) -> None:
    thread = [said(f"m{n}", LONG_AGO + n * DAY) for n in range(6)]
    for name, pieces in {
        "whole": [thread],
        "in pieces": [thread[:2], thread[2:5], thread[5:]],
        "from its end": [thread[3:], thread[:3]],
        "backwards": [[*reversed(thread)]],
    }.items():
        id_ = await store.conversation(name)
        for piece in pieces:
            renamed = [said(f"{name} {one.message_id}", one.created_at) for one in piece]
            await store.history.merge(id_, renamed)
        assert await last_said(store, id_) == LONG_AGO + 5 * DAY, name
        newest = await store.memory.message(f"{name} m5")
        assert newest.updated_at == newest.created_at == LONG_AGO + 5 * DAY
    await verified(store)


@on_each_database
async def test_who_follows_the_lists_alone_hears_where_it_was_brought_to(store: Store) -> None:
    id_ = await store.conversation()
    await store.history.merge(id_, [said("q", LONG_AGO)])
    newest: Any = store.changes("user:local")[-1]
    told = newest.payload
    assert (told.conversation_id, told.updated_at, told.message_count, told.preview) == (id_, LONG_AGO, 1, "q")
    published = len(store.changes("user:local"))
    await store.history.merge(id_, [said("now", None)])
    assert len(store.changes("user:local")) == published  # it is at the top, where everybody looks


@on_each_database
async def test_a_fork_begins_now_however_old_and_long_its_beginning_is(store: Store) -> None:
    id_ = await store.conversation()
    thread = [said(f"m{n}", LONG_AGO + n) for n in range(forks.AT_ONCE + 5)]
    await store.history.merge(id_, thread)
    for last in ("m2", thread[-1].message_id):
        before = now_ms()
        fork = await store.history.fork(last)
        assert before <= fork.updated_at <= now_ms()
    assert await last_said(store, id_) == LONG_AGO + forks.AT_ONCE + 4
    await verified(store)


@on_each_database
async def test_what_is_uploaded_again_stands_where_its_browser_had_it(store: Store) -> None:
    """Also when it had come to its end, or was put to rights, after the last message began."""
    around = ClientConversation(None, LOCRIT, 3, {"user_id": "me", "session_id": "s", "updated_at": LONG_AGO + DAY})
    around.fields["title"] = "Lost"
    for messages_ in ([said("q", LONG_AGO)], [], [said("q", LONG_AGO)]):
        await store.history.merge("lost", messages_, around)
        assert await last_said(store, "lost") == LONG_AGO + DAY
    later = ClientConversation(None, LOCRIT, 3, around.fields | {"updated_at": LONG_AGO + 2 * DAY})
    await store.history.merge("lost", [], later)
    assert await last_said(store, "lost") == LONG_AGO + 2 * DAY
    await verified(store)


@on_each_database
async def test_artifacts_that_are_brought_stand_where_they_were_made(store: Store) -> None:
    id_ = await store.conversation()
    brought = await store.artifacts.create(id_, "code", "old", "print", made_at=LONG_AGO)
    assert (brought.created_at, brought.updated_at, brought.version_at) == (LONG_AGO,) * 3
    ahead = await store.artifacts.create(id_, "code", "ahead", "print", made_at=now_ms() + DAY)
    assert ahead.updated_at <= now_ms()
    listed, _ = await store.artifacts.of_conversation(id_)
    assert [one.name for one in listed] == ["ahead", "old"]


# What is there already


@on_each_database
async def test_what_an_earlier_version_put_where_it_was_brought_is_put_to_rights_by_a_repair(store: Store) -> None:
    """That version let every change move a conversation; the check takes it as it is."""
    wrong, right = await old(store, "wrong"), await old(store, "right")
    fork = await right.fork()
    now = now_ms()
    logged = update(events).where(events.c.scope == f"conversation:{wrong.id}").values(created_at=now)
    moved = update(conversations).where(conversations.c.id == wrong.id).values(updated_at=now)
    await store.database.write(lambda tx: [tx.write_now(change) for change in (logged, moved)])
    report = await store.history.verify(repair=True)
    [told] = report.repaired
    assert wrong.id in told
    assert await last_said(store, wrong.id) == await last_said(store, right.id) == LONG_AGO
    assert await last_said(store, fork.conversation_id) == fork.updated_at
    newest = select(func.max(messages.c.created_at)).where(messages.c.conversation_id == wrong.id)
    assert [tuple(row) for row in await store.rows(newest)] == [(LONG_AGO,)]
    assert (await store.history.verify(repair=True)).repaired == []
