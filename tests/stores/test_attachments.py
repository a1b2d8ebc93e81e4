"""Files that people attach: kept by their hash as long as a message has them, and gone with the last one."""

import os
import time
from pathlib import Path

import pytest

from src.entities import ClientMessage, FilePart, Filters, Message, SendMessage
from src.errors import Conflict, Forgotten, NotFound
from src.models import attachment_texts, attachments, events, message_attachments, ops
from src.operations import Stamp
from src.services import attachments as service
from src.stores import attachments as store_of_attachments
from src.stores import file_texts, files, search
from tests.callers import SOMEONE
from tests.eventually import eventually
from tests.fakes import uploads
from tests.store import Store, on_each_database, on_sqlite
from tests.stores.history import ask, index, verified


def on_disk(store: Store) -> list[str]:
    directory = store.database.files.directory
    return sorted(path.name for path in directory.rglob("*") if path.is_file()) if directory.exists() else []


async def given(
    store: Store, conversation_id: str, *ids: str, op_id: str = "ask", content: str = "What is it?"
) -> Message:
    turn = await store.turns.send(SendMessage(content, op_id, conversation_id=conversation_id, attachment_ids=ids))
    return turn.message


async def given_and_answered(store: Store, conversation_id: str, *ids: str, content: str = "What is it?") -> Message:
    question_id, _ = await ask(store, conversation_id, content, "A picture.", attachment_ids=ids)
    return await store.memory.message(question_id)


@on_each_database
async def test_a_message_says_which_files_it_has_and_they_are_kept_with_their_bytes(store: Store) -> None:
    content = uploads.picture()
    kept = await store.attach("a", "teal.png", content)
    conversation_id = await store.conversation()
    question = await given_and_answered(store, conversation_id, "a")
    file = FilePart(id="a", name="teal.png", media_type="image/png", size=len(content), width=60, height=40)
    assert [part.type for part in question.parts or []] == ["file", "text"]
    assert (question.parts or [])[0] == file
    assert store.database.files.path(kept.sha256).read_bytes() == content
    assert store.database.files.path(kept.sha256).stat().st_mode & 0o077 == 0
    told = [change.type for change in store.changes("user:local") if change.entity_id == "a"]
    assert told == ["attachment.created"]
    edited = await store.memory.edit_message(question.message_id, "And now?")
    assert (edited.parts or [])[0] == file
    await verified(store)


@on_each_database
async def test_an_upload_again_is_the_same_and_the_same_bytes_are_one_file(store: Store) -> None:
    content = uploads.picture()
    first = await store.attach("a", "teal.png", content, "op")
    assert await store.attach("a", "teal.png", content, "op") == first
    assert await store.attach("a", "teal.png", content) == first
    for other in (("a", "teal.png", uploads.picture(colour="red")), ("a", "other.png", content)):
        with pytest.raises(Conflict):
            await store.attach(*other)
        with pytest.raises(Conflict):
            await store.attach(*other, "op")
    await store.attach("b", "again.png", content)
    assert on_disk(store) == sorted([first.sha256, *(f"{first.sha256}.{more}" for more in ("clean", "model", "thumb"))])
    assert len(await store.rows(attachments)) == 2
    await verified(store)


@on_each_database
async def test_forgetting_the_last_message_that_has_it_removes_the_file(store: Store) -> None:
    content = b"Zanzibar is a secret.\n" * 20
    for id_ in ("a", "b"):
        await store.attach(id_, "Zanzibar.txt", content, f"attach {id_}")
    conversation_id = await store.conversation()
    first = await given_and_answered(store, conversation_id, "a")
    second = await given_and_answered(store, conversation_id, "b")
    _, reply = await ask(store, conversation_id, "And?", "No.")
    fork = await store.history.fork(reply, op_id="fork")
    assert len(await store.rows(message_attachments)) == 4

    await store.history.forget_message(first.message_id)
    assert {row.attachment_id for row in await store.rows(message_attachments)} == {"b"}
    assert len(on_disk(store)) == 2  # the other one still has these bytes
    await verified(store)
    await store.memory.delete_message(second.message_id)
    await store.history.empty_trash()
    assert len(on_disk(store)) == 2  # its copy in the fork was not thrown away
    await verified(store)
    await store.history.forget_conversation(fork.conversation_id)
    assert on_disk(store) == []
    rows = await store.rows(attachments)
    assert {(row.name, row.sha256, row.size) for row in rows} == {("", "", 0)}
    assert not [row for row in await store.rows(events) if "Zanzibar" in row.payload]
    assert {row.request_hash for row in await store.rows(ops) if row.op_id.startswith("attach")} == {""}
    with pytest.raises(Forgotten):
        await store.attach("a", "Zanzibar.txt", content)
    with pytest.raises(NotFound):  # the words are not forgotten with it: an outbox keeps them for a decision
        await given(store, conversation_id, "a", op_id="late")
    await verified(store)


@on_each_database
async def test_a_conversation_that_begins_with_files_alone_is_called_after_them_until_they_are_forgotten(
    store: Store,
) -> None:
    for id_, name in (("a", "Zanzibar.txt"), ("b", "boats.txt")):
        await store.attach(id_, name, b"one\n", f"attach {id_}")
    conversation_id = await store.conversation()
    question = await given_and_answered(store, conversation_id, "a", "b", content="")
    assert question.content == ""
    assert (await store.memory.conversation(conversation_id)).title == "Zanzibar.txt, boats.txt"
    again = SendMessage(
        "Words", "other", question.message_id, conversation_id=conversation_id, attachment_ids=("a", "b")
    )
    with pytest.raises(Conflict):  # the same message id with words
        await store.turns.send(again)
    await verified(store)
    await store.history.forget_message(question.message_id)
    assert (await store.memory.conversation(conversation_id)).title == ""
    assert not [row for row in await store.rows(events) if "Zanzibar" in row.payload]
    await verified(store)


@on_each_database
async def test_what_another_person_uploaded_is_not_there(store: Store) -> None:
    await store.attach("a", "teal.png", uploads.picture())
    other = await store.of(SOMEONE)
    theirs = await other.conversation()
    for tried in (other.attachments.get("a"), other.attachments.file("a"), other.attachments.discard("a")):
        with pytest.raises(NotFound):
            await tried
    with pytest.raises(NotFound):
        await given(other, theirs, "a")
    with pytest.raises(Conflict):
        await other.attach("a", "teal.png", uploads.picture())
    part = FilePart(id="a", name="teal.png", media_type="image/png", size=9)
    await other.history.merge(theirs, [ClientMessage("m", "user", "mine?", status="complete", parts=[part])])
    await store.attachments.discard("a")  # that another person names it does not keep it
    assert on_disk(store) == []
    await verified(store)


@on_sqlite
async def test_what_is_given_to_no_message_can_be_discarded_and_goes_by_itself(
    store: Store,
) -> None:
    await store.attach("a", "a.txt", b"one")
    await store.attach("b", "b.txt", b"two")
    await store.attach("c", "c.txt", b"three")
    conversation_id = await store.conversation()
    await given_and_answered(store, conversation_id, "a")
    with pytest.raises(Conflict):
        await store.attachments.discard("a")
    await store.attachments.discard("b", op_id="discard")
    assert (await store.attachments.discard("b", op_id="discard")).sha256 == ""
    assert len(on_disk(store)) == 4
    still = service.AttachmentService(store.database)
    await still.expire()
    assert len(on_disk(store)) == 4
    await store.database.write(lambda tx: store_of_attachments.expire(tx, 2**53, Stamp.now()))
    await store.history.finish_jobs()
    assert len(on_disk(store)) == 2
    await store.attach("c", "c.txt", b"three")  # who has it still, in a draft, brings it again
    await given_and_answered(store, conversation_id, "c")
    assert len(on_disk(store)) == 4
    await verified(store)


def _damage_missing(path: Path) -> None:
    path.unlink()


def _damage_bytes(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"?")


def _damage_orphan(path: Path) -> None:
    stray = path.with_name("0" * 64)
    stray.write_bytes(b"stray")
    os.utime(stray, (time.time() - 7200,) * 2)


@pytest.mark.parametrize("damage", [_damage_missing, _damage_bytes, _damage_orphan], ids=lambda damage: damage.__name__)
def test_verify_finds_what_is_wrong_with_files(damage: object, sqlite_url: str) -> None:
    @on_sqlite
    async def scenario(store: Store) -> None:
        kept = await store.attach("a", "a.txt", b"one")
        await verified(store)
        damage(store.database.files.path(kept.sha256))  # type: ignore[operator]
        report = await store.history.verify()
        assert [check.name for check in report.checks if not check.ok] == ["files"]

    scenario(sqlite_url)


@on_sqlite
async def test_the_start_removes_what_an_upload_that_was_cut_off_left(store: Store) -> None:
    kept = await store.attach("a", "a.txt", b"one")
    files = store.database.files
    left = files.receive()
    left.write(b"half of it")
    files.path("f" * 64).write_bytes(b"put in its place, and not committed")
    again = service.AttachmentService(store.database)
    await again.start()
    await eventually(lambda: on_disk(store) == [kept.sha256, f"{kept.sha256}.text"] and not left.directory.exists())
    await again.close()
    left.discard()
    await verified(store)


@on_each_database
async def test_what_a_file_says_is_found_with_its_message_until_that_is_forgotten(store: Store) -> None:
    await store.attach("a", "Zanzibar.txt", b"Boats leave at noon.\n" * 20 + b"The kingfisher waits.", "attach")
    await store.attach("b", "report.pdf", uploads.pdf("Cloves are 4 euros.", "And so on."))
    where = await store.conversation()
    question = await given_and_answered(store, where, "a", "b", content="What is it about, the kingfisher?")
    alone = await given_and_answered(store, where, "a", content="")
    await index(store)

    async def found(query: str) -> list[tuple[str, str | None, str]]:
        hits = (await store.memory.search(query, Filters())).hits
        return [(hit.message_id, hit.file_name, hit.snippet) for hit in hits]

    [(message_id, file_name, snippet)] = await found("cloves 4")
    assert (message_id, file_name) == (question.message_id, "report.pdf")
    assert "\x02Cloves\x03 are \x024\x03 euros" in snippet
    assert {hit[:2] for hit in await found("kingfisher")} == {
        (question.message_id, None),  # said, and in the file
        (alone.message_id, "Zanzibar.txt"),
    }
    assert [hit[0] for hit in await found('"kingfisher waits" boats')] == [alone.message_id, question.message_id]
    assert (alone.message_id, "Zanzibar.txt", "\x02Zanzibar.txt\x03") in await found("zanzibar.t")
    await verified(store)
    for message in (question, alone):
        await store.history.forget_message(message.message_id)
    await index(store)
    assert await found("cloves") == await found("kingfisher") == await found("zanzibar") == []
    assert await store.rows(attachment_texts) == []
    await verified(store)


@on_sqlite
async def test_what_was_uploaded_before_files_were_searched_is_found_after_the_next_start(store: Store) -> None:
    await store.attach("a", "Zanzibar.txt", b"Boats leave at noon.\n")
    where = await store.conversation()
    question = await given_and_answered(store, where, "a")
    await store.database.write(lambda tx: file_texts.forget(tx, "a"))
    await store.database.write(lambda tx: search.order(tx, question.message_id))
    await index(store)
    assert (await store.memory.search("boats", Filters())).hits == []
    await service.AttachmentService(store.database).keep_texts()
    await index(store)
    assert [hit.file_name for hit in (await store.memory.search("boats", Filters())).hits] == ["Zanzibar.txt"]
    await verified(store)


@on_sqlite
async def test_of_a_long_file_the_beginning_is_searched(store: Store) -> None:
    chars = files.SEARCHED_CHARS
    await store.attach("a", "long.txt", b"begins " + b"word " * (chars // 5) + b"ends")
    await given_and_answered(store, await store.conversation(), "a")
    await index(store)
    assert len((await store.memory.search("begins", Filters())).hits) == 1
    assert (await store.memory.search("ends", Filters())).hits == []
    await verified(store)
