"""Artifacts: what a reply made is there with the end of the reply, once, and has a life of its own."""

import asyncio
from typing import Any

import pytest

from src.entities import Artifact, GenerationResult, MessageStatus, SendMessage
from src.errors import Conflict, Forgotten, InvalidInput, NotFound
from src.models import artifact_versions, artifacts, events, ops
from tests.store import LOCRIT, Store, on_each_database, opened
from tests.stores.history import ask, verified

PAGE = "<!doctype html>\n<title>Clock</title>\n<p>12:00</p>\n"
MADE = f"Here it is:\n\n```html\n{PAGE}```\n\nHave fun."


async def made(store: Store, answer: str = MADE, session: str = "one") -> tuple[str, Artifact]:
    """The reply's id, and what it made."""
    _, reply = await ask(store, await store.conversation(session), "make it", answer)
    [artifact] = await store.artifacts.of_messages([reply])
    return reply, artifact


async def names(store: Store, **query: Any) -> list[str]:
    found, _ = await store.artifacts.of_locrit(LOCRIT, **query)
    return [one.name for one in found]


async def begun(store: Store, conversation_id: str, said: str) -> Any:
    turn = await store.turns.send(SendMessage("why?", None, conversation_id=conversation_id))
    await store.replies.append_chunk(turn.generation_id, 1, said)
    return turn


@on_each_database
async def test_what_a_reply_made_is_there_with_its_end(store: Store) -> None:
    reply, artifact = await made(store)
    assert (artifact.type, artifact.name, artifact.content) == ("html", "Clock", PAGE)
    assert (artifact.message_id, artifact.version, artifact.rev) == (reply, 1, 1)
    told = [(event.type, event.entity_id) for event in store.changes(f"conversation:{artifact.conversation_id}")]
    assert told[-2:] == [("message.updated", reply), ("artifact.created", artifact.id)]
    assert await store.artifacts.artifact(artifact.id) == artifact
    await verified(store)


@on_each_database
async def test_a_reply_that_is_ended_again_makes_nothing_more(store: Store) -> None:
    turn = await begun(store, await store.conversation(), MADE)
    ends = [store.replies.finish_reply(turn.generation_id, GenerationResult("complete", MADE)) for _ in range(3)]
    await asyncio.gather(*ends)
    assert len(await store.rows(artifacts)) == 1


@pytest.mark.parametrize("status", ["interrupted", "stopped", "failed"])
def test_one_that_was_cut_off_goes_on_with_its_reply(status: MessageStatus, sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            cut = f"First\n```html\n{PAGE}<p>and"
            turn = await begun(store, await store.conversation(), cut)
            reply = await store.replies.finish_reply(turn.generation_id, GenerationResult(status, cut))
            [half] = await store.artifacts.of_messages([reply.message_id])
            more = await store.turns.continue_(reply.message_id)
            whole = cut + " more</p>\n```\n\nand\n```svg\n<svg>\n<p/>\n</svg>\n```\n"
            await store.replies.finish_reply(more.generation_id, GenerationResult("complete", whole))
            grown, second = await store.artifacts.of_messages([reply.message_id])
            assert (half.content, half.rev) == (f"{PAGE}<p>and", 1)
            assert (grown.id, grown.content, grown.version) == (half.id, f"{PAGE}<p>and more</p>\n", 2)
            assert second.type == "svg"
            await verified(store)

    asyncio.run(scenario())


@on_each_database
async def test_what_a_person_changed_or_threw_away_does_not_grow(store: Store) -> None:
    cut = f"```html\n{PAGE}```\n```svg\n<svg>\n<g>\n</svg>"
    turn = await begun(store, await store.conversation(), cut)
    reply = await store.replies.finish_reply(turn.generation_id, GenerationResult("interrupted", cut))
    page, drawing = await store.artifacts.of_messages([reply.message_id])
    await store.artifacts.edit(page.id, {"content": "<p>mine"})
    await store.artifacts.delete(drawing.id)
    more = await store.turns.continue_(reply.message_id)
    await store.replies.finish_reply(more.generation_id, GenerationResult("complete", f"{cut}\n<!-- more -->\n```"))
    page, drawing = await store.artifacts.of_messages([reply.message_id])
    assert (page.content, drawing.content, drawing.deleted_at is None) == ("<p>mine", "<svg>\n<g>\n</svg>", False)


@on_each_database
async def test_each_answer_of_a_retried_question_has_its_own(store: Store) -> None:
    reply, first = await made(store)
    again = await store.turns.retry(reply)
    other = await store.replies.finish_reply(again.generation_id, GenerationResult("complete", MADE))
    [second] = await store.artifacts.of_messages([other.message_id])
    assert first.id != second.id
    assert await names(store) == ["Clock", "Clock"]
    await store.memory.edit_message(reply, "Only words now.")
    assert (await store.artifacts.artifact(first.id)).rev == 1


@on_each_database
async def test_what_a_killed_server_was_told_is_an_artifact_when_the_reply_is_ended_for_it(store: Store) -> None:
    turn = await begun(store, await store.conversation(), MADE[:-12])
    await store.replies.finish_reply(turn.generation_id, GenerationResult("interrupted"))
    [artifact] = await store.artifacts.of_messages([turn.reply.message_id])
    assert artifact.content == PAGE


@on_each_database
async def test_an_edit_is_a_version_and_any_version_can_be_brought_back(store: Store) -> None:
    _, artifact = await made(store)
    await store.artifacts.edit(artifact.id, {"content": "two"}, rev=1, op_id="two")
    await store.artifacts.edit(artifact.id, {"name": "My clock"})
    await store.artifacts.edit(artifact.id, {"content": "three", "css": "p {}"}, rev=3)
    with pytest.raises(Conflict) as stale:
        await store.artifacts.edit(artifact.id, {"content": "other"}, rev=2)
    assert stale.value.details["current"]["content"] == "three"
    assert (await store.artifacts.edit(artifact.id, {"content": "three"}, rev=2)).rev == 4  # it says so already
    repeated = await store.artifacts.edit(artifact.id, {"content": "two"}, rev=1, op_id="two")
    back = await store.artifacts.roll_back(artifact.id, 1)
    assert (repeated.content, back.content, back.css, back.version) == ("three", PAGE, "", 4)
    said = [(one.version, one.content) for one in await store.artifacts.versions(artifact.id)]
    assert said == [(4, PAGE), (3, "three"), (2, "two"), (1, PAGE)]
    with pytest.raises(NotFound):
        await store.artifacts.roll_back(artifact.id, 9)
    await verified(store)


@on_each_database
async def test_it_is_hidden_with_what_it_is_part_of_and_comes_back_with_it(store: Store) -> None:
    reply, artifact = await made(store)
    conversation_id = artifact.conversation_id
    hidden = [
        (store.memory.delete_message, store.memory.restore_message, reply),
        (store.artifacts.delete, store.artifacts.restore, artifact.id),
        (store.memory.delete_conversation, None, conversation_id),
    ]
    for delete, restore, id_ in hidden:
        await delete(id_)
        assert await names(store) == []
        await (restore(id_) if restore else store.memory.edit_conversation(id_, {"deleted": False}))
        assert await names(store) == ["Clock"]
    await store.memory.delete_conversation(conversation_id)
    with pytest.raises(NotFound):
        await store.artifacts.edit(artifact.id, {"content": "x"})
    await verified(store)


@on_each_database
async def test_the_trash_shows_it_and_is_emptied_of_it(store: Store) -> None:
    reply, artifact = await made(store)
    await store.artifacts.delete(artifact.id)
    [thrown] = (await store.history.trash()).artifacts
    assert (thrown.name, thrown.locrit_name, thrown.conversation_title) == ("Clock", LOCRIT, "make it")
    emptied = await store.history.empty_trash()
    assert (emptied.forgotten, emptied.artifacts) == (1, 1)
    assert (await store.artifacts.artifact(artifact.id)).content == ""
    assert PAGE in (await store.memory.message(reply)).content
    await verified(store)


@on_each_database
async def test_a_fork_has_copies_and_forgetting_finds_them(store: Store) -> None:
    reply, artifact = await made(store)
    await store.artifacts.edit(artifact.id, {"content": "zanzibar"})
    fork = await store.history.fork(reply)
    again = await store.history.fork(
        (await store.memory.get_conversation_history(fork.conversation_id))[0][-1].message_id
    )
    found = [(await store.artifacts.of_conversation(each.conversation_id))[0] for each in (fork, again)]
    copies = [await store.artifacts.artifact(one.id) for [one] in found]
    assert [(each.content, each.version, each.copied_from) for each in copies] == [("zanzibar", 1, artifact.id)] * 2
    await store.artifacts.edit(copies[0].id, {"content": "zanzibar, there"}, op_id="there")
    await store.artifacts.forget(copies[1].id)
    rows = await store.rows(artifacts)
    assert [(row.content, row.name, row.forgotten_at is None) for row in rows] == [("", "", False)] * 3
    assert await store.rows(artifact_versions) == []
    assert "zanzibar" not in str(await store.rows(events)) + str(await store.rows(ops))
    with pytest.raises(Forgotten):
        await store.artifacts.edit(artifact.id, {"content": "back"})
    await verified(store)


@on_each_database
async def test_it_is_forgotten_with_its_message_and_with_its_conversation(store: Store) -> None:
    reply, artifact = await made(store)
    await store.artifacts.edit(artifact.id, {"content": "zanzibar"})
    await store.history.fork(reply)
    await store.history.forget_message(reply)
    assert {row.content for row in await store.rows(artifacts)} == {""}
    _, other = await made(store, session="two")
    beside = await store.artifacts.create(other.conversation_id, "code", "zanzibar", "zanzibar")
    await store.artifacts.edit(beside.id, {"content": "zanzibar!"})
    await store.history.forget_conversation(other.conversation_id)
    assert {row.content for row in await store.rows(artifacts)} == {""}
    assert "zanzibar" not in str(await store.rows(events))
    await verified(store)


@on_each_database
async def test_one_is_made_by_hand(store: Store) -> None:
    conversation_id, other = await store.conversation(), await store.conversation("other")
    message, _ = await store.memory.save_message(conversation_id, "user", "hello")
    fields = {"artifact_id": "mine", "message_id": message.message_id, "op_id": "make"}
    artifact = await store.artifacts.create(conversation_id, "code", "a.py", "print()", **fields)
    assert await store.artifacts.create(conversation_id, "code", "a.py", "print()", **fields) == artifact
    with pytest.raises(Conflict):
        await store.artifacts.create(conversation_id, "code", "b.py", "print()", artifact_id="mine")
    with pytest.raises(NotFound):
        await store.artifacts.create(other, "code", "b.py", "print()", message_id=message.message_id)
    await verified(store)


@on_each_database
async def test_a_locrit_s_are_listed_page_by_page_and_found_by_their_names(store: Store) -> None:
    conversation_id = await store.conversation()
    for n in range(7):
        await store.artifacts.create(conversation_id, "code", f"Élan {n} of {n % 2}", "x" * n)
    seen: list[int] = []
    cursor = None
    while cursor is not None or not seen:
        page, cursor = await store.artifacts.of_locrit(LOCRIT, cursor=cursor, limit=3)
        seen += [one.chars for one in page]
    assert seen == [6, 5, 4, 3, 2, 1, 0]
    assert await names(store, q="elan OF 1") == ["Élan 5 of 1", "Élan 3 of 1", "Élan 1 of 1"]
    first, cursor = await store.artifacts.of_locrit(LOCRIT, q="1", limit=2)
    second, end = await store.artifacts.of_locrit(LOCRIT, q="1", cursor=cursor, limit=2)
    assert ([one.name[5] for one in first + second], end) == (["5", "3", "1"], None)
    assert await names(store, q="nowhere") == []
    with pytest.raises(InvalidInput):
        await store.artifacts.of_locrit(LOCRIT, cursor="nonsense")
