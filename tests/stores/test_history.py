"""Versions, branches, forks, the trash, forgetting, merging and integrity."""

import dataclasses
import functools

import pytest
from sqlalchemy import Executable, delete, text, update

from src.entities import ClientMessage, GenerationResult, IntegrityReport, SendMessage
from src.errors import Conflict, InvalidInput, NotFound
from src.models import conversations, events, messages
from src.stores import integrity
from src.stores.unit_of_work import UnitOfWork
from tests.store import Store, on_each_database
from tests.stores.history import ask, index, say, verified


@on_each_database
async def test_every_version_is_kept_and_any_can_come_back(store: Store) -> None:
    _, [message_id] = await say(store, "first")
    await store.memory.edit_message(message_id, "second")
    await store.memory.edit_message(message_id, "third")
    back = await store.history.roll_back(message_id, 1, op_id="back")
    assert (back.content, back.rev) == ("first", 4)
    assert (await store.history.roll_back(message_id, 1, op_id="back")).rev == 4
    history = await store.history.versions(message_id)
    assert [(version.rev, version.content) for version in history] == [
        (4, "first"),
        (3, "third"),
        (2, "second"),
        (1, "first"),
    ]
    with pytest.raises(NotFound):
        await store.history.roll_back(message_id, 9)
    await verified(store)


@on_each_database
async def test_no_message_has_the_id_of_its_conversation(store: Store) -> None:
    """It stands for what the first message follows."""
    where = await store.conversation()
    with pytest.raises(InvalidInput):
        await store.memory.save_message(where, "user", "Hello", message_id=where)
    with pytest.raises(InvalidInput):
        await store.history.merge(where, [ClientMessage(where, "user", "Hello")])
    await say(store, "first")
    await verified(store)


@on_each_database
async def test_the_loser_of_two_edits_is_kept_as_a_version(store: Store) -> None:
    _, [message_id] = await say(store, "draft")
    await store.memory.edit_message(message_id, "theirs", rev=1)
    with pytest.raises(Conflict) as stale:
        await store.memory.edit_message(message_id, "mine", rev=1)
    assert stale.value.details["current"]["content"] == "theirs"
    kept = await store.history.keep_conflict(message_id, "mine", op_id="keep")
    assert (await store.history.keep_conflict(message_id, "mine", op_id="keep")).rev == kept.rev
    assert kept.content == "theirs"
    assert [version.content for version in await store.history.versions(message_id)] == [
        "theirs",
        "mine",
        "theirs",
        "draft",
    ]
    await verified(store)


@on_each_database
async def test_a_question_put_differently_is_a_branch_and_the_prompt_follows_it(store: Store) -> None:
    conversation_id = await store.conversation()
    first, _ = await ask(store, conversation_id, "What is red?", "A colour.")
    old, _ = await ask(store, conversation_id, "And blue?", "Another one.")
    new, reply = await ask(store, conversation_id, "And green?", "A third.", sibling_of=old)
    after, _ = await ask(store, conversation_id, "Thanks", "Welcome.")
    said = {
        message.message_id: message for message in (await store.memory.get_conversation_history(conversation_id))[0]
    }
    assert said[old].parent_id == said[new].parent_id
    assert said[first].parent_id == conversation_id
    assert said[after].parent_id == reply
    path = [message.content for message in await store.ancestry(after, 50)]
    assert path == ["What is red?", "A colour.", "And green?", "A third.", "Thanks"]
    await verified(store)


@on_each_database
async def test_a_question_goes_on_from_the_branch_that_it_names(store: Store) -> None:
    conversation_id = await store.conversation()
    question, old = await ask(store, conversation_id, "What is red?", "A colour.")
    again = await store.turns.retry(question)
    await store.replies.finish_reply(again.generation_id, GenerationResult("complete", "A feeling."))
    followed, reply = await ask(store, conversation_id, "And blue?", "Another one.", parent_id=old)
    after, _ = await ask(store, conversation_id, "Thanks", "Welcome.")
    path = await store.ancestry(after, 50)
    assert [message.content for message in path] == [
        "What is red?",
        "A colour.",
        "And blue?",
        "Another one.",
        "Thanks",
    ]
    assert (path[2].message_id, path[2].parent_id, path[3].message_id) == (followed, old, reply)
    await verified(store)


@on_each_database
async def test_a_question_follows_nothing_that_is_not_in_its_conversation(store: Store) -> None:
    conversation_id, elsewhere = await store.conversation(), await store.conversation("two")
    _, here = await ask(store, conversation_id, "one", "eins")
    question, there = await ask(store, elsewhere, "two", "zwei")
    for place in ({"parent_id": there}, {"parent_id": "unknown"}, {"parent_id": here, "sibling_of": question}):
        with pytest.raises((NotFound, InvalidInput)):
            await ask(store, conversation_id, "three", "drei", **place)
    question_here = SendMessage("again", op_id="op", conversation_id=conversation_id, parent_id=here)
    await store.turns.send(question_here)
    with pytest.raises(Conflict):
        await store.turns.send(dataclasses.replace(question_here, parent_id=None))
    assert [message.content for message in await store.ancestry(here, 50)] == ["one", "eins"]


@on_each_database
async def test_a_reply_that_was_cut_goes_on_in_the_same_message(store: Store) -> None:
    conversation_id = await store.conversation()
    turn = await store.turns.send(SendMessage("Count", op_id="count", conversation_id=conversation_id))
    await store.replies.finish_reply(turn.generation_id, GenerationResult("interrupted", "one two"))
    more = await store.turns.continue_(turn.reply.message_id, "go on")
    assert (await store.turns.continue_(turn.reply.message_id, "go on")).repeated
    assert (more.reply.message_id, more.reply.status) == (turn.reply.message_id, "streaming")
    assert (more.reply.content, more.message.content) == ("one two", "Count")
    await store.replies.append_chunk(more.generation_id, 1, " three")
    assert (await store.memory.message(turn.reply.message_id)).content == "one two three"
    await store.replies.finish_reply(more.generation_id, GenerationResult("complete", "one two three four"))
    history = await store.history.versions(turn.reply.message_id)
    assert [version.content for version in history] == ["one two three four", "one two"]
    with pytest.raises(Conflict):
        await store.turns.continue_(turn.reply.message_id)
    await verified(store)


@on_each_database
async def test_a_fork_begins_with_what_was_said_and_leaves_the_original_alone(store: Store) -> None:
    conversation_id = await store.conversation()
    await ask(store, conversation_id, "one", "eins")
    _, reply = await ask(store, conversation_id, "two", "zwei")
    await ask(store, conversation_id, "three", "drei")
    before = await store.memory.get_conversation_history(conversation_id)
    fork = await store.history.fork(reply, op_id="fork")
    assert (await store.history.fork(reply, op_id="fork")).conversation_id == fork.conversation_id
    copied, _, _ = await store.memory.get_conversation_history(fork.conversation_id)
    assert [message.content for message in copied] == ["one", "eins", "two", "zwei"]
    assert (fork.forked_from, fork.message_count) == (conversation_id, 4)
    assert await store.memory.get_conversation_history(conversation_id) == before
    await verified(store)


@on_each_database
async def test_what_is_not_there_is_neither_forked_nor_asked_again(store: Store) -> None:
    conversation_id = await store.conversation()
    question, reply = await ask(store, conversation_id, "one", "eins")
    with pytest.raises(Conflict):
        await store.history.fork(reply, conversation_id=conversation_id)
    await store.memory.delete_message(question)
    with pytest.raises(NotFound):
        await store.turns.retry(reply)
    with pytest.raises(NotFound):
        await store.history.fork(question)
    alone = await store.history.fork(reply)
    [copy] = (await store.memory.get_conversation_history(alone.conversation_id))[0]
    with pytest.raises(Conflict, match="without its question"):
        await store.turns.retry(copy.message_id)
    await verified(store)


@on_each_database
async def test_the_trash_shows_what_was_deleted_until_it_is_restored(store: Store) -> None:
    conversation_id, [one, _] = await say(store, "one", "two")
    await store.memory.delete_message(one)
    assert [message.message_id for message in (await store.history.trash()).messages] == [one]
    await store.memory.delete_conversation(conversation_id)
    trash = await store.history.trash()
    assert ([one.conversation_id for one in trash.conversations], trash.messages) == ([conversation_id], [])
    assert (await store.history.storage()).trash == 1
    await store.memory.edit_conversation(conversation_id, {"deleted": False})
    await store.memory.restore_message(one)
    await store.locrits.delete("Pixie Assistant")
    trash = await store.history.trash()
    assert ([one.name for one in trash.locrits], trash.conversations) == (["Pixie Assistant"], [])
    assert (await store.history.storage()).trash == 1
    await verified(store)


@on_each_database
async def test_merging_loses_nothing_doubles_nothing_and_overwrites_nothing(store: Store) -> None:
    conversation_id, [same, edited_there, edited_both, behind] = await say(store, "same", "there", "both", "old")
    await store.memory.edit_message(edited_both, "both, here")
    await store.memory.edit_message(behind, "new")
    theirs = [
        ClientMessage(same, "user", "same", 1),
        ClientMessage(edited_there, "user", "there, there", 1),
        ClientMessage(edited_both, "user", "both, there", 1),
        ClientMessage(behind, "user", "old", 1),
        ClientMessage("offline-1", "user", "written offline"),
    ]
    merged = await store.history.merge(conversation_id, theirs)
    assert (merged.added, merged.updated, merged.conflicted) == (["offline-1"], [edited_there], [edited_both])
    assert merged.unchanged == [same, behind]
    again = await store.history.merge(conversation_id, theirs)
    assert (again.added, again.updated, again.conflicted) == ([], [], [])
    said = [message.content for message in (await store.memory.get_conversation_history(conversation_id))[0]]
    assert said == ["same", "there, there", "both, here", "new", "written offline"]
    assert "both, there" in [version.content for version in await store.history.versions(edited_both)]
    await verified(store)


DAMAGES: dict[str, Executable] = {
    "order of messages": update(messages).where(messages.c.seq == 2).values(seq=9),
    "order of changes": delete(events).where(events.c.seq == 2, events.c.scope.like("conversation:%")),
    "digests": update(events).where(events.c.seq == 1).values(payload="{}"),
    "rows and changes": update(messages).where(messages.c.seq == 2).values(content="never said"),
    "counters": update(conversations).values(message_count=7),
    "search index": text("DELETE FROM message_search"),
}


def _damage(name: str, tx: UnitOfWork) -> None:
    tx.write_now(DAMAGES[name])


def _damaged(damage: Executable, tx: UnitOfWork) -> IntegrityReport:
    connection = tx.connection
    with connection.begin_nested() as nested:
        connection.execute(damage)
        report = integrity.verify(connection)
        nested.rollback()
    return report


@on_each_database
async def test_every_kind_of_damage_is_found(store: Store) -> None:
    await say(store, "one", "two", "three")
    await verified(store)
    for name, damage in DAMAGES.items():
        report = await store.database.write(functools.partial(_damaged, damage))
        assert name in [check.name for check in report.checks if not check.ok]
    await verified(store)


@on_each_database
async def test_what_follows_from_the_rest_is_repaired(store: Store) -> None:
    await say(store, "one", "two", "three")
    await index(store)
    for name in ("counters", "search index"):
        await store.database.write(functools.partial(_damage, name))
    assert not (await store.history.verify()).ok
    assert len((await store.history.verify(repair=True)).repaired) == 2
    checked = {check.name: check.checked for check in (await verified(store)).checks}
    assert (checked["search index"], checked["order of messages"]) == (3, 1)
