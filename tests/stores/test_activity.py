"""Days are those of whoever looks: counted right in every zone, also when the clocks change."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from src.entities import ClientMessage, Filters
from tests.store import LOCRIT, Store, on_each_database
from tests.stores.test_concept_index import index

ZONES = ("UTC", "Europe/Paris", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia")
MINUTE_MS = 60_000
CHANGES = ("2026-03-28T20:00+00:00", "2026-10-24T20:00+00:00", "2026-04-04T10:00+00:00")
"""Some hours before the clocks change in Europe, and at Lord Howe Island, by half an hour."""


async def say(store: Store) -> tuple[str, list[int]]:
    """A conversation, and when its messages were said."""
    conversation_id = await store.conversation()
    starts = [round(datetime.fromisoformat(start).timestamp() * 1000) for start in CHANGES]
    moments = [start + n * 37 * MINUTE_MS for start in starts for n in range(60)]
    said = [ClientMessage(f"m{at}", "user", "x", 1, created_at=at) for at in moments]
    await store.history.merge(conversation_id, said)
    return conversation_id, moments


@on_each_database
async def test_days_are_those_of_the_zone(store: Store) -> None:
    conversation_id, moments = await say(store)

    async def assert_counted(expected: list[int]) -> None:
        for zone in map(ZoneInfo, ZONES):
            wanted = Counter(datetime.fromtimestamp(at / 1000, zone).date().isoformat() for at in expected)
            counted = await store.memory.activity(LOCRIT, zone)
            assert [(day.day, day.messages) for day in counted] == sorted(wanted.items()), zone
        assert (await store.history.verify()).ok

    await assert_counted(moments)
    await store.memory.delete_message(f"m{moments[7]}")
    await assert_counted(moments[:7] + moments[8:])
    await store.memory.delete_conversation(conversation_id)
    await assert_counted([])
    await store.memory.edit_conversation(conversation_id, {"deleted": False})
    await assert_counted(moments[:7] + moments[8:])


@on_each_database
async def test_hours_are_those_of_the_zone_and_each_finds_what_it_counts(store: Store) -> None:
    _, moments = await say(store)
    await index(store)
    for zone in map(ZoneInfo, ZONES):
        summary = await store.memory.get_full_memory_summary(LOCRIT, zone)
        for hour, counted in enumerate(summary.hours):
            found = await store.memory.search("", Filters(hour=(hour, zone)), len(moments), locrit_name=LOCRIT)
            said = [at for at in moments if datetime.fromtimestamp(at / 1000, zone).hour == hour]
            assert sorted(hit.created_at for hit in found.hits) == sorted(said), (zone, hour)
            assert counted == len(said), (zone, hour)
