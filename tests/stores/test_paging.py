"""Pages by key: nothing is seen twice or missed while rows are added and changed."""

import asyncio
import base64
import json
from itertools import pairwise

import pytest

from src.errors import InvalidInput, NotFound
from tests.store import Store, on_each_database


async def _said(store: Store, conversation_id: str, count: int) -> None:
    await asyncio.gather(*(store.memory.save_message(conversation_id, "user", f"{n}") for n in range(count)))


@on_each_database
async def test_the_newest_page_comes_first_and_each_page_is_oldest_first(store: Store) -> None:
    conversation_id = await store.conversation()
    await _said(store, conversation_id, 10)
    page, more, _ = await store.memory.get_conversation_history(conversation_id, limit=4)
    assert ([message.seq for message in page], more) == ([7, 8, 9, 10], True)
    page, more, _ = await store.memory.get_conversation_history(conversation_id, before=3, limit=4)
    assert ([message.seq for message in page], more) == ([1, 2], False)
    page, more, _ = await store.memory.get_conversation_history(conversation_id, after=3, limit=4)
    assert ([message.seq for message in page], more) == ([4, 5, 6, 7], True)
    assert (await store.memory.get_conversation_history(conversation_id, before=0))[:2] == ([], False)


@on_each_database
async def test_conversations_are_found_by_what_they_are_called_page_by_page(store: Store) -> None:
    titles = ["L’été à Paris", "Summer", "请注意安全", "getUserName fails", "été indien", "Was deleted in été"]
    ids = {title: await store.conversation(title) for title in titles}
    for title, conversation_id in ids.items():
        await store.memory.edit_conversation(conversation_id, {"title": title})
    await store.memory.delete_conversation(ids[titles[-1]])
    for query, expected in {
        "ete": [4, 0],
        "ÉTÉ par": [0],
        "注意": [2],
        "username": [3],
        "bob summer": [1],
        "bob": [4, 3, 2, 1, 0],
        "winter": [],
    }.items():
        found, _ = await store.memory.conversations(q=query)
        assert [conversation.title for conversation in found] == [titles[n] for n in expected], query
    seen: list[str] = []
    cursor, pages = None, 0
    while cursor is not None or not pages:
        page, cursor = await store.memory.conversations(q="bob", cursor=cursor, limit=2)
        seen, pages = seen + [conversation.title for conversation in page], pages + 1
    assert (seen, pages) == ([titles[n] for n in (4, 3, 2, 1, 0)], 3)


@on_each_database
async def test_a_page_around_a_message_has_it_in_the_middle_and_says_what_is_on_both_sides(store: Store) -> None:
    conversation_id = await store.conversation()
    await _said(store, conversation_id, 20)
    everything, _, _ = await store.memory.get_conversation_history(conversation_id)
    for target in everything:
        found = await store.memory.get_history_around(conversation_id, message_id=target.message_id, limit=6)
        seqs = [message.seq for message in found.messages]
        assert seqs == list(range(max(target.seq - 3, 1), min(target.seq + 2, 20) + 1))
        assert (found.has_older, found.has_newer) == (seqs[0] > 1, seqs[-1] < 20)
        assert (found.target_id, found.head_seq) == (target.message_id, 20)


@on_each_database
async def test_around_what_is_elsewhere_or_in_the_trash_there_is_no_page(store: Store) -> None:
    conversation_id, other = await store.conversation("one"), await store.conversation("two")
    await _said(store, conversation_id, 3)
    [first, *_], _, _ = await store.memory.get_conversation_history(conversation_id)
    for place, message_id in ((other, first.message_id), (conversation_id, "nowhere"), ("nowhere", first.message_id)):
        with pytest.raises(NotFound):
            await store.memory.get_history_around(place, message_id=message_id)
    await store.memory.delete_message(first.message_id)
    with pytest.raises(NotFound):
        await store.memory.get_history_around(conversation_id, message_id=first.message_id)


@on_each_database
async def test_around_a_moment_is_around_the_first_message_at_it_or_later(store: Store) -> None:
    conversation_id = await store.conversation()
    for text in "abcde":
        await store.memory.save_message(conversation_id, "user", text)
        await asyncio.sleep(0.002)
    everything, _, _ = await store.memory.get_conversation_history(conversation_id)
    for message, next_ in pairwise(everything):
        at = await store.memory.get_history_around(conversation_id, at=message.created_at, limit=2)
        assert at.target_id == message.message_id
        later = await store.memory.get_history_around(conversation_id, at=message.created_at + 1, limit=2)
        assert later.target_id == next_.message_id
        assert [each.seq for each in later.messages] == [message.seq, next_.seq]
    none = await store.memory.get_history_around(conversation_id, at=everything[-1].created_at + 1, limit=2)
    assert (none.target_id, [each.content for each in none.messages], none.has_newer) == (None, ["d", "e"], False)


@on_each_database
async def test_going_back_while_others_write_and_delete_sees_every_old_message_once(store: Store) -> None:
    conversation_id = await store.conversation()
    await _said(store, conversation_id, 20)
    seen: list[int] = []
    before, more = None, True
    while more:
        page, more, _ = await store.memory.get_conversation_history(conversation_id, before=before, limit=3)
        seen = [message.seq for message in page] + seen
        before = page[0].seq
        await _said(store, conversation_id, 2)
        await store.memory.delete_message(page[-1].message_id)
    assert seen == list(range(1, 21))


@on_each_database
async def test_conversations_are_paged_by_their_newest_activity_and_none_is_seen_twice(store: Store) -> None:
    ids = [await store.conversation(str(n)) for n in range(12)]
    for conversation_id in ids:
        await store.memory.save_message(conversation_id, "user", "hello")
    seen: list[str] = []
    cursor, more = None, True
    while more:
        page, cursor = await store.memory.conversations(cursor=cursor, limit=5)
        seen += [conversation.conversation_id for conversation in page]
        more = cursor is not None
        await store.memory.save_message(seen[-1], "user", "again")
        await store.memory.edit_conversation(seen[0], {"starred": True})
        await store.conversation(f"new {len(seen)}")
    assert sorted(seen) == sorted(ids)


@on_each_database
async def test_filters_hold_on_every_page(store: Store) -> None:
    for n in range(6):
        conversation_id = await store.conversation(str(n))
        await store.memory.edit_conversation(conversation_id, {"starred": n % 2 == 0})
    page, cursor = await store.memory.conversations(starred=True, limit=2)
    rest, end = await store.memory.conversations(starred=True, limit=2, cursor=cursor)
    assert (len(page), len(rest), end) == (2, 1, None)
    assert all(conversation.starred for conversation in page + rest)
    assert (await store.memory.conversations(client_label="eve"))[0] == []


def _cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


GARBAGE = [
    "garbage", "é", "====", "\x00", _cursor([]), _cursor([1]), _cursor({"a": 1, "b": 2}), _cursor(["x", "y"]),
    "W1tb" * 900, _cursor([10**30, "x"]), _cursor([-1, "x"]), _cursor([float("inf"), "x"]), _cursor(None), _cursor("x"),
]  # fmt: skip


@on_each_database
async def test_a_cursor_that_is_not_ours_is_invalid(store: Store) -> None:
    for cursor in GARBAGE:
        with pytest.raises(InvalidInput):
            await store.memory.conversations(cursor=cursor)
