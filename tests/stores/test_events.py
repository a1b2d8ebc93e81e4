"""The log of changes: what a client makes of it is what the database holds."""

import asyncio
import json
import re
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, make_url

from src.entities import (
    Change,
    ClientMessage,
    Failure,
    GenerationResult,
    Part,
    ReasoningPart,
    Scrubbed,
    SendMessage,
    TextPart,
)
from src.errors import NotFound
from src.stores import concepts, conversations, locrits, memories, messages
from tests.faults.audit import audit
from tests.fold import DERIVED, fold
from tests.store import LOCRIT, Store, on_each_database, opened
from tests.stores.decided import decide_concepts, forget_concepts

STORIES = Path(__file__).parents[2] / "frontend" / "tests" / "fixtures" / "stories.json"
"""What the browser is tested with."""
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")

Operation = Callable[[Store, str], Awaitable[Any]]


async def ask(store: Store, conversation_id: str) -> str:
    turn = await store.turns.send(SendMessage("why?", "turn", None, None, conversation_id))
    await store.replies.append_chunk(turn.generation_id, 2, "Because")
    return turn.generation_id


async def ask_and_finish(store: Store, conversation_id: str) -> None:
    error = Failure(code="model_cut", message="cut", hint="retry")
    await store.replies.finish_reply(
        await ask(store, conversation_id), GenerationResult("failed", "Because", error=error)
    )


async def ask_twice(store: Store, conversation_id: str) -> None:
    await ask_and_finish(store, conversation_id)
    reply = (await store.memory.get_conversation_history(conversation_id))[0][-1]
    turn = await store.turns.retry(reply.message_id)
    await store.replies.fold_reply(turn.generation_id, turn.reply.message_id, 1, "Since")
    await store.replies.finish_reply(turn.generation_id, GenerationResult("interrupted"))


async def think(store: Store, conversation_id: str) -> None:
    turn = await store.turns.send(SendMessage("why?", "turn", conversation_id=conversation_id))
    await store.replies.append_chunk(turn.generation_id, 2, "Hm.", "reasoning")
    await store.replies.append_chunk(turn.generation_id, 3, "Because", "text", 1200)
    await store.replies.finish_reply(turn.generation_id, GenerationResult("interrupted"))
    await store.turns.continue_(turn.reply.message_id)
    parts: list[Part] = [ReasoningPart(text="Hm.", duration_ms=1200), TextPart()]
    [running] = await store.running()
    await store.replies.finish_reply(running, GenerationResult("complete", "Because so", parts=parts))
    await store.memory.edit_message(turn.reply.message_id, "Because it is so")
    await store.history.fork(turn.reply.message_id)


async def continue_(store: Store, conversation_id: str) -> None:
    turn = await store.turns.send(SendMessage("why?", "turn", conversation_id=conversation_id))
    await store.replies.finish_reply(turn.generation_id, GenerationResult("interrupted", "Bec"))
    again = await store.turns.continue_(turn.reply.message_id)
    await store.replies.finish_reply(again.generation_id, GenerationResult("complete", "Because"))


async def branch(store: Store, conversation_id: str) -> None:
    await ask_and_finish(store, conversation_id)
    turn = await store.turns.send(SendMessage("how?", "other", conversation_id=conversation_id, sibling_of="m"))
    await store.replies.finish_reply(turn.generation_id, GenerationResult("stopped", "So"))


async def roll_back(store: Store, _conversation_id: str) -> None:
    await store.memory.edit_message("m", "edited")
    await store.history.roll_back("m", 1)


async def merge(store: Store, conversation_id: str) -> None:
    await store.memory.edit_message("m", "edited here")
    theirs = [ClientMessage("m", "user", "edited there", rev=1), ClientMessage("new", "user", "only there")]
    await store.history.merge(conversation_id, theirs)


async def trash_and_restore(store: Store, conversation_id: str) -> None:
    await store.memory.delete_conversation(conversation_id)
    await store.memory.edit_conversation(conversation_id, {"deleted": False})


async def empty_trash(store: Store, conversation_id: str) -> None:
    await store.memory.delete_conversation(conversation_id)
    await store.history.empty_trash()


async def forget_locrit(store: Store, _conversation_id: str) -> None:
    await store.memory.save_memory(LOCRIT, "likes tea", memory_id="noted")
    await store.locrits.delete(LOCRIT)
    await store.history.forget_locrit(LOCRIT)


async def revise_memory(store: Store, _conversation_id: str) -> None:
    memory = await store.memory.save_memory(LOCRIT, "likes tea", tags=["taste"], memory_id="noted")
    await store.memory.edit_memory(LOCRIT, memory.id, {"content": "likes coffee", "pinned": True})
    await store.memory.roll_back_memory(LOCRIT, memory.id, 1)
    await store.memory.delete_memory(LOCRIT, memory.id)
    await store.memory.restore_memory(LOCRIT, memory.id)


async def forget_memory(store: Store, _conversation_id: str) -> None:
    memory = await store.memory.save_memory(LOCRIT, "likes tea", memory_id="noted")
    await store.memory.edit_memory(LOCRIT, memory.id, {"content": "likes coffee"})
    await store.memory.forget_memory(LOCRIT, memory.id)


async def forget_what_was_copied(store: Store, conversation_id: str) -> None:
    fork = await store.history.fork("m")
    await store.history.fork((await store.memory.get_conversation_history(fork.conversation_id))[0][0].message_id)
    await store.history.forget_conversation(conversation_id)


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
    "continue": continue_,
    "think": think,
    "branch": branch,
    "roll back": roll_back,
    "keep aside": lambda store, _: store.history.keep_conflict("m", "another edit"),
    "merge": merge,
    "fork": lambda store, _: store.history.fork("m"),
    "forget message": lambda store, _: store.history.forget_message("m"),
    "forget conversation": lambda store, id_: store.history.forget_conversation(id_),
    "rename": lambda store, id_: store.memory.edit_conversation(id_, {"title": "new", "tags": ["a", "b"]}),
    "star": lambda store, id_: store.memory.edit_conversation(id_, {"starred": True, "archived": True}),
    "trash": lambda store, id_: store.memory.delete_conversation(id_),
    "trash and restore": trash_and_restore,
    "empty trash": empty_trash,
    "clear": lambda store, _: store.memory.clear(LOCRIT),
    "create Locrit": lambda store, _: store.locrits.create("Ada", {"model": "m", "open_to": {"humans": False}}),
    "edit Locrit": lambda store, _: store.locrits.edit(LOCRIT, {"name": "Bob", "options": {"temperature": 0.5}}),
    "delete and restore Locrit": delete_and_restore_locrit,
    "forget Locrit": forget_locrit,
    "forget what was copied": forget_what_was_copied,
    "revise memory": revise_memory,
    "forget memory": forget_memory,
    "decide concepts": decide_concepts,
    "forget concepts": forget_concepts,
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_events_say_is_what_the_database_holds(database_url: str, name: str) -> None:
    asyncio.run(_story(database_url, name))
    audit(database_url, running=name == "ask")


def test_the_browser_is_tested_with_the_same_events(tmp_path: Path, sqlite_url: str) -> None:
    """The browser must make the same of them: `rows.test.ts`. Stale stories are told anew, and reported."""
    told = []
    for name in OPERATIONS:
        file = shutil.copy(make_url(sqlite_url).database or "", tmp_path / f"{name}.db")
        told.append({"operation": name} | asyncio.run(_story(f"sqlite:///{file}", name)))
    stories = "\n".join(["[", ",\n".join(_always_the_same(json.dumps(story)) for story in told), "]", ""])
    before = STORIES.read_text() if STORIES.exists() else ""
    STORIES.write_text(stories)
    assert stories == before, f"{STORIES.name} was stale. It is written anew now: look at it and commit it."


async def _story(url: str, name: str) -> dict[str, Any]:
    """The events of an operation and what they come to."""
    async with opened(url) as store:
        conversation_id = await store.conversation()
        for message_id in ("m", "d"):
            await store.memory.save_message(conversation_id, "user", "hello", message_id=message_id)
        await store.memory.delete_message("d")
        await OPERATIONS[name](store, conversation_id)
        log, snapshot = await _log(store), await _snapshot(store)
        folded = {key: _plain(key[0], payload) for key, payload in fold(log).items()}
        assert folded == snapshot
        rows = [{"kind": kind, "id": id_, "row": row} for (kind, id_), row in snapshot.items()]
        return {"events": [event.wire() for event in log], "snapshot": rows}


def _always_the_same(story: str) -> str:
    """Ids and times by the order of their appearance."""
    ids = {id_: f"id-{n}" for n, id_ in enumerate(dict.fromkeys(UUID.findall(story)))}
    return MOMENT.sub("2026-01-01T00:00:00.000Z", UUID.sub(lambda found: ids[found.group()], story))


async def _log(store: Store) -> list[Any]:
    """Scope by scope; it must say what was announced, but for what was forgotten since."""
    conversations, _ = await store.memory.conversations()
    scopes = list(dict.fromkeys(event.scope for event in store.published if isinstance(event, Change)))
    assert set(scopes) >= {f"conversation:{c.conversation_id}" for c in conversations if c.message_count}
    logged = []
    for scope in scopes:
        events, head_seq, more = await store.memory.events(scope)
        announced = [(e.seq, e.type, e.payload) for e in store.changes(scope)]
        said = [
            (e.seq, e.type, was[2] if e.payload == Scrubbed() else e.payload)
            for e, was in zip(events, announced, strict=True)
        ]
        assert said == announced
        assert (len(events), more) == (head_seq, False)
        logged += events
    return logged


READ: dict[str, Callable[[Connection, str], Any]] = {
    "message": messages.require,
    "conversation": conversations.require,
    "locrit": locrits.by_id,
    "memory": memories.require,
    "concept": concepts.decided,
}


def _reading(kind: str, id_: str) -> Callable[[Connection], Any]:
    return lambda connection: READ[kind](connection, id_)


async def _snapshot(store: Store) -> dict[tuple[str, str], dict[str, Any]]:
    """What a client that begins now is told; the trash included."""
    snapshot: dict[tuple[str, str], dict[str, Any]] = {}
    for kind, id_ in fold(event for event in store.published if hasattr(event, "seq")):
        entity = await store.database.read(_reading(kind, id_))
        snapshot[kind, id_] = _plain(kind, entity.wire())
    return snapshot


def _plain(kind: str, wire: dict[str, Any]) -> dict[str, Any]:
    running = {"content", "parts", "idx"} if wire.get("status") == "streaming" else set()
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
            store.turns.send(SendMessage("why?", f"turn {id_} {n}", None, None, id_)),
        )
        await store.memory.delete_message(message.message_id)

    await asyncio.gather(*(work(id_, n) for id_ in ids for n in range(8)))
    for generation_id in await store.running():
        await store.replies.finish_reply(generation_id, GenerationResult("interrupted"))
    await asyncio.to_thread(audit, store.url)
