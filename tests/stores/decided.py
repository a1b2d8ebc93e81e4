"""What people decide of concepts, for tests of all that people do."""

from src.stores import search
from tests.store import LOCRIT, Store


async def decide_concepts(store: Store, _conversation_id: str) -> None:
    tea, coffee = await _concepts(store)
    await store.concepts.edit(LOCRIT, tea, {"type": "drink", "description": "hot"})
    await store.concepts.merge(LOCRIT, coffee, tea)
    await store.concepts.restore(LOCRIT, coffee)
    await store.concepts.delete(LOCRIT, coffee)


async def forget_concepts(store: Store, _conversation_id: str) -> None:
    tea, coffee = await _concepts(store)
    await store.concepts.edit(LOCRIT, tea, {"name": "Chinese tea"})
    await store.concepts.describe(LOCRIT, coffee, "It is black.")
    await store.history.forget_message("t")


async def _concepts(store: Store) -> list[str]:
    """What two messages say; one of them says both."""
    other = await store.conversation("tea")
    await store.memory.save_message(other, "user", "We drink Darjeeling, not Mokka.", message_id="t")
    await store.memory.save_message(other, "user", "There is Mokka.", message_id="c")
    while await store.database.write(search.index_pending):
        pass
    return [await store.concepts.id_of(LOCRIT, name) for name in ("Darjeeling", "Mokka")]


async def two_concepts(store: Store) -> list[dict[str, str]]:
    """Of which something was decided."""
    await store.memory.save_message(await store.conversation("talk"), "user", "We go to Paris or Lisbon.")
    while await store.database.write(search.index_pending):
        pass
    ids = [await store.concepts.id_of(LOCRIT, name) for name in ("Paris", "Lisbon")]
    for id_ in ids:
        await store.concepts.edit(LOCRIT, id_, {"type": "place"})
    names = LOCRIT, "Pixie Assistant"
    return [{"locrit_name": name, "concept_id": id_} for name, id_ in zip(names, ids, strict=True)]
