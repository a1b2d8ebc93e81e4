"""What was said long ago is found, however common its words are; and everything by going on."""

import os
import random
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
import regex

from src.entities import ClientMessage, Filters, NewMessage
from src.errors import InvalidInput
from src.ids import new_id
from src.operations import Stamp
from src.stores import conversations, filing, messages, search
from src.stores.finding import MOST_LOOKED_AT
from src.stores.unit_of_work import UnitOfWork
from tests.store import LOCRIT, Store, on_each_database
from tests.stores.test_search import DAY_MS, index

MOMENT = 1_700_000_000_000
MANY = MOST_LOOKED_AT + 500
PER_TRANSACTION = 500


async def say(store: Store, texts: Iterable[str]) -> None:
    """`m0`, `m1` and so on, the first one first, all at one moment."""
    conversation_id = await store.conversation()
    said = [NewMessage(f"m{n}", "user", text) for n, text in enumerate(texts)]
    for start in range(0, len(said), PER_TRANSACTION):
        await store.database.write(partial(_add, conversation_id, said[start : start + PER_TRANSACTION]))
    while await store.database.write(search.index_pending):
        pass


def _add(conversation_id: str, said: list[NewMessage], tx: UnitOfWork) -> None:
    messages.add(tx, conversations.lock_head(tx, conversation_id), said, Stamp(new_id(), MOMENT))


async def everything(store: Store, query: str, limit: int = 100, **filters: Any) -> list[list[str]]:
    """Page by page."""
    pages, cursor = [], None
    while True:
        found = await store.memory.search(query, Filters(**filters), limit, locrit_name=LOCRIT, cursor=cursor)
        pages.append([hit.message_id for hit in found.hits])
        if found.next is None:
            return pages
        cursor = str(found.next)


@on_each_database
async def test_a_phrase_of_common_words_is_found_at_once_however_long_ago_it_was_said(store: Store) -> None:
    chance = random.Random(1)
    others = (" ".join(chance.sample(("some the", "people of", "in", "a day", "to be"), 5)) for _ in range(MANY))
    await say(store, ["It was for some, of the people: in 3.14 days", *others])
    for phrase in ('"some of the people"', '"some of the" people', '"for some, of the p', '"in 3.14"'):
        [hit] = (await store.memory.search(phrase, Filters())).hits
        assert hit.message_id == "m0", phrase
    assert (await everything(store, '"be of the"')) == [[]]


@on_each_database
async def test_what_is_too_common_to_be_found_at_once_is_found_by_going_on(store: Store) -> None:
    await say(store, ["?! because people would", *(f"would people because {n}" for n in range(MANY))])
    for query in ('"people would"', '"because people"', "?!", "people would ?!"):
        pages = await everything(store, query)
        assert [id_ for page in pages for id_ in page] == ["m0"], query
        assert len(pages) > 1, "it had looked at enough before"
    found = await store.memory.search('"people would"', Filters())
    assert found.more


@on_each_database
async def test_a_moment_of_more_messages_than_a_page_ends_no_listing(store: Store) -> None:
    await say(store, (f"word {n}" for n in range(250)))
    for query in ("", "word"):
        for bounds in ({}, {"before": MOMENT + DAY_MS}, {"after": MOMENT - 5, "before": MOMENT + 1}):
            filters: dict[str, Any] = {"role": "user", **bounds}
            pages = await everything(store, query, **filters)
            said = [id_ for page in pages for id_ in page]
            assert len(said) == len(set(said)) == 250, (query, bounds)
            assert sorted(said) == sorted(f"m{n}" for n in range(250))
            assert len(await everything(store, query, 50, **filters)) == (5 if not query else 3), (
                "none of them is empty"
            )


@on_each_database
async def test_what_is_before_a_day_is_found_once_and_the_latest_first(store: Store) -> None:
    chance = random.Random(2)
    moments = [MOMENT - int(DAY_MS * chance.expovariate(1 / 100)) for _ in range(200)]
    theirs = [ClientMessage(f"m{n}", "user", f"word {n}", created_at=at) for n, at in enumerate(moments)]
    await store.history.merge(await store.conversation(), theirs)
    await index(store)
    for before in (MOMENT + 1, MOMENT - 40 * DAY_MS, MOMENT - 350 * DAY_MS):
        said = [id_ for page in await everything(store, "", 30, before=before) for id_ in page]
        wanted = [n for n in range(200) if moments[n] < before]
        assert sorted(said) == sorted(f"m{n}" for n in wanted)
        last_week = {f"m{n}" for n in wanted if moments[n] >= before - 8 * DAY_MS}
        assert set(said[: len(last_week)]) == last_week


@on_each_database
async def test_what_no_conversation_can_be_is_found_nowhere(store: Store) -> None:
    await say(store, ["a word"])
    assert await everything(store, "word", mark="pinned") == [[]]
    assert await everything(store, "word", after=MOMENT, before=MOMENT - DAY_MS) == [[]]
    for cursor in ("x", "1", "1.", "-1.5", "1.5.6", "99.1"):
        with pytest.raises(InvalidInput):
            await store.memory.search("word", Filters(), cursor=cursor)
    for cursor in ("0.0", "9.5", f"0.{10**18}"):
        await store.memory.search("word", Filters(), cursor=cursor)


WORDS = ("a", "the", "of", "it", "is", "getUserName", "C++", "3.14", "Äh", "水果店", "👋🏽", "people", "would", "ÉTÉ")
GAPS = (" ", " ", " ", ", ", "\n", " - ", "", "|---|", "…")
QUERIES = 100
ANSWERS: dict[str, set[str]] = {}


@on_each_database
async def test_any_neighbours_are_found_and_alike(store: Store) -> None:
    """What stands between two places of a text, quoted, is found in that text, and on each database the same."""
    seed = int(os.environ.get("SEED", 8))
    print(f"SEED={seed}")
    chance = random.Random(seed)
    texts = ["".join(chance.choice(WORDS) + chance.choice(GAPS) for _ in range(12)) for _ in range(200)]
    await say(store, texts)
    for _ in range(QUERIES):
        n = chance.randrange(len(texts))
        words = [match.span() for match in regex.finditer(r"\w+|[^\w\s]+", texts[n])]
        start, end = sorted((chance.choice(words)[0], chance.choice(words)[1]))
        phrase = texts[n][start:end]
        for query in {phrase.join('""'), f'"{phrase}'}:
            if phrase.strip():
                found = {id_ for page in await everything(store, query) for id_ in page}
                assert f"m{n}" in found, (query, texts[n])
                assert ANSWERS.setdefault(query, found) == found, query


def test_days_are_those_between_two_moments() -> None:
    chance = random.Random(3)
    years = (1850, 1899, 1900, 1909, 1910, 1969, 1970, 2023, 2024, 2026, 2099, 2100, 2109, 2110, 2500, 9998)

    def moment() -> int:
        month, day = chance.choice(((1, 1), (12, 31), (2, 29), (chance.randint(1, 12), chance.randint(1, 28))))
        year = chance.choice(years)
        if (month, day) == (2, 29):
            year = 2024
        return (
            int((datetime(year, month, day, 12, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1000
        )

    for _ in range(2_000):
        after, before = chance.choice((None, moment())), chance.choice((None, moment()))
        terms = filing.days(after, before)
        assert len(terms) < 150
        at = moment()
        token = filing.day(at)
        is_in = any(token.startswith(term.token) if term.is_prefix else token == term.token for term in terms)
        lies_in = (after is None or at >= after) and (before is None or at <= before)
        assert is_in or not lies_in, (after, before, at)
        if all(moment is None or 0 <= moment < 4_000_000_000_000 for moment in (after, before, at)):
            assert is_in == lies_in, "no more than needed, in the years in which people live"
