"""What a message consists of beside its text: logged with its kind, kept in versions, and gone when it is forgotten."""

from itertools import pairwise

import pytest
from pydantic import ValidationError
from sqlalchemy import select, text

from backend.protocol.history import SyncedMessage
from src.entities import (
    Body,
    ClientMessage,
    GenerationResult,
    MessageVersion,
    Part,
    ReasoningPart,
    SendMessage,
    TextPart,
    ToolCallPart,
)
from src.entities.parts import Draft, gained, is_sound, reworded, words
from src.models import generation_chunks, message_versions, messages
from tests.store import Store, on_each_database
from tests.stores.history import index, verified

THOUGHT = ReasoningPart(text="Which sea? Any.", duration_ms=1200)
PARTS: list[Part] = [THOUGHT, TextPart()]
BETWEEN: list[Part] = [TextPart(text="Let me see. "), THOUGHT, TextPart(text="Blue.")]


async def thinking(store: Store) -> tuple[str, str]:
    """A running reply that thinks: the ids of its generation and its message."""
    conversation_id = await store.conversation()
    turn = await store.turns.send(SendMessage("The sea?", "ask", conversation_id=conversation_id))
    await store.replies.append_chunk(turn.generation_id, 2, "Which sea?", "reasoning")
    return turn.generation_id, turn.reply.message_id


async def answered(store: Store, parts: list[Part] = PARTS, content: str = "Blue.") -> str:
    generation_id, message_id = await thinking(store)
    await store.replies.finish_reply(generation_id, GenerationResult("complete", content, parts=parts))
    return message_id


async def body(store: Store, message_id: str) -> Body:
    message = await store.memory.message(message_id)
    return Body(message.content, message.parts)


@on_each_database
async def test_a_reply_that_thinks_is_its_log(store: Store) -> None:
    generation_id, message_id = await thinking(store)
    assert await body(store, message_id) == ("", [ReasoningPart(text="Which sea?")])
    state = await store.replies.generation(generation_id)
    assert (state.idx, state.content, state.parts) == (2, "", [ReasoningPart(text="Which sea?")])
    await store.replies.append_chunk(generation_id, 3, " Any.", "reasoning")
    await store.replies.fold_reply(generation_id, message_id, 3, "", [ReasoningPart(text="Which sea? Any.")])
    await store.replies.append_chunk(generation_id, 4, "Bl", "text", 1200)
    await store.replies.append_chunk(generation_id, 5, "ue.")
    assert await body(store, message_id) == ("Blue.", PARTS)
    await verified(store)
    await store.replies.finish_reply(generation_id, GenerationResult("interrupted"))  # as after a kill
    assert await body(store, message_id) == ("Blue.", PARTS)
    assert await store.rows(generation_chunks) == []
    await verified(store)


@on_each_database
async def test_a_plain_reply_says_nothing_of_parts(store: Store) -> None:
    conversation_id = await store.conversation()
    turn = await store.turns.send(SendMessage("The sea?", "ask", conversation_id=conversation_id))
    await store.replies.append_chunk(turn.generation_id, 1, "Blue.")
    await store.replies.fold_reply(turn.generation_id, turn.reply.message_id, 1, "Blue.")
    [chunk] = await store.rows(generation_chunks)
    assert (chunk.kind, chunk.thought_ms) == (None, None)
    await store.replies.finish_reply(turn.generation_id, GenerationResult("complete", "Blue."))
    rows = await store.rows(select(messages.c.parts))
    assert [row.parts for row in rows] == [None, None]
    assert all("parts" not in event.wire()["payload"] for event in store.changes(f"conversation:{conversation_id}"))


@on_each_database
async def test_a_log_in_which_only_the_end_of_the_thought_is_marked(store: Store) -> None:
    conversation_id = await store.conversation()
    turn = await store.turns.send(SendMessage("The sea?", "ask", conversation_id=conversation_id))
    generation_id, message_id = turn.generation_id, turn.reply.message_id
    await store.replies.append_chunk(generation_id, 3, "Hm, the sea.\n")
    await store.replies.append_chunk(generation_id, 4, "", "reasoning")
    thought = ReasoningPart(text="Hm, the sea.")
    assert await body(store, message_id) == ("", [thought])
    await store.replies.fold_reply(generation_id, message_id, 4, "", [thought])
    await store.replies.append_chunk(generation_id, 5, "Blue.", "text", 9)
    await verified(store)
    await store.replies.finish_reply(generation_id, GenerationResult("interrupted"))
    assert await body(store, message_id) == ("Blue.", [ReasoningPart(text="Hm, the sea.", duration_ms=9), TextPart()])
    await verified(store)


@on_each_database
async def test_what_was_thought_before_a_reply_went_on_stays_a_thought_of_its_own(store: Store) -> None:
    generation_id, message_id = await thinking(store)
    await store.replies.finish_reply(generation_id, GenerationResult("interrupted"))
    again = await store.turns.continue_(message_id)
    await store.replies.append_chunk(again.generation_id, 1, "Any.", "reasoning")
    await store.replies.append_chunk(again.generation_id, 2, "Blue.", "text", 7)
    await verified(store)
    await store.replies.finish_reply(again.generation_id, GenerationResult("interrupted"))
    thoughts = [ReasoningPart(text="Which sea?"), ReasoningPart(text="Any.", duration_ms=7)]
    assert await body(store, message_id) == ("Blue.", [*thoughts, TextPart()])
    versions: list[MessageVersion] = await store.history.versions(message_id)
    assert [version.parts for version in versions][1:] == [[ReasoningPart(text="Which sea?")]]
    await verified(store)


@on_each_database
async def test_a_reply_refers_to_rows_from_its_log_on(store: Store) -> None:
    conversation_id = await store.conversation()
    turn = await store.turns.send(SendMessage("The sea?", "ask", conversation_id=conversation_id))
    generation_id, message_id = turn.generation_id, turn.reply.message_id
    calls = [ToolCallPart(id="a"), ToolCallPart(id="b")]
    await store.replies.append_chunk(generation_id, 1, "Let me see.")
    await store.replies.append_chunk(generation_id, 2, "a", "tool_call")
    await store.replies.append_chunk(generation_id, 3, "b", "tool_call")
    assert await body(store, message_id) == ("Let me see.", [TextPart(), *calls])
    await store.replies.fold_reply(generation_id, message_id, 3, "Let me see.", [TextPart(), *calls])
    await store.replies.append_chunk(generation_id, 4, "Blue.")
    await verified(store)
    await store.replies.finish_reply(generation_id, GenerationResult("interrupted"))  # as after a kill
    said = [TextPart(text="Let me see."), *calls, TextPart(text="Blue.")]
    assert await body(store, message_id) == ("Let me see.Blue.", said)
    await store.memory.edit_message(message_id, "Green.")
    assert await body(store, message_id) == ("Green.", [*calls, TextPart()])
    await verified(store)


@on_each_database
async def test_another_text_keeps_the_other_parts(store: Store) -> None:
    message_id = await answered(store, BETWEEN, "Let me see. Blue.")
    await store.memory.edit_message(message_id, "Green.")
    assert await body(store, message_id) == ("Green.", PARTS)
    await store.history.keep_conflict(message_id, "Grey.")
    versions: list[MessageVersion] = await store.history.versions(message_id)
    said = [(version.content, version.parts) for version in versions]
    original = ("Let me see. Blue.", BETWEEN)
    assert said == [("Green.", PARTS), ("Grey.", PARTS), ("Green.", PARTS), original]
    await store.history.roll_back(message_id, versions[-1].rev)
    assert await body(store, message_id) == original
    await verified(store)


@on_each_database
async def test_a_fork_has_what_was_thought_and_forgetting_takes_it_everywhere(store: Store) -> None:
    message_id = await answered(store)
    await store.memory.edit_message(message_id, "Green.")
    fork = await store.history.fork(message_id)
    copied, _, _ = await store.memory.get_conversation_history(fork.conversation_id)
    assert copied[-1].parts == PARTS
    await store.history.forget_message(message_id)
    assert [row.parts for row in await store.rows(select(messages.c.parts)) if row.parts] == []
    assert await store.rows(message_versions) == []
    await verified(store)


@on_each_database
async def test_what_was_thought_is_not_found_as_something_said(store: Store) -> None:
    await answered(store, [ReasoningPart(text="An ocelot, perhaps."), TextPart()], "A wombat.")
    await index(store)
    hits = [await store.memory.search_memories("Bob Technique", word) for word in ("ocelot", "wombat")]
    assert list(map(len, hits)) == [0, 1]


@on_each_database
async def test_who_knows_only_the_words_changes_only_the_words(store: Store) -> None:
    message_id = await answered(store)
    conversation_id = (await store.memory.message(message_id)).conversation_id
    rev = (await store.memory.message(message_id)).rev
    await store.history.merge(conversation_id, [ClientMessage(message_id, "assistant", "Blue.", rev)])
    assert (await store.memory.message(message_id)).rev == rev
    await store.history.merge(conversation_id, [ClientMessage(message_id, "assistant", "Grey.", rev)])
    assert await body(store, message_id) == ("Grey.", PARTS)
    await verified(store)


@on_each_database
async def test_a_browser_that_saw_more_of_a_thought_gives_it_back(store: Store) -> None:
    generation_id, message_id = await thinking(store)
    await store.replies.finish_reply(generation_id, GenerationResult("interrupted"))
    message = await store.memory.message(message_id)
    more: list[Part] = [ReasoningPart(text="Which sea? Any.")]
    theirs = ClientMessage(message_id, "assistant", "", message.rev, status="streaming", parts=more)
    await store.history.merge(message.conversation_id, [theirs])
    assert await body(store, message_id) == ("", more)
    await verified(store)


@on_each_database
async def test_other_parts_than_the_changes_tell_are_found(store: Store) -> None:
    await answered(store)
    await store.database.write(lambda tx: tx.write_now(text("UPDATE messages SET parts = NULL")))
    report = await store.history.verify()
    assert any("parts differ" in problem for check in report.checks for problem in check.problems)


def test_a_reply_grows_piece_by_piece() -> None:
    draft = Draft(Body("I said"))
    draft.add("text", " this")
    draft.add("reasoning", "Hm")
    draft.add("reasoning", ".")
    draft.add("text", " and", 5)
    draft.add("text", " so")
    parts = [TextPart(text="I said this"), ReasoningPart(text="Hm.", duration_ms=5), TextPart(text=" and so")]
    assert draft.body() == ("I said this and so", parts)
    assert words(draft.body()) == "I said thisHm. and so"
    assert Draft(draft.body(), is_same_run=True).body() == draft.body()


def test_a_model_that_marks_only_the_end_of_its_thoughts_has_thought_all_of_this_run() -> None:
    draft = Draft(Body("I said this. "))
    draft.add("text", "Hm, the sea.\n")
    draft.add("reasoning", "")
    assert draft.body() == ("I said this. ", [TextPart(), ReasoningPart(text="Hm, the sea.")])
    draft.add("text", "Blue.", 9)
    thought = ReasoningPart(text="Hm, the sea.", duration_ms=9)
    assert draft.body() == ("I said this. Blue.", [TextPart(text="I said this. "), thought, TextPart(text="Blue.")])


def test_what_was_said_before_a_tool_was_called_is_not_thought_afterwards() -> None:
    draft = Draft(Body(""))
    for kind, piece in [("text", "Let me see."), ("tool_call", "a"), ("text", "Hm.\n"), ("reasoning", "")]:
        draft.add(kind, piece)
    said = [TextPart(), ToolCallPart(id="a"), ReasoningPart(text="Hm.")]
    assert draft.body() == ("Let me see.", said)
    draft.add("tool_call", "b", 9)
    assert draft.body().parts == [*said[:2], ReasoningPart(text="Hm.", duration_ms=9), ToolCallPart(id="b")]


@pytest.mark.parametrize(
    ("parts", "then"),
    [
        (None, None),
        (PARTS, PARTS),
        (BETWEEN, PARTS),
        ([THOUGHT], PARTS),
        ([THOUGHT, ToolCallPart(id="a"), TextPart()], [THOUGHT, ToolCallPart(id="a"), TextPart()]),
        ([TextPart(), THOUGHT], [TextPart(), THOUGHT]),
    ],
)
def test_another_text_stands_once_where_the_last_one_stood(parts: list[Part] | None, then: list[Part] | None) -> None:
    assert reworded(parts) == then
    assert is_sound(Body("Another.", then))


@pytest.mark.parametrize(
    "parts",
    [
        [{"type": "text", "text": "Grey."}],
        [{"type": "text"}, {"type": "text"}],
        [{"type": "reasoning", "text": "Hm."}],
        [{"type": "reasoning", "text": "\x00"}, {"type": "text"}],
        [{"type": "reasoning", "text": "Hm.", "duration_ms": -1}, {"type": "text"}],
        [{"type": "reasoning", "text": "Hm.", "duration_ms": 2**60}, {"type": "text"}],
        [{"type": "reasoning", "text": "x" * 200_001}, {"type": "text"}],
        [{"type": "reasoning"}, {"type": "text"}],
        [{"type": "tool_call"}, {"type": "text"}],
        [{"type": "tool_call", "id": ""}, {"type": "text"}],
        [{"type": "tool_call", "id": "x" * 201}, {"type": "text"}],
        [{"type": "tool_call", "id": "\x00"}, {"type": "text"}],
        [{"type": "unknown", "text": "Hm."}, {"type": "text"}],
        [{"type": "text"}] * 1001,
    ],
)
def test_parts_that_cannot_be_are_refused(parts: object) -> None:
    with pytest.raises(ValidationError):
        SyncedMessage.model_validate({"message_id": "m", "role": "assistant", "content": "Blue.", "parts": parts})


def test_what_was_gained_leads_from_one_look_at_a_reply_to_the_next() -> None:
    looks = [
        Body(""),
        Body("Hm. "),
        Body("", [ReasoningPart(text="Hm. Which sea?")]),
        Body("Bl", [ReasoningPart(text="Hm. Which sea? Any.", duration_ms=9), TextPart()]),
        Body("Blue.", [ReasoningPart(text="Hm. Which sea? Any.", duration_ms=9), TextPart()]),
        Body("Blue.!", [ReasoningPart(text="Hm. Which sea? Any.", duration_ms=9),
                        TextPart(text="Blue."), ReasoningPart(text="x"), TextPart(text="!")]),
        Body("Blue.!?", [ReasoningPart(text="Hm. Which sea? Any.", duration_ms=9),
                         TextPart(text="Blue."), ReasoningPart(text="x"), TextPart(text="!"),
                         ToolCallPart(id="a"), ToolCallPart(id="b"), TextPart(text="?")]),
    ]  # fmt: skip
    draft = Draft(looks[0])
    for before, after in pairwise(looks):
        draft = Draft(before, is_same_run=True)
        for piece in gained(before, after):
            draft.add(*piece)
        assert draft.body().content == after.content
        assert words(draft.body()).split() == words(after).split()
    assert draft.body() == looks[-1]
