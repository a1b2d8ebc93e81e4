"""Full-text search: found by the start of any word, whatever the words are."""

import asyncio
from typing import Any

from sqlalchemy import create_engine, func, select, text

from src.entities import ClientMessage, Filters
from src.ids import now_ms
from src.models import jobs
from src.stores import search
from tests.store import LOCRIT, Store, on_each_database, opened

DAY_MS = 86_400_000

SAID = {
    "fox": "The quick brown fox jumps over the lazy dog",
    "cafe": "Un café crème, s'il vous plaît",
    "code": "for (int i = 0; i < n; i++) { print(\"near\"); }",
    "german": "Die Straße der Ölsardinen",
    "rtl": "مرحبا بالعالم",
    "emoji": "hello 👋🏽 again",
    "percent": "100% of _all_ cases: a-b, c/d",
}  # fmt: skip


async def say(store: Store, said: dict[str, str] = SAID) -> None:
    conversation_id = await store.conversation()
    for message_id, content in said.items():
        await store.memory.save_message(conversation_id, "user", content, message_id=message_id)
    await index(store)


async def index(store: Store) -> None:
    while await store.database.write(search.index_pending):
        pass


async def found(store: Store, query: str) -> list[str]:
    return [hit.message_id for hit in await store.memory.search_memories(LOCRIT, query)]


@on_each_database
async def test_words_are_found_by_their_start_in_any_order_and_case(store: Store) -> None:
    await say(store)
    for query in ("fox", "FOX", "qui", "lazy brown", "dog the", "jump fo"):
        assert await found(store, query) == ["fox"], query
    for query in ("ox", "fox cat", "foxes"):
        assert await found(store, query) == [], query


@on_each_database
async def test_accents_do_not_matter_however_they_are_written(store: Store) -> None:
    await say(store)
    for query in ("cafe", "café", "cafe\u0301", "CRÈME", "plait"):
        assert await found(store, query) == ["cafe"], query
    assert await found(store, "olsardinen") == ["german"]


@on_each_database
async def test_every_script_is_found(store: Store) -> None:
    await say(store)
    assert await found(store, "بالعالم") == ["rtl"]
    assert await found(store, "Straße") == ["german"]
    assert await found(store, "👋🏽 again") == ["emoji"]


INSTRUCTIONS = [
    '"', '""', '"fox', "'", "';--", "*", "fox*", "(", "NEAR(", "NEAR(fox dog, 2)", "fox OR nothing", "fox AND dog",
    "NOT fox", "content:fox", "^fox", "-fox", "fox + dog", "\\", "%", "_", "fox\x00dog", ":*", "!fox", "fox & | dog",
    "<->", "\U0001f44b", "\u0301", "\ud83d", " ", "",
]  # fmt: skip


@on_each_database
async def test_no_query_is_an_error_or_an_instruction(store: Store) -> None:
    await say(store, {"fox": SAID["fox"], "words": "or and not near content fox dog nothing 2"})
    for query in INSTRUCTIONS:
        hits = await found(store, query)
        assert hits == [] or "words" in hits, f"{query!r} finds {hits}"


@on_each_database
async def test_a_query_of_very_many_words_is_answered(store: Store) -> None:
    await say(store)
    assert await found(store, "fox " * 20_000) == ["fox"]


@on_each_database
async def test_a_very_long_message_is_found_and_blocks_no_other(store: Store) -> None:
    await say(store, {"long": " ".join(f"word{n}" for n in range(25_000)), "next": "found"})
    assert await found(store, "word7") == ["long"]
    assert await found(store, "found") == ["next"]
    assert await store.rows(select(func.count()).select_from(jobs)) == [(0,)]


@on_each_database
async def test_what_is_deleted_is_not_found_and_what_is_restored_is(store: Store) -> None:
    await say(store)
    await store.memory.delete_message("fox")
    assert await found(store, "fox") == [], "at once, before the index knows"
    await index(store)
    assert await found(store, "fox") == []
    await store.memory.restore_message("fox")
    await index(store)
    assert await found(store, "fox") == ["fox"]
    conversation_id = await store.conversation()
    await store.memory.delete_conversation(conversation_id)
    assert await found(store, "fox") == []
    await store.memory.edit_conversation(conversation_id, {"deleted": False})
    assert await found(store, "fox") == ["fox"]


@on_each_database
async def test_an_edited_message_is_found_by_its_new_words_only(store: Store) -> None:
    await say(store)
    await store.memory.edit_message("fox", "A slow red panda")
    await index(store)
    assert await found(store, "panda") == ["fox"]
    assert await found(store, "quick") == []


@on_each_database
async def test_a_locrit_finds_only_what_was_said_to_it(store: Store) -> None:
    await say(store)
    assert await store.memory.search_memories("Pixie Assistant", "fox") == []


@on_each_database
async def test_the_match_is_marked_in_its_passage(store: Store) -> None:
    await say(store, {"m": "word " * 100 + "needle déjà" + " word" * 100})
    [hit] = await store.memory.search_memories(LOCRIT, "need")
    assert "\x02needle\x03 déjà" in hit.snippet
    assert len(hit.snippet) < 300
    assert (hit.session_id, hit.seq, hit.role) == ("one", 1, "user")


@on_each_database
async def test_filters_narrow_what_is_found_and_stand_alone(store: Store) -> None:
    await say(store)
    there = await store.conversation("two", "Pixie Assistant")
    await store.memory.save_message(there, "system", "A fox for Pixie", message_id="pixie")
    await index(store)

    async def ids(query: str, locrit: str | None = None, **filters: Any) -> list[str]:
        found = await store.memory.search(query, Filters(**filters), locrit_name=locrit)
        return [hit.message_id for hit in found.hits]

    now = now_ms()
    assert sorted(await ids("fox")) == ["fox", "pixie"]
    assert await ids("fox", "Pixie Assistant") == await ids("", "Pixie Assistant") == ["pixie"]
    assert await ids("fox", role="system") == await ids("", role="system") == ["pixie"]
    assert await ids("fox", after=now + DAY_MS) == await ids("fox", before=now - DAY_MS) == []
    assert len(await ids("fox", after=now - DAY_MS, before=now + DAY_MS)) == 2
    assert len(await ids("", after=now - 400 * DAY_MS)) == len(SAID) + 1
    assert await ids("", before=now - 4000 * DAY_MS) == await ids("fox", mark="starred") == await ids("") == []
    await store.memory.edit_conversation(there, {"starred": True})
    assert await ids("fox", mark="starred") == await ids("", mark="starred") == ["pixie"]


@on_each_database
async def test_days_are_narrowed_to_the_moment(store: Store) -> None:
    conversation_id = await store.conversation()
    moments = [1_700_000_000_000 + n * 7 * DAY_MS // 3 for n in range(-200, 200, 7)]
    await store.history.merge(
        conversation_id, [ClientMessage(f"m{at}", "user", "fox", at, created_at=at) for at in moments]
    )
    await index(store)
    for at in moments[::9]:
        for delta in (-1, 0, 1):
            found = await store.memory.search("fox", Filters(after=at + delta), 100)
            assert {hit.created_at for hit in found.hits} == {moment for moment in moments if moment >= at + delta}
            found = await store.memory.search("fox", Filters(before=at + delta), 100)
            assert {hit.created_at for hit in found.hits} == {moment for moment in moments if moment < at + delta}


@on_each_database
async def test_the_index_is_made_anew_newest_first_while_it_is_searched(store: Store) -> None:
    await say(store)
    emptied = text("DELETE FROM message_search")
    await store.database.write(lambda tx: tx.write_now(emptied))
    reindex = {"kind": search.REINDEX, "entity_id": "message_search"}
    await store.database.write(lambda tx: tx.insert_later(jobs, reindex))
    assert (await store.memory.search("fox", Filters())).waiting == len(SAID)
    assert await found(store, "percent all") == await found(store, "fox") == []
    batch = await store.database.read(lambda connection: search.prepare(connection, 2))
    assert batch is not None
    await store.memory.edit_message("percent", "changed since it was read")
    assert await store.database.write(lambda tx: search.store(tx, batch)) == 1
    assert await store.database.write(lambda tx: search.store(tx, batch)) == 0, "another process was there before"
    assert (await found(store, "hello"), await found(store, "changed"), await found(store, "fox")) == (
        ["emoji"],
        [],
        [],
    )
    assert (await store.memory.search("hello", Filters())).waiting == len(SAID) - 2
    assert (await store.history.verify()).ok
    await index(store)
    assert (await found(store, "changed"), await found(store, "fox")) == (["percent"], ["fox"])
    assert (await store.memory.search("hello", Filters())).waiting == 0
    assert (await store.history.verify()).ok


def test_what_was_indexed_by_an_older_version_is_found_again(database_url: str) -> None:
    async def save() -> None:
        async with opened(database_url) as store:
            await say(store)

    async def look() -> list[str]:
        async with opened(database_url) as store:
            assert (await store.memory.search("fox", Filters())).waiting == len(SAID)
            await index(store)
            assert (await store.history.verify()).ok
            return await found(store, "fox")

    asyncio.run(save())
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE message_search"))
        connection.execute(text("CREATE TABLE message_search (content text)"))
        connection.execute(text("ALTER TABLE locrits ADD COLUMN user_count INTEGER NOT NULL DEFAULT 0"))
        for column in (
            "messages.parts",
            "message_versions.parts",
            "generation_chunks.kind",
            "generation_chunks.thought_ms",
        ):
            connection.execute(text("ALTER TABLE {} DROP COLUMN {}".format(*column.split("."))))
        connection.execute(text("UPDATE alembic_version SET version_num = '0008'"))
    engine.dispose()
    assert asyncio.run(look()) == ["fox"]
