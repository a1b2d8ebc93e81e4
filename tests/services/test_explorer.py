"""The memory explorer over all Locrits, by model, and what was recalled for which reply."""

from collections.abc import Callable

from src.entities import ClientMessage, Filters, RecalledMemory
from src.entities.recall import Recalled
from src.stores import recalled, recalled_memories, search
from src.stores.unit_of_work import UnitOfWork
from tests.store import LOCRIT, Store, on_each_database

MODELS = ("llama3.2:1b", "qwen3:8b")


def _message(id_: str, number: int) -> ClientMessage:
    if number % 2 == 0:
        return ClientMessage(id_, "user", "four", 1, status="complete")
    return ClientMessage(id_, "assistant", "four", 1, status="complete", model=MODELS[number // 4])


async def _talk(store: Store, session: str, locrit: str) -> str:
    conversation_id = await store.conversation(session, locrit)
    said = [_message(f"{session} {n}", n) for n in range(6)]
    await store.history.merge(conversation_id, said)
    return conversation_id


@on_each_database
async def test_a_summary_of_all_is_the_sum_of_each(store: Store) -> None:
    await _talk(store, "one", LOCRIT)
    thrown_away = await _talk(store, "two", "Pixie Assistant")
    every = await store.memory.summary_of_all()
    assert (every.total_messages, every.characters, every.statistics.total_sessions) == (12, 48, 2)
    assert every.messages_by_role == {"user": 6, "assistant": 6}
    assert [(use.model, use.messages) for use in every.models] == [(MODELS[0], 4), (MODELS[1], 2)]
    assert sum(every.hours) == sum(day.messages for day in every.activity) == 12
    assert {message.locrit_name for message in every.recent_messages} == {LOCRIT, "Pixie Assistant"}
    await store.memory.delete_conversation(thrown_away)
    await store.memory.delete_message("one 1")
    await store.memory.edit_message("one 0", "six!!!", rev=1)
    less = await store.memory.summary_of_all()
    assert (less.total_messages, less.characters) == (5, 22)
    assert [(use.model, use.messages) for use in less.models] == [(MODELS[0], 1), (MODELS[1], 1)]
    await store.locrits.delete(LOCRIT)
    assert (await store.memory.summary_of_all()).total_messages == 0
    assert (await store.history.verify()).ok


@on_each_database
async def test_messages_are_found_by_their_model(store: Store) -> None:
    await _talk(store, "one", LOCRIT)
    while await store.database.write(search.index_pending):
        pass
    found = await store.memory.search("", Filters(model=MODELS[1]))
    assert [hit.message_id for hit in found.hits] == ["one 5"]


@on_each_database
async def test_the_recall_log_tells_what_was_recalled_for_which_reply(store: Store) -> None:
    first = await _talk(store, "one", LOCRIT)
    await _talk(store, "two", LOCRIT)

    def record(reply: str, question: str, source: str) -> Callable[[UnitOfWork], None]:
        one = Recalled(
            message_id=source, rev=1, start=0, end=4, conversation_id=first, role="user", content="four",
            created_at=0, score=3.5, features={"words": 3.5}, terms=["four"],
        )  # fmt: skip
        return lambda tx: recalled.record(tx, reply, question, [one])

    await store.database.write(record("two 1", "two 0", "one 0"))
    await store.database.write(record("two 3", "two 2", "one 2"))
    page, cursor = await store.memory.recall_log(LOCRIT, limit=1)
    assert [(entry.reply_id, entry.question_id, entry.question) for entry in page] == [("two 3", "two 2", "four")]
    assert [one.message_id for one in page[0].recalled] == ["one 2"]
    rest, end = await store.memory.recall_log(LOCRIT, cursor, limit=1)
    assert ([entry.reply_id for entry in rest], end) == (["two 1"], None)
    assert (await store.memory.recall_log("Pixie Assistant"))[0] == []


@on_each_database
async def test_the_recall_log_has_the_replies_that_only_memories_were_recalled_for(store: Store) -> None:
    await _talk(store, "one", LOCRIT)
    memory = await store.memory.save_memory(LOCRIT, "Minou is a cat")
    one = RecalledMemory(memory=memory, score=2.5, features={"words": 2.5}, terms=["cat"])
    await store.database.write(lambda tx: recalled_memories.record(tx, "one 3", "one 2", [one]))
    [entry], _ = await store.memory.recall_log(LOCRIT)
    assert (entry.reply_id, entry.recalled, entry.memories) == ("one 3", [], [one])
    await store.memory.delete_memory(LOCRIT, memory.id)
    [entry], _ = await store.memory.recall_log(LOCRIT)
    assert entry.memories == []
