"""Invitations: made, listed, revoked, and what is kept of their tokens."""

import pytest

from src.errors import Conflict, Forbidden, NotFound
from src.events import InvitationsChanged
from src.models import invitations, ops
from tests.eventually import eventually
from tests.store import LOCRIT, Store, on_each_database

OTHER = "Pixie Assistant"


@on_each_database
async def test_a_token_opens_its_locrit_until_it_is_revoked(store: Store) -> None:
    ann, ben = [await store.invitations.create(LOCRIT, name) for name in ("Ann", "Ben")]
    assert await store.invitations.locrit_opened_by(ann.token) == (await store.locrits.get(LOCRIT)).id
    listed = await store.invitations.list(LOCRIT)
    assert [(one.label, one.token, one.revoked_at) for one in listed] == [("Ben", None, None), ("Ann", None, None)]
    assert await store.invitations.list(OTHER) == []
    with pytest.raises(NotFound):
        await store.invitations.revoke(OTHER, ann.id)
    revoked = await store.invitations.revoke(LOCRIT, ann.id)
    assert revoked.revoked_at
    assert await store.invitations.revoke(LOCRIT, ann.id) == revoked
    with pytest.raises(Forbidden):
        await store.invitations.locrit_opened_by(ann.token)
    await store.locrits.edit(LOCRIT, {"name": "Bob"})
    assert await store.invitations.locrit_opened_by(ben.token)
    await store.locrits.delete("Bob")
    with pytest.raises(NotFound):
        await store.invitations.locrit_opened_by(ben.token)


@on_each_database
async def test_the_token_is_told_once_and_not_kept(store: Store) -> None:
    made = await store.invitations.create(LOCRIT, "Ann", op_id="once")
    again = await store.invitations.create(LOCRIT, "Ann", op_id="once")
    assert (again.id, again.token) == (made.id, None)
    assert len(made.token) >= 43
    chosen = "x" * 43
    first = await store.invitations.create(LOCRIT, "Ben", op_id="chosen", token=chosen)
    repeat = await store.invitations.create(LOCRIT, "Ben", op_id="chosen", token=chosen)
    assert (repeat, repeat.token) == (first, chosen)
    with pytest.raises(Conflict):
        await store.invitations.create(LOCRIT, "Zoe", token=chosen)
    for table in (invitations, ops):
        assert made.token not in str(await store.rows(table))
        assert chosen not in str(await store.rows(table))


@on_each_database
async def test_who_looks_hears_that_others_are_invited(store: Store) -> None:
    made = await store.invitations.create(LOCRIT, "Ann")
    await store.invitations.revoke(LOCRIT, made.id)
    await eventually(lambda: len([one for one in store.published if isinstance(one, InvitationsChanged)]) == 2)


@on_each_database
async def test_with_a_forgotten_locrit_goes_who_was_invited(store: Store) -> None:
    await store.invitations.create(LOCRIT, "Ann", op_id="ann")
    await store.locrits.delete(LOCRIT)
    await store.history.forget_locrit(LOCRIT)
    assert await store.rows(invitations) == []
    assert {row.request_hash for row in await store.rows(ops) if row.op_id == "ann"} == {""}
    assert (await store.history.verify()).ok
