"""What a browser gives back to a server that was rolled back, where something was forgotten or thrown away since."""

from dataclasses import replace
from functools import partial

from src.entities import SendMessage
from src.models import artifact_versions, events
from src.models import artifacts as artifacts_table
from src.models import conversations as conversations_table
from src.models import locrits as locrits_table
from src.models import memories as memories_table
from src.models import messages as messages_table
from src.stores import locrits
from src.stores.integrity import verify
from tests.store import LOCRIT, Store, on_each_database
from tests.stores.life import everything
from tests.stores.test_giving_back import Kept, give_back, give_back_locrit, give_back_rows

SECRET, LONG_AGO = "Zanzibar", 10**12


async def made_by_a_person(store: Store, locrit: str) -> tuple[str, str]:
    """A conversation, and an artifact in it."""
    where = await store.conversation("a talk", locrit)
    await store.memory.save_message(where, "user", f"{SECRET} was here")
    art = await store.artifacts.create(where, "code", SECRET, SECRET)
    await store.artifacts.edit(art.id, {"content": f"{SECRET} redrawn"})
    return where, art.id


@on_each_database
async def test_a_locrit_that_was_forgotten_stays_so_whoever_brings_it(store: Store) -> None:
    """Where the backup has it, and where it was made after the backup."""
    for n, has_it in enumerate((True, False)):
        eve = await store.locrits.create(f"{SECRET} {n}", {"system_prompt": SECRET}, locrit_id=f"eve {n}")
        where, _ = await made_by_a_person(store, eve.name)
        talk, note = await Kept.of(store, where), await store.memory.save_memory(eve.name, SECRET)
        if not has_it:  # these ids, as another browser has them
            eve, where = eve.model_copy(update={"id": "missing"}), "missing too"
            note = note.model_copy(update={"id": "missing", "locrit_id": eve.id})
            talk.conversation = talk.conversation.model_copy(update={"locrit_id": eve.id, "conversation_id": where})
        gone = {
            "name": "",
            "system_prompt": "",
            "deleted_at": LONG_AGO,
            "forgotten_at": LONG_AGO,
            "rev": 3,
            "former_names": [],
        }
        await give_back_locrit(store, eve.model_copy(update=gone))
        await give_back_locrit(store, eve.model_copy(update={"rev": 9}))
        if not has_it:
            merged = await give_back(store, talk.conversation, talk.messages)
            assert merged.forgotten == [one.message_id for one in talk.messages]
        await give_back_rows(store, talk)
        await store.memory.merge_memories([note.model_copy(update={"rev": 9})])
        stub = await store.database.read(partial(locrits.by_id, locrit_id=eve.id))
        assert (stub.name, stub.system_prompt, stub.forgotten_at is not None) == ("", "", True)
        row = await store.memory.conversation(where)
        assert (row.title, row.forgotten_at is not None, await everything(store, where) == []) == ("", True, not has_it)
    await store.locrits.delete(f"{SECRET} 1")
    await store.history.forget_locrit(f"{SECRET} 1")
    for table in (locrits_table, conversations_table, messages_table, memories_table, events):
        assert SECRET not in str(await store.rows(table)), table
    report = await store.database.read(verify)
    assert report.ok, [c for c in report.checks if not c.ok]


@on_each_database
async def test_what_was_said_with_a_locrit_that_was_thrown_away_since_comes_back_with_it(store: Store) -> None:
    eve = await store.locrits.create("Eve", {}, locrit_id="eve")
    where, _ = await made_by_a_person(store, eve.name)
    talk = await Kept.of(store, where)
    row = talk.conversation.model_copy(update={"conversation_id": "lost", "session_id": "lost"})
    said = [one.model_copy(update={"message_id": f"lost {one.message_id}"}) for one in talk.messages]
    await store.locrits.delete(eve.name)
    await give_back(store, row, said)
    await store.locrits.restore(eve.name)
    assert [one.content for one in await everything(store, "lost")] == [one.content for one in said]
    assert (await store.database.read(verify)).ok


@on_each_database
async def test_an_artifact_that_was_forgotten_stays_so_whoever_brings_it(store: Store) -> None:
    where, id_ = await made_by_a_person(store, LOCRIT)
    talk = await Kept.of(store, where)
    lost = talk.artifacts[0].model_copy(update={"id": "lost"})
    gone = {"content": "", "name": "", "forgotten_at": LONG_AGO, "deleted_at": LONG_AGO, "rev": 9}
    stubs = [one.model_copy(update=gone) for one in (lost, talk.artifacts[0])]
    versions = {"lost": talk.versions[id_], id_: talk.versions[id_]}
    await give_back_rows(store, replace(talk, artifacts=stubs, versions=versions))
    later = [one.model_copy(update={"rev": 12}) for one in (lost, talk.artifacts[0])]
    await give_back_rows(store, replace(talk, artifacts=later, versions=versions))
    rows = await store.rows(artifacts_table)
    assert [(row.content, row.forgotten_at is not None) for row in rows] == [("", True)] * 2
    assert SECRET not in str(await store.rows(artifact_versions))
    assert (await store.database.read(verify)).ok


@on_each_database
async def test_what_a_browser_heard_was_forgotten_is_forgotten_wherever_it_is(store: Store) -> None:
    where, id_ = await made_by_a_person(store, LOCRIT)
    [said] = await everything(store, where)
    fork = await store.history.fork(said.message_id)
    running = await store.turns.send(SendMessage("Who?", "ask", conversation_id=where))
    ids = [running.reply.message_id, "missing", said.message_id]
    for _ in range(2):
        await store.history.forget_again(ids, ["missing", id_])
    assert [one.content for one in await everything(store, fork.conversation_id)] == [""]
    assert [one.forgotten_at is not None for one in await everything(store, where)] == [True, False, False]
    for table in (messages_table, artifacts_table, artifact_versions):
        assert SECRET not in str(await store.rows(table)), table
    assert (await store.database.read(verify)).ok
