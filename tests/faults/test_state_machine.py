"""Anything that people can do, in any order, with crashes in between and within, against the ideal in plain Python.

`EXAMPLES=…` and `STEPS=…` make it longer, `SEED=…` repeats a run.
"""

import os
from collections.abc import Awaitable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings, strategies
from hypothesis.stateful import initialize, invariant, precondition, rule

from src.entities import Role, SendMessage
from src.errors import Forgotten, NotFound
from tests.callers import OnePersons
from tests.faults.chance import SEED
from tests.faults.ideal_talk import Talk
from tests.faults.lives import Fate, fill_index
from tests.faults.replies import Replies, any_one, fates, yes_or_no
from tests.faults.stage import Done

EXAMPLES = int(os.environ.get("EXAMPLES", "4"))
STEPS = int(os.environ.get("STEPS", "25"))
LOCRIT = "Bob Technique"
SESSIONS = ("red", "green")
ROLES: tuple[Role, ...] = ("user", "assistant", "system")


@seed(SEED)
class Conversations(Replies):
    def __init__(self) -> None:
        super().__init__()
        print(f"SEED={SEED}")  # shown when it fails

    @invariant()
    def everything_is_as_it_should_be(self) -> None:
        self.compare()

    # Conversations

    @initialize()
    def begin(self) -> None:
        self.open("red", "lives")

    @rule(session=strategies.sampled_from(SESSIONS), fate=fates)
    def open(self, session: str, fate: Fate) -> None:
        op_id = self._new("open")
        before = self._ideal.of_session(session)

        def open_(app: OnePersons) -> Awaitable[Any]:
            return app.memory.open_conversation(LOCRIT, session_id=session, op_id=op_id)

        opened, _ = self._do(open_, lambda: None, fate, [])
        if before:
            assert opened.conversation_id in before
        else:
            assert opened.conversation_id not in self._ideal.talks
            self._ideal.talks[opened.conversation_id] = Talk(opened.conversation_id, session)
            self._done.append(Done(open_, [opened.conversation_id]))

    @rule(which=any_one, title=yes_or_no, starred=yes_or_no, fate=fates)
    def edit_conversation(self, which: int, title: bool, starred: bool, fate: Fate) -> None:
        changes: dict[str, Any] = {"starred": starred} | ({"title": self._new("title")} if title else {})
        self._edit_talk(self._talk(which).id, changes, fate)

    @rule(which=any_one, deleted=yes_or_no, fate=fates)
    def trash_or_restore_conversation(self, which: int, deleted: bool, fate: Fate) -> None:
        self._edit_talk(self._talk(which).id, {"deleted": deleted}, fate)

    @rule(which=any_one, fate=fates)
    def forget_conversation(self, which: int, fate: Fate) -> None:
        where, op_id = self._talk(which).id, self._new("forget")
        self._do(
            lambda app: app.history.forget_conversation(where, op_id),
            lambda: self._ideal.forget_talk(where),
            fate,
            [where],
        )

    # Messages

    @rule(which=any_one, role=strategies.sampled_from(ROLES), has_op=yes_or_no, fate=fates)
    def save(self, which: int, role: Role, has_op: bool, fate: Fate) -> None:
        where, id_, content = self._talk(which).id, self._new("message"), self._new("text")
        op_id = self._new("save") if has_op else None
        self._do(
            lambda app: app.memory.save_message(where, role, content, message_id=id_, op_id=op_id),
            lambda: self._ideal.save(where, id_, role, content),
            fate,
            [where, id_],
        )

    @precondition(lambda self: self._ideal.said)
    @rule(which=any_one, behind=strategies.sampled_from([None, 0, 0, 1]), fate=fates)
    def edit(self, which: int, behind: int | None, fate: Fate) -> None:
        said, content, op_id = self._said(which), self._new("edited"), self._new("edit")
        id_, rev = said.id, None if behind is None else said.rev - behind
        self._do(
            lambda app: app.memory.edit_message(id_, content, rev, op_id),
            lambda: self._ideal.edit(id_, content, rev),
            fate,
            [said.where, id_],
        )

    @precondition(lambda self: self._ideal.said)
    @rule(which=any_one, version=any_one, fate=fates)
    def roll_back(self, which: int, version: int, fate: Fate) -> None:
        said, op_id = self._said(which), self._new("back")
        id_, rev = said.id, said.versions[version % len(said.versions)][0]
        self._do(
            lambda app: app.history.roll_back(id_, rev, op_id),
            lambda: self._ideal.roll_back(id_, rev),
            fate,
            [said.where, id_],
        )

    @precondition(lambda self: self._ideal.said)
    @rule(which=any_one, fate=fates)
    def keep_conflict(self, which: int, fate: Fate) -> None:
        said, content, op_id = self._said(which), self._new("aside"), self._new("keep")
        self._do(
            lambda app: app.history.keep_conflict(said.id, content, op_id),
            lambda: self._ideal.keep_conflict(said.id, content),
            fate,
            [said.where, said.id],
        )

    @precondition(lambda self: self._ideal.said)
    @rule(which=any_one, deleted=yes_or_no, fate=fates)
    def delete_or_restore(self, which: int, deleted: bool, fate: Fate) -> None:
        said, op_id = self._said(which), self._new("delete")

        def delete(app: OnePersons) -> Awaitable[Any]:
            return (app.memory.delete_message if deleted else app.memory.restore_message)(said.id, op_id)

        self._do(delete, lambda: self._ideal.delete(said.id, deleted), fate, [said.where, said.id])

    @precondition(lambda self: self._ideal.said)
    @rule(which=any_one, fate=fates)
    def forget(self, which: int, fate: Fate) -> None:
        said, op_id = self._said(which), self._new("forget")
        self._do(
            lambda app: app.history.forget_message(said.id, op_id),
            lambda: self._ideal.forget(said.id),
            fate,
            [said.where, said.id],
        )

    @precondition(lambda self: self._ideal.said)
    @rule(which=any_one, fate=fates)
    def fork(self, which: int, fate: Fate) -> None:
        said, to, op_id = self._said(which), self._new("fork"), self._new("forking")
        copied: list[list[tuple[str, str, str]]] = []
        about = [said.where, said.id, to]
        forked = self._do(
            lambda app: app.history.fork(said.id, to, op_id),
            lambda: copied.append(self._ideal.fork(said.id, to)),
            fate,
            about,
        )
        if forked is not None:
            self._adopt(to, copied[-1])
            about += self._ideal.talks[to].order  # what forgets a copy forgets how it came about

    @rule(which=any_one, kinds=strategies.lists(strategies.integers(0, 4), min_size=1, max_size=4), fate=fates)
    def merge(self, which: int, kinds: list[int], fate: Fate) -> None:
        talk = self._talk(which)
        known = [self._ideal.said[id_] for id_ in talk.order]
        theirs = [self._theirs(kind, known[n] if n < len(known) else None) for n, kind in enumerate(kinds)]
        became: list[Any] = []
        merged = self._do(
            lambda app: app.history.merge(talk.id, theirs),
            lambda: became.append(self._ideal.merge(talk.id, theirs)),
            fate,
            [talk.id, *(one.message_id for one in theirs)],
        )
        if merged is not None and fate != "dies before the answer":
            assert asdict(merged) == became[-1]

    # Turns

    @rule(which=any_one, other=any_one, stands=strategies.sampled_from([None, None, "instead", "after"]), fate=fates)
    def ask(self, which: int, other: int, stands: str | None, fate: Fate) -> None:
        talk, id_, content, op_id = self._talk(which), self._new("question"), self._new("why"), self._new("turn")
        said = self._said(other).id if stands and self._ideal.said else None
        instead, after = (said, None) if stands == "instead" else (None, said)
        question = SendMessage(content, op_id, id_, conversation_id=talk.id, sibling_of=instead, parent_id=after)
        self._turn(
            lambda app: app.turns.send(question),
            lambda reply_id: self._ideal.ask(talk.id, id_, content, reply_id, instead, after),
            fate,
            [talk.id, id_],
        )

    @precondition(lambda self: self._ideal.said)
    @rule(which=any_one, fate=fates)
    def ask_again(self, which: int, fate: Fate) -> None:
        said, op_id = self._said(which), self._new("again")
        self._turn(
            lambda app: app.turns.retry(said.id, op_id),
            lambda reply_id: self._ideal.ask_again(said.id, reply_id),
            fate,
            [said.where, said.id],
        )

    @precondition(lambda self: self._ideal.said)
    @rule(which=any_one, fate=fates)
    def go_on(self, which: int, fate: Fate) -> None:
        reply, op_id = self._said(which), self._new("more")
        self._do(
            lambda app: app.turns.continue_(reply.id, op_id),
            lambda: self._ideal.go_on(reply.id),
            fate,
            [reply.where, reply.id],
        )

    # Faults

    @rule()
    def crash_and_restart(self) -> None:
        self._lives.crash()
        self._ideal.crash()

    @precondition(lambda self: self._done)
    @rule(which=any_one, fate=fates)
    def repeat(self, which: int, fate: Fate) -> None:
        """Late, out of order, in another life: nothing happens."""
        done = self._done[which % len(self._done)]
        if fate != "lives":
            self._lives.crash_before_commit(done.call)
            self._ideal.crash()
        try:
            self._lives.run(done.call)
        except (Forgotten, NotFound):
            assert any(self._is_gone(id_) for id_ in done.about)

    @rule()
    def index(self) -> None:
        self._lives.run(fill_index)


TestConversations = pytest.mark.timeout(60 + EXAMPLES * STEPS)(Conversations.TestCase)
TestConversations.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink takes minutes, and a story can be read as it is
    suppress_health_check=list(HealthCheck),
)
