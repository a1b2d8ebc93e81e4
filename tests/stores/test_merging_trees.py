"""Whom a message follows, when clients bring messages in any order, in pieces, from several browsers, or as garbage."""

from dataclasses import replace
from random import Random

import pytest

from src.entities import ClientMessage, Message
from src.errors import InvalidInput
from tests.faults.audit import audit
from tests.faults.chance import SEED
from tests.store import Store, on_each_database, on_sqlite


def said(id_: str, parent_id: str | None, **fields: object) -> ClientMessage:
    role = "assistant" if id_.startswith("a") else "user"
    return ClientMessage(id_, role, f"this is {id_}", parent_id=parent_id, **({"status": "complete"} | fields))  # type: ignore[arg-type]


def line(conversation_id: str) -> list[ClientMessage]:
    ids = ["q1", "a1", "q2", "a2", "q3", "a3"]
    return [said(id_, parent) for id_, parent in zip(ids, [conversation_id, *ids], strict=False)]


async def prompt(store: Store, conversation_id: str) -> list[str]:
    leaf = await store.leaf_id(conversation_id)
    return [one.message_id for one in await store.ancestry(leaf or "", 50)]


@on_each_database
async def test_replies_that_come_before_their_questions_find_their_place(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.history.merge(conversation_id, [*reversed(line(conversation_id))])
    assert await prompt(store, conversation_id) == ["q1", "a1", "q2", "a2", "q3", "a3"]


@on_each_database
async def test_what_two_browsers_have_of_one_conversation_becomes_one_line(store: Store) -> None:
    """The first to come has the end only, the second what came before it."""
    conversation_id = await store.conversation()
    whole = line(conversation_id)
    await store.history.merge(conversation_id, whole[:2])
    await store.history.merge(conversation_id, whole[4:])
    assert await prompt(store, conversation_id) == ["q1", "a1", "q3", "a3"]  # nothing that is there is left out
    await store.history.merge(conversation_id, whole[2:4])
    assert await prompt(store, conversation_id) == ["q1", "a1", "q2", "a2", "q3", "a3"]
    assert await store.leaf_id(conversation_id) == "a3"
    audit(store.url)


@on_each_database
async def test_a_message_that_comes_after_its_children_without_its_own_parent_stays_before_them(store: Store) -> None:
    conversation_id = await store.conversation()
    whole = line(conversation_id)
    await store.history.merge(conversation_id, whole[:1])
    await store.history.merge(conversation_id, whole[3:])
    await store.history.merge(conversation_id, [whole[2]])  # follows a1, which nobody has brought
    assert await prompt(store, conversation_id) == ["q1", "q2", "a2", "q3", "a3"]


@on_each_database
async def test_branches_stay_branches_and_the_newest_counts(store: Store) -> None:
    conversation_id = await store.conversation()
    tree = [
        *line(conversation_id)[:2],
        said("q2", "a1"),
        said("a2", "q2", status="failed"),
        said("q2b", "a1"),
        said("a2b", "q2b"),
    ]
    await store.history.merge(conversation_id, [*tree, said("a2c", "q2b", status="stopped")])
    assert await prompt(store, conversation_id) == ["q1", "a1", "q2b", "a2c"]


@on_each_database
async def test_a_reply_that_was_being_written_is_interrupted_and_can_go_on(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.history.merge(
        conversation_id, [said("q1", conversation_id), said("a1", "q1", status="streaming", model="m")]
    )
    reply = await store.memory.message("a1")
    assert (reply.status, reply.model, reply.parent_id) == ("interrupted", "m", "q1")
    turn = await store.turns.continue_("a1")
    assert (turn.message.message_id, turn.reply.message_id) == ("q1", "a1")


@on_each_database
async def test_an_end_is_better_than_a_cut(store: Store) -> None:
    """The backup was taken while the reply was written: both revisions are the same."""
    conversation_id = await store.conversation()
    await store.history.merge(
        conversation_id, [said("q1", conversation_id), replace(said("a1", "q1"), content="this", status="streaming")]
    )
    cut = await store.memory.message("a1")
    merged = await store.history.merge(conversation_id, [said("a1", "q1", rev=cut.rev)])
    assert merged.updated == ["a1"]
    whole = await store.memory.message("a1")
    assert (whole.status, whole.content) == ("complete", "this is a1")


@on_each_database
async def test_the_trash_and_the_forgotten_stay_where_they_are(store: Store) -> None:
    conversation_id = await store.conversation()
    gone, secret = (
        said("q1", conversation_id, deleted_at=5),
        replace(said("q2", "q1", forgotten_at=7), content="a secret"),
    )
    await store.history.merge(conversation_id, [gone, secret])
    assert [one.message_id for one in (await store.history.trash()).messages] == ["q1"]
    assert (await store.memory.restore_message("q1")).deleted_at is None
    assert (await store.memory.message("q2")).content == ""
    assert (await store.history.merge(conversation_id, [replace(secret, forgotten_at=None)])).forgotten == ["q2"]
    assert "a secret" not in str(await store.memory.events(f"conversation:{conversation_id}"))
    audit(store.url)


@pytest.mark.parametrize(
    "garbage",
    [
        [said("q1", "q1")],
        [said("q1", "a1"), said("a1", "q1")],
        [said("q1", "a3"), said("a1", "q1"), said("a3", "a1")],
        [said("q1", "in another conversation")],
    ],
    ids=["follows itself", "two in a circle", "three in a circle", "follows a message elsewhere"],
)
def test_a_tree_that_cannot_be_is_refused_as_a_whole(garbage: list[ClientMessage], sqlite_url: str) -> None:
    @on_sqlite
    async def refused(store: Store) -> None:
        conversation_id, other = await store.conversation(), await store.conversation("another")
        await store.memory.save_message(other, "user", "hello", message_id="in another conversation")
        with pytest.raises(InvalidInput):
            await store.history.merge(conversation_id, garbage)
        assert (await store.memory.get_conversation_history(conversation_id))[0] == []

    refused(sqlite_url)


@on_sqlite
async def test_a_circle_is_refused_also_when_its_parts_come_one_by_one(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.history.merge(conversation_id, [said("q1", "a9")])
    await store.history.merge(conversation_id, [said("a1", "q1")])
    with pytest.raises(InvalidInput):
        await store.history.merge(conversation_id, [said("a9", "a1")])
    assert await prompt(store, conversation_id) == ["q1", "a1"]


@on_sqlite
async def test_who_tells_only_the_words_merges_as_ever(store: Store) -> None:
    conversation_id = await store.conversation()
    await store.history.merge(
        conversation_id, [ClientMessage("one", "user", "hello"), ClientMessage("two", "assistant", "hi")]
    )
    merged = await store.history.merge(
        conversation_id, [ClientMessage("one", "user", "hello!", rev=1), ClientMessage("two", "assistant", "ho")]
    )
    assert (merged.updated, merged.conflicted) == (["one"], ["two"])
    later = await store.history.merge(conversation_id, [ClientMessage("one", "user", "hello?", rev=99)])
    assert later.conflicted == ["one"]  # a revision alone says nothing: old clients keep their own count
    assert [one.status for one in (await store.memory.get_conversation_history(conversation_id))[0]] == ["complete"] * 2


def leads_to(tree: list[Message], leaf: Message, limit: int) -> list[str]:
    """The rule, step by step: what it follows, or, where that is not there or not known, the one before it."""
    by_id, by_seq = ({one.message_id: one for one in tree}, {one.seq: one for one in tree})
    path: list[Message] = []
    step: Message | None = leaf
    while step is not None and len(path) < limit:
        path += [step] if step is leaf or step.deleted_at is None else []
        is_first = step.parent_id == step.conversation_id
        step = None if is_first else by_id.get(step.parent_id or "") or by_seq.get(step.seq - 1)
    return [one.message_id for one in reversed(path)]


@on_each_database
async def test_what_leads_to_a_message_is_the_same_in_trees_of_every_shape(store: Store) -> None:
    print(f"SEED={SEED}")
    random = Random(SEED)
    for number in range(6):
        conversation_id, ids = (
            await store.conversation(f"{number}"),
            [f"{kind}{number}.{n}" for n in range(20) for kind in "qa"],
        )
        stray = random.choice((0.0, 0.0, 0.1, 0.4))
        for n, id_ in enumerate(ids):
            known = ids[n - 1] if n else conversation_id
            parent = random.choice([conversation_id, f"lost{n}", *ids[:n]]) if random.random() < stray else known
            await store.history.merge(conversation_id, [said(id_, parent)])
            if random.random() < stray / 2:
                await store.memory.delete_message(id_)
        tree = (await store.memory.get_conversation_history(conversation_id, limit=100, include_deleted=True))[0]
        for leaf in random.sample(tree, 12):
            for limit in (1, 3, 70):
                found = await store.ancestry(leaf.message_id, limit)
                assert [one.message_id for one in found] == leads_to(tree, leaf, limit), (stray, leaf.message_id, limit)
