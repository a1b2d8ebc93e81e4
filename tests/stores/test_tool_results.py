"""What models had done by tools: a row each from the moment it is asked for, told, verified, copied and forgotten."""

import json
from typing import Any

import pytest

from src.entities import Body, GenerationResult, NewToolResult, SendMessage, TextPart, ToolCallPart, ToolResult, Turn
from src.errors import Conflict, NotFound
from src.models import events as events_table
from src.models import messages, tool_results
from tests.callers import SOMEONE
from tests.store import LOCRIT, Store, on_each_database
from tests.stores.history import verified

SEARCH = NewToolResult("a", "search_conversations", {"query": "the sea"}, "Search")
REMEMBER = NewToolResult("b", "remember", {"content": "likes tea"}, changes=True, asks=True)
STRANGE: dict[str, Any] = {
    "a text": "not { JSON",
    "nothing": None,
    "a list": [1, 2.5, "é", [None, True]],
    "half a character": {"\ud83d": "\ud83d\x00"},
    "numbers that are none": {"n": [float("nan"), float("inf")]},
    "a number too large for browsers": {"n": 10**400},
    "a megabyte": "x" * 1_000_000,
}


async def asked(store: Store, *calls: NewToolResult) -> Turn:
    conversation_id = await store.conversation()
    turn: Turn = await store.turns.send(SendMessage("The sea?", "ask", conversation_id=conversation_id))
    await store.replies.append_chunk(turn.generation_id, 1, "Let me see.")
    await store.replies.call_tools(turn.generation_id, 1, calls or [SEARCH, REMEMBER])
    return turn


async def ran(store: Store, turn: Turn, id_: str, result: Any = "found") -> None:
    await store.replies.start_tool(turn.generation_id, id_)
    await store.replies.end_tool(id_, {"status": "done", "result": result, "duration_ms": 7})


async def told(store: Store, id_: str) -> ToolResult:
    one: ToolResult = await store.tool_results.get(id_)
    return one


@on_each_database
async def test_it_is_there_with_the_part_that_refers_to_it_before_it_runs(store: Store) -> None:
    turn = await asked(store)
    message = await store.memory.message(turn.reply.message_id)
    calls = [ToolCallPart(id="a"), ToolCallPart(id="b")]
    assert (message.content, message.parts) == ("Let me see.", [TextPart(), *calls])
    both = await store.tool_results.of_messages(message.conversation_id, [message])
    assert [(one.id, one.status, one.changes, one.asks) for one in both] == [
        ("a", "pending", False, False),
        ("b", "pending", True, True),
    ]
    await verified(store)
    await store.replies.call_tools(turn.generation_id, 1, [SEARCH, REMEMBER])  # the answer to the first was lost
    assert (await store.memory.message(turn.reply.message_id)).parts == message.parts


@on_each_database
async def test_each_step_is_told_in_its_conversation(store: Store) -> None:
    turn = await asked(store)
    await ran(store, turn, "a", {"found": ["é"]})
    scope = f"conversation:{turn.reply.conversation_id}"
    steps = [event for event in store.changes(scope) if event.type.startswith("tool_result.")]
    assert [(event.entity_id, event.wire()["payload"]["status"]) for event in steps] == [
        ("a", "pending"), ("b", "pending"), ("a", "running"), ("a", "done"),
    ]  # fmt: skip
    assert steps[-1].payload == await told(store, "a")
    logged, _, _ = await store.memory.events(scope)
    assert logged == store.changes(scope)
    await verified(store)


@on_each_database
async def test_one_that_asks_does_not_run_before_it_is_answered_and_none_runs_twice(store: Store) -> None:
    turn = await asked(store)
    assert (await store.replies.start_tool(turn.generation_id, "b")).status == "pending"
    await ran(store, turn, "a")
    assert (await store.replies.start_tool(turn.generation_id, "a")).status == "done"
    await store.replies.end_tool("a", {"status": "failed"})
    assert (await told(store, "a")).status == "done"


@on_each_database
async def test_nothing_runs_once_the_reply_has_ended(store: Store) -> None:
    doing = NewToolResult("c", "remember", {}, changes=True)
    turn = await asked(store, SEARCH, doing, REMEMBER)
    for id_ in ("a", "c"):
        await store.replies.start_tool(turn.generation_id, id_)
    await store.replies.finish_reply(turn.generation_id, GenerationResult("interrupted"))  # as after a kill
    a, b, c = [await told(store, id_) for id_ in "abc"]
    assert (a.status, b.status) == ("pending", "pending")
    assert (c.status, c.error and c.error.code) == ("failed", "unknown_outcome")
    with pytest.raises(Conflict):
        await store.replies.start_tool(turn.generation_id, "a")
    with pytest.raises(Conflict):
        await store.replies.call_tools(turn.generation_id, 5, [NewToolResult("d", "now")])
    await verified(store)


@on_each_database
async def test_any_json_is_kept_as_far_as_json_can_hold_it(store: Store) -> None:
    turn = await asked(store, *(NewToolResult(name, "any", value) for name, value in STRANGE.items()))
    for name in STRANGE:
        await ran(store, turn, name, STRANGE[name])
    assert (await told(store, "a megabyte")).result == "x" * 1_000_000
    assert (await told(store, "a list")).arguments == [1, 2.5, "é", [None, True]]
    assert (await told(store, "numbers that are none")).result == {"n": ["nan", "inf"]}
    for name in STRANGE:
        json.dumps((await told(store, name)).wire(), allow_nan=False).encode()
    await verified(store)


@on_each_database
async def test_what_is_nested_too_deeply_is_kept_as_text(store: Store) -> None:
    deep: Any = "bottom"
    for _ in range(500):
        deep = [deep]
    turn = await asked(store, NewToolResult("deep", "any", deep))
    await ran(store, turn, "deep", deep)
    assert "bottom" in str((await told(store, "deep")).result)
    await verified(store)


@on_each_database
async def test_a_fork_has_its_own_copies(store: Store) -> None:
    turn = await asked(store)
    await ran(store, turn, "a", {"found": 1})
    await store.replies.finish_reply(turn.generation_id, GenerationResult("interrupted"))
    fork = await store.history.fork(turn.reply.message_id)
    copied, _, _ = await store.memory.get_conversation_history(fork.conversation_id)
    both = await store.tool_results.of_messages(fork.conversation_id, [copied[-1]])
    assert [part.wire().get("id") for part in copied[-1].parts or ()] == [None, *(one.id for one in both)]
    assert {"a", "b"}.isdisjoint(one.id for one in both)
    assert [(one.name, one.status, one.result) for one in both] == [
        ("search_conversations", "done", {"found": 1}),
        ("remember", "pending", None),
    ]
    await verified(store)


@on_each_database
async def test_it_is_forgotten_with_its_message_and_with_its_copies(store: Store) -> None:
    turn = await asked(store, NewToolResult("a", "tell", {"secret": "zanzibar"}, "Zanzibar"))
    await ran(store, turn, "a", ["zanzibar"])
    await store.replies.finish_reply(turn.generation_id, GenerationResult("complete"))
    await store.history.fork(turn.reply.message_id)
    await store.history.forget_message(turn.reply.message_id)
    rows = await store.rows(tool_results)
    assert [(row.name, row.display_name, row.arguments, row.result) for row in rows] == [("", "", "null", "null")] * 2
    assert all(row.forgotten_at for row in rows)
    assert not [row for row in await store.rows(events_table) if "zanzibar" in row.payload.lower()]
    assert not [row for row in await store.rows(messages) if "zanzibar" in f"{row.parts}{row.content}"]
    await verified(store)


@on_each_database
async def test_it_is_forgotten_with_its_conversation(store: Store) -> None:
    turn = await asked(store)
    await store.replies.finish_reply(turn.generation_id, GenerationResult("complete"))
    await store.history.forget_conversation(turn.reply.conversation_id)
    assert {row.name for row in await store.rows(tool_results)} == {""}
    await verified(store)


@on_each_database
async def test_it_is_another_persons_affair(store: Store) -> None:
    await asked(store)
    other = await store.of(SOMEONE)
    with pytest.raises(NotFound):
        await other.tool_results.get("a")


@on_each_database
async def test_another_text_and_a_rollback_keep_it(store: Store) -> None:
    turn = await asked(store)
    await store.replies.finish_reply(turn.generation_id, GenerationResult("complete"))
    id_ = turn.reply.message_id
    before = await store.memory.message(id_)
    edited = await store.memory.edit_message(id_, "Better.")
    assert [part.type for part in edited.parts] == ["text", "tool_call", "tool_call"]
    back = await store.history.roll_back(id_, before.rev)
    assert Body(back.content, back.parts) == Body(before.content, before.parts)
    await verified(store)


@on_each_database
async def test_a_locrit_says_which_tools_its_model_may_call(store: Store) -> None:
    edited = await store.locrits.edit(LOCRIT, {"tools": {"remember": "ask"}})
    assert edited.tools == {"remember": "ask"}
    assert (await store.locrits.get(LOCRIT)).tools == {"remember": "ask"}
    await verified(store)


@on_each_database
async def test_what_is_saved_under_an_id_of_another_conversation_is_refused(store: Store) -> None:
    one, other = await store.conversation("one"), await store.conversation("other")
    saved = await store.tool_results.save(one, "t", {"name": "search"})
    with pytest.raises(Conflict):
        await store.tool_results.save(other, "t", {"name": "theirs"})
    assert await store.tool_results.get("t") == saved
