"""The log of changes: what a client makes of it is what the database holds."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from src.entities import Failure
from src.errors import NotFound
from src.stores.generations import Ending
from src.stores.turns import Question
from tests.faults.audit import audit
from tests.fold import DERIVED, fold
from tests.store import LOCRIT, Store, on_each_database, opened

Operation = Callable[[Store, str], Awaitable[Any]]


async def ask(store: Store, conversation_id: str) -> str:
    turn = await store.memory.begin_turn(Question("why?", "turn", None, None, conversation_id))
    await store.memory.append_chunk(turn.generation_id, 2, "Because")
    return turn.generation_id


async def ask_and_finish(store: Store, conversation_id: str) -> None:
    error = Failure(code="model_cut", message="cut", hint="retry")
    await store.memory.finish_reply(await ask(store, conversation_id), Ending("failed", "Because", error=error))


async def ask_twice(store: Store, conversation_id: str) -> None:
    await ask_and_finish(store, conversation_id)
    reply = (await store.memory.get_conversation_history(conversation_id))[0][-1]
    turn = await store.memory.begin_retry(reply.message_id)
    await store.memory.fold_reply(turn.generation_id, turn.reply.message_id, 1, "Since")
    await store.memory.finish_reply(turn.generation_id, Ending("interrupted"))


async def delete_and_restore_locrit(store: Store, _conversation_id: str) -> None:
    await store.locrits.delete(LOCRIT)
    await store.locrits.restore(LOCRIT)


OPERATIONS: dict[str, Operation] = {
    "open": lambda store, _: store.conversation("another"),
    "save": lambda store, id_: store.memory.save_message(id_, "user", "again", metadata={"from": "test"}),
    "edit": lambda store, _: store.memory.edit_message("m", "edited"),
    "delete": lambda store, _: store.memory.delete_message("m"),
    "restore": lambda store, _: store.memory.restore_message("d"),
    "ask": ask,
    "ask and finish": ask_and_finish,
    "ask twice": ask_twice,
    "rename": lambda store, id_: store.memory.edit_conversation(id_, {"title": "new", "tags": ["a", "b"]}),
    "star": lambda store, id_: store.memory.edit_conversation(id_, {"starred": True, "archived": True}),
    "trash": lambda store, id_: store.memory.delete_conversation(id_),
    "clear": lambda store, _: store.memory.clear(LOCRIT),
    "create Locrit": lambda store, _: store.locrits.create("Ada", {"model": "m", "open_to": {"humans": False}}),
    "edit Locrit": lambda store, _: store.locrits.edit(LOCRIT, {"name": "Bob", "options": {"temperature": 0.5}}),
    "delete and restore Locrit": delete_and_restore_locrit,
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_events_say_is_what_the_database_holds(database_url: str, name: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            conversation_id = await store.conversation()
            for message_id in ("m", "d"):
                await store.memory.save_message(conversation_id, "user", "hello", message_id=message_id)
            await store.memory.delete_message("d")
            await OPERATIONS[name](store, conversation_id)
            assert await _folded(store) == await _snapshot(store)

    asyncio.run(scenario())
    audit(database_url, running=name == "ask")


async def _folded(store: Store) -> dict[tuple[str, str], dict[str, Any]]:
    """From the log, which must say what was announced."""
    conversations, _ = await store.memory.conversations()
    scopes = {event.scope for event in store.published if hasattr(event, "scope")}
    assert scopes >= {f"conversation:{c.conversation_id}" for c in conversations if c.message_count}
    logged = []
    for scope in sorted(scopes):
        events, head_seq, more = await store.memory.events(scope)
        assert [(e.seq, e.type, e.payload) for e in events] == [
            (e.seq, e.type, e.payload) for e in store.changes(scope)
        ]
        assert (len(events), more) == (head_seq, False)
        logged += events
    return {key: _plain(key[0], payload) for key, payload in fold(logged).items()}


async def _snapshot(store: Store) -> dict[tuple[str, str], dict[str, Any]]:
    """What a client that begins now is told; the trash included."""
    snapshot: dict[tuple[str, str], dict[str, Any]] = {}
    for kind, id_ in fold(event for event in store.published if hasattr(event, "seq")):
        if kind == "message":
            entity: Any = await store.memory.message(id_)
        elif kind == "conversation":
            entity = await store.memory.conversation(id_)
        else:
            entity = next(locrit for locrit in await store.locrits.list(include_deleted=True) if locrit.id == id_)
        snapshot[kind, id_] = _plain(kind, entity.wire())
    return snapshot


def _plain(kind: str, wire: dict[str, Any]) -> dict[str, Any]:
    running = {"content", "idx"} if wire.get("status") == "streaming" else set()
    return {name: value for name, value in wire.items() if name not in DERIVED[kind] | running}


@on_each_database
async def test_a_log_is_read_in_pieces_without_gaps(store: Store) -> None:
    conversation_id = await store.conversation()
    scope = f"conversation:{conversation_id}"
    await asyncio.gather(*(store.memory.save_message(conversation_id, "user", str(n)) for n in range(25)))
    seen, head_seq, more = 0, 0, True
    while more:
        events, head_seq, more = await store.memory.events(scope, since=seen, limit=10)
        assert [event.seq for event in events] == list(range(seen + 1, seen + 1 + len(events)))
        seen = events[-1].seq
    assert seen == head_seq == 25
    assert await store.memory.events(scope, since=10**6) == ([], 25, False)


@on_each_database
async def test_following_what_does_not_exist_is_an_error_not_an_empty_log(store: Store) -> None:
    for scope in ("conversation:unknown", "user:eve", "nonsense", ""):
        with pytest.raises(NotFound):
            await store.memory.events(scope)


@on_each_database
async def test_every_scope_is_gapless_under_concurrency(store: Store) -> None:
    ids = [await store.conversation(name) for name in "abc"]

    async def work(id_: str, n: int) -> None:
        message, _ = await store.memory.save_message(id_, "user", f"{n}")
        await asyncio.gather(
            store.memory.edit_message(message.message_id, "edited"),
            store.memory.edit_conversation(id_, {"title": f"{n}"}),
            store.memory.begin_turn(Question("why?", f"turn {id_} {n}", None, None, id_)),
        )
        await store.memory.delete_message(message.message_id)

    await asyncio.gather(*(work(id_, n) for id_ in ids for n in range(8)))
    for generation_id in await store.memory.running_generations():
        await store.memory.finish_reply(generation_id, Ending("interrupted"))
    await asyncio.to_thread(audit, store.url)
