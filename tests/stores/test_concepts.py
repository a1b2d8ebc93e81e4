"""What people decide of concepts: it is told, undone, and stays when what is counted is made anew."""

import asyncio
import json
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest

from src.concepts.keyphrases import key_of
from src.entities.concepts import Concept
from src.errors import Conflict, InvalidInput, NotFound
from src.ids import concept_id
from src.models import concept_counts, concept_index, concept_mentions, events
from src.models import concepts as concepts_table
from src.stores import concepts
from src.stores.integrity import verify
from tests.callers import ME, SOMEONE
from tests.store import LOCRIT, Store, on_each_database, on_sqlite, opened
from tests.stores.test_concept_index import index, make_anew, mentions, rows

SAID = ["Ada and Minou are in Lisbon.", "Ada is in Lisboa.", "We took Ada to Porto."]


async def talk(store: Store, said: list[str], session: str = "one") -> list[str]:
    conversation_id = await store.conversation(session)
    saved = [await store.memory.save_message(conversation_id, "user", one) for one in said]
    await index(store)
    return [message.message_id for message, _ in saved]


async def ids(store: Store, *names: str) -> list[str]:
    return [await store.concepts.id_of(LOCRIT, name) for name in names]


@on_each_database
async def test_two_that_are_merged_are_one_also_for_what_is_said_later(store: Store) -> None:
    await talk(store, SAID)
    lisbon, lisboa, porto = await ids(store, "Lisbon", "Lisboa", "Porto")
    await store.concepts.merge(LOCRIT, lisboa, lisbon, op_id="merge")
    await store.concepts.merge(LOCRIT, lisboa, lisbon, op_id="merge")
    await talk(store, ["Lisboa is old.", "Has Ada seen Lisboa?"], "two")
    assert (await mentions(store))["Lisbon"] == 4
    await store.concepts.merge(LOCRIT, lisbon, porto)
    assert await mentions(store) == {"Ada": 4, "Minou": 1, "Porto": 5}
    before = await store.database.read(rows)
    await make_anew(store)
    assert await store.database.read(rows) == before
    await store.concepts.restore(LOCRIT, lisbon)
    assert (await mentions(store))["Lisbon"] == 4
    await store.concepts.restore(LOCRIT, lisboa)
    assert await mentions(store) == {"Ada": 4, "Minou": 1, "Porto": 1, "Lisbon": 1, "Lisboa": 3}
    assert (await store.database.read(verify)).ok


@on_each_database
async def test_what_nobody_says_any_more_is_still_what_another_is_merged_into(store: Store) -> None:
    first, *_ = await talk(store, SAID)
    lisbon, lisboa, porto = await ids(store, "Lisbon", "Lisboa", "Porto")
    await store.concepts.merge(LOCRIT, lisboa, lisbon)
    await store.memory.delete_message(first)
    await index(store)
    await store.concepts.merge(LOCRIT, lisbon, porto)
    assert (await mentions(store))["Porto"] == 2
    await store.concepts.restore(LOCRIT, lisbon)
    details = await store.concepts.get(LOCRIT, lisbon)
    assert (details.name, details.mentions, [one.name for one in details.merged]) == ("Lisboa", 1, ["Lisboa"])
    assert (await store.database.read(verify)).ok


@on_each_database
async def test_what_is_deleted_is_not_made_again(store: Store) -> None:
    await talk(store, SAID)
    [ada] = await ids(store, "Ada")
    await store.concepts.delete(LOCRIT, ada)
    await talk(store, ["Ada is here."], "two")
    await make_anew(store)
    assert "Ada" not in await mentions(store)
    assert (await store.concepts.page(LOCRIT)).total == 4
    with pytest.raises(NotFound):
        await store.concepts.get(LOCRIT, ada)
    with pytest.raises(Conflict):
        await store.concepts.edit(LOCRIT, ada, {"name": "Eve"})
    await store.concepts.restore(LOCRIT, ada)
    assert (await mentions(store))["Ada"] == 4


@on_each_database
async def test_what_is_edited_is_called_so_until_it_is_emptied(store: Store) -> None:
    await talk(store, SAID)
    [ada] = await ids(store, "Ada")
    first = await store.concepts.edit(LOCRIT, ada, {"name": "Ada L.", "type": "person", "description": "My sister."})
    with pytest.raises(Conflict):
        await store.concepts.edit(LOCRIT, ada, {"type": "thing"}, rev=first.rev + 1)
    await make_anew(store)
    details = await store.concepts.get(LOCRIT, ada)
    told = (details.name, details.type, details.description, details.origin, details.mentions)
    assert told == ("Ada L.", "person", "My sister.", "user", 3)
    assert [one.content for one in details.examples] == SAID[::-1]
    assert next(one.name for one in details.related) in ("Lisboa", "Lisbon", "Minou", "Porto")
    await store.concepts.edit(LOCRIT, ada, {"name": "", "type": "", "description": ""})
    details = await store.concepts.get(LOCRIT, ada)
    assert (details.name, details.type, details.description) == ("Ada", "name", "")


@on_each_database
async def test_lists_are_searched_and_paged(store: Store) -> None:
    await talk(store, SAID)
    first = await store.concepts.page(LOCRIT, limit=2)
    rest = await store.concepts.page(LOCRIT, limit=50, cursor=first.next_cursor)
    assert first.concepts[0].name == "Ada"
    assert {one.name for one in [*first.concepts, *rest.concepts]} == {"Ada", "Minou", "Lisbon", "Lisboa", "Porto"}
    assert (first.total, rest.next_cursor) == (5, None)
    assert {one.name for one in (await store.concepts.page(LOCRIT, q="LISB")).concepts} == {"Lisbon", "Lisboa"}
    assert (await store.concepts.page(LOCRIT, type_="place")).concepts == []
    assert (await store.concepts.page(LOCRIT, order="recent")).concepts[-1].name in ("Lisbon", "Minou")
    graph = await store.concepts.graph(LOCRIT)
    assert len(graph.concepts) == 5
    assert all(link.together == 1 for link in graph.links)


@on_each_database
async def test_a_list_of_what_is_said_equally_often_has_each_once_in_its_pages(store: Store) -> None:
    await talk(store, SAID)
    for order in ("mentions", "recent"):
        whole = (await store.concepts.page(LOCRIT, order=order)).concepts
        assert len(whole) == 5
        listed, cursor = [], None
        for _ in whole:
            page = await store.concepts.page(LOCRIT, order=order, cursor=cursor, limit=1)
            listed += page.concepts
            cursor = page.next_cursor
        assert (listed, cursor) == (whole, None)
    [ada] = await ids(store, "Ada")
    for id_ in (ada, None, 2**70):
        with pytest.raises(InvalidInput):
            await store.concepts.page(LOCRIT, cursor=urlsafe_b64encode(json.dumps([9, id_]).encode()).decode())


@on_each_database
async def test_it_is_each_person_s_own_and_none_of_visitors(store: Store) -> None:
    await talk(store, SAID)
    theirs = await store.of(SOMEONE)
    assert (await theirs.concepts.page(LOCRIT)).total == 0
    visited, _ = await store.memory.open_conversation(LOCRIT, session_id="v", client_label="visitor:one")
    await store.memory.save_message(visited.conversation_id, "user", "Where is Samarkand?")
    await index(store)
    assert "Samarkand" not in await mentions(store)


@on_each_database
async def test_copies_in_a_fork_are_said_there(store: Store) -> None:
    *_, last = await talk(store, SAID)
    fork = await store.history.fork(last)
    await index(store)
    assert (await mentions(store))["Ada"] == 6
    await store.history.forget_conversation(fork.conversation_id)
    await index(store)
    assert (await mentions(store))["Ada"] == 3
    assert (await store.database.read(verify)).ok


SECRET = "Zanzibar"


def test_the_words_of_what_is_forgotten_are_in_no_byte(tmp_path: Path) -> None:
    path = tmp_path / "locrit.db"
    asyncio.run(_forget(path))
    for file in tmp_path.iterdir():
        content = file.read_bytes().lower() if file.is_file() else b""
        assert SECRET.lower().encode() not in content, file
        assert b"island" not in content
    assert b"A relative".lower() not in path.read_bytes().lower()


async def _forget(path: Path) -> None:
    """One message is forgotten as it is shown, another one from the trash; both were edited before."""
    async with opened(f"sqlite:///{path}") as store:
        one, two = await talk(store, [f"{SECRET} is far from Ada.", f"Tell {SECRET} to Minou."])
        await talk(store, ["Ada is here."], "two")
        secret, ada = await ids(store, SECRET, "Ada")
        await store.concepts.edit(LOCRIT, secret, {"description": "An island", "name": f"{SECRET} island"})
        await store.concepts.describe(LOCRIT, ada, "A relative")
        await store.memory.edit_message(one, "Nothing of that.")
        await store.memory.delete_message(two)
        await index(store)
        await store.history.forget_message(one)
        await store.history.forget_message(two)
        [stub] = [row for row in await store.rows(concepts_table) if row.id == secret]
        assert (stub.name, stub.description, bool(stub.forgotten_at)) == ("", "", True)
        assert (await store.concepts.get(LOCRIT, ada)).description == ""
        assert (await store.database.read(verify)).ok


async def given_back(store: Store, *theirs: Concept) -> list[tuple[str, str, str | None, bool]]:
    """What is decided then, by their ids: name, description, what it was merged into, and whether it was deleted."""
    for _ in range(2):
        await store.concepts.merge_decided(theirs)
    by_id = {row.id: row for row in await store.rows(concepts_table)}
    assert (await store.database.read(verify)).ok
    rows = [by_id[one.id] for one in theirs if one.id in by_id]
    return [(row.name, row.description, row.merged_into, row.deleted_at is not None) for row in rows]


async def later(store: Store, id_: str, **fields: Any) -> Concept:
    """As a browser has what was decided of it since."""
    here = (await store.locrits.get(LOCRIT)).id
    ours = next((row for row in await store.rows(concepts_table) if row.id == id_), None)
    known = concepts.entity(ours) if ours else Concept(id=id_, locrit_id=here, rev=0, created_at=1, updated_at=1)
    times = {"rev": known.rev + 1, "updated_at": known.updated_at + 1}
    return known.model_copy(update=times | fields)


@on_each_database
async def test_a_browser_gives_back_what_was_decided_also_before_what_was_said_is_indexed(store: Store) -> None:
    conversation_id = await store.conversation("one")
    here = (await store.locrits.get(LOCRIT)).id
    ada, lisbon, lisboa, porto = (concept_id(ME.user_id, here, key_of(n)) for n in ("Ada", "Lisbon", "Lisboa", "Porto"))
    theirs = [
        await later(store, lisboa, merged_into=lisbon),
        await later(store, ada, name="Ada L.", type="person", description="My sister.", origin="user"),
        await later(store, porto, deleted_at=5),
    ]
    decided = [("", "", lisbon, False), ("Ada L.", "My sister.", None, False), ("", "", None, True)]
    assert await given_back(store, *theirs) == decided
    for said in SAID:
        await store.memory.save_message(conversation_id, "user", said)
    await index(store)
    assert await mentions(store) == {"Ada L.": 3, "Minou": 1, "Lisbon": 2}
    page = await store.concepts.page(LOCRIT)
    assert {one.id: one.name for one in page.decided or ()} == {ada: "Ada L.", lisboa: "", porto: ""}
    await given_back(store, await later(store, lisboa, merged_into=None), await later(store, porto, deleted_at=None))
    assert await mentions(store) == {"Ada L.": 3, "Minou": 1, "Lisbon": 1, "Lisboa": 1, "Porto": 1}
    older = (await later(store, ada, name="Eve")).model_copy(update={"rev": 1})
    assert await given_back(store, older) == [("Ada L.", "My sister.", None, False)]


@on_each_database
async def test_what_is_given_back_goes_round_in_no_circle(store: Store) -> None:
    await talk(store, SAID)
    lisbon, lisboa, porto = await ids(store, "Lisbon", "Lisboa", "Porto")
    await store.concepts.merge(LOCRIT, lisbon, porto)
    round_ = [await later(store, porto, merged_into=lisboa), await later(store, lisboa, merged_into=lisbon)]
    assert await given_back(store, *round_) == [("", "", lisboa, False)]
    assert await given_back(store, await later(store, lisboa, merged_into=lisboa)) == []
    assert (await mentions(store))["Lisboa"] == 3
    apart = [await later(store, porto, merged_into=None), await later(store, lisboa, merged_into=porto)]
    assert await given_back(store, *reversed(apart)) == [("", "", porto, False), ("", "", None, False)]
    assert (await mentions(store))["Porto"] == 3


@on_each_database
async def test_words_of_what_was_forgotten_are_not_given_back(store: Store) -> None:
    first, *_ = await talk(store, SAID)
    minou, ada = await ids(store, "Minou", "Ada")
    for id_ in (minou, ada):
        await store.concepts.edit(LOCRIT, id_, {"name": SECRET})
    known, stub = await later(store, minou, name=SECRET), await later(store, ada, name="", forgotten_at=2**41)
    await store.history.forget_message(first)
    assert await given_back(store, known.model_copy(update={"rev": 9}), stub) == [("", "", None, False)] * 2
    anew = await later(store, minou, name="A cat", forgotten_at=None, rev=12)
    assert await given_back(store, anew) == [("A cat", "", None, False)], "decided after that"
    assert SECRET not in str(await store.rows(events))


@on_sqlite
async def test_a_locrit_is_forgotten_with_what_was_decided(store: Store) -> None:
    await talk(store, SAID)
    [ada] = await ids(store, "Ada")
    await store.concepts.edit(LOCRIT, ada, {"description": "My sister."})
    await store.locrits.delete(LOCRIT)
    await store.history.forget_locrit(LOCRIT)
    assert [row.description for row in await store.rows(concepts_table)] == [""]
    for table in (concept_mentions, concept_index):
        assert await store.rows(table) == []
    assert [row.concepts for row in await store.rows(concept_counts)] == [0]
    assert (await store.database.read(verify)).ok
