"""What the state machine stands on: the lives of a store beside the ideal, and how an operation is done in both."""

import itertools
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis.stateful import RuleBasedStateMachine

from src.entities import ClientMessage, Message, MessageVersion, ReasoningPart
from tests.callers import OnePersons
from tests.faults.audit import audit
from tests.faults.ideal import Ideal, Refused
from tests.faults.ideal_talk import Said, Talk
from tests.faults.lives import Call, Fate, Lives, fill_index
from tests.store import every_message


@dataclass
class Done:
    """An operation that was acknowledged: to repeat it must change nothing."""

    call: Call[Any]
    about: list[str]


def thought(of: Message | MessageVersion) -> str:
    return "".join(part.text for part in of.parts or () if isinstance(part, ReasoningPart))


class Stage(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._home = Path(tempfile.mkdtemp(prefix="lives"))
        self._lives = Lives(self._home)
        self._ideal = Ideal()
        self._done: list[Done] = []
        self._numbers = itertools.count(1)

    def teardown(self) -> None:
        try:
            self._lives.run(fill_index)
            audit(self._lives.url, running=True)
        finally:
            self._lives.close()
            shutil.rmtree(self._home)

    def compare(self) -> None:
        for talk in self._ideal.talks.values():
            self._compare(talk)
        trash = self._lives.run(lambda app: app.history.trash())
        deleted = {one.id for one in self._ideal.talks.values() if one.deleted and not one.forgotten}
        assert {one.conversation_id for one in trash.conversations} == deleted
        audit(self._lives.url, running=True)

    def _compare(self, talk: Talk) -> None:
        stored = self._lives.run(lambda app: app.memory.conversation(talk.id))
        assert (stored.title, stored.starred, stored.session_id) == (talk.title, talk.starred, talk.session)
        assert (stored.deleted_at is not None, stored.forked_from) == (talk.deleted, talk.forked_from)
        rows = self._lives.run(lambda app: app.database.read(lambda connection: every_message(connection, talk.id)))
        assert [row.message_id for row in rows] == talk.order
        for row in rows:
            said = self._ideal.said[row.message_id]
            shown = self._lives.run(lambda app, id_=said.id: app.memory.message(id_))  # type: ignore[misc]
            assert (shown.content, shown.status, shown.rev) == (said.content, said.status, said.rev)
            assert thought(shown) == said.thought
            assert (shown.role, shown.parent_id) == (said.role, said.parent)
            assert (row.deleted_at is not None, row.forgotten_at is not None) == (said.deleted, said.forgotten)
            versions = self._lives.run(lambda app, id_=said.id: app.history.versions(id_))  # type: ignore[misc]
            assert [(one.rev, one.content, thought(one)) for one in versions] == said.versions

    # How

    def _do(self, call: Call[Any], ideally: Callable[[], object], fate: Fate, about: list[str] | None) -> Any:
        """Whatever happens on the way, in the end it was done once. Returns None when it is refused, as it should."""
        if fate == "dies before the commit":
            self._lives.crash_before_commit(call)
            self._ideal.crash()
        result = self._try(call, ideally)
        if fate == "dies before the answer":
            self._lives.crash()
            self._ideal.crash()
            result = self._lives.run(call) if result is not None else self._try(call, ideally)
        if result is not None and about:
            self._done.append(Done(call, about))
        return result

    def _try(self, call: Call[Any], ideally: Callable[[], object]) -> Any:
        try:
            ideally()
        except Refused as refused:
            with pytest.raises(refused.error):
                self._lives.run(call)
            return None
        return self._lives.run(call)

    def _turn(self, call: Call[Any], ideally: Callable[[str], None], fate: Fate, about: list[str]) -> None:
        """The id of the reply is made by the store: the ideal learns it."""
        replies: list[str] = []

        async def begin(app: OnePersons) -> Any:
            turn = await call(app)
            replies.append(turn.reply.message_id)
            return turn

        self._do(begin, lambda: ideally("reply to come"), fate, about)
        if "reply to come" in self._ideal.said:
            self._name_reply(replies[-1])
            about.append(replies[-1])  # what forgets the reply forgets how it came about

    def _name_reply(self, id_: str) -> None:
        reply = self._ideal.said.pop("reply to come")
        reply.id = id_
        self._ideal.said[id_] = reply
        order = self._ideal.talks[reply.where].order
        order[order.index("reply to come")] = id_

    def _adopt(self, to: str, copied: list[tuple[str, str, str]]) -> None:
        rows = self._lives.run(lambda app: app.database.read(lambda connection: every_message(connection, to)))
        assert [(row.content, thought(row), row.status) for row in rows] == copied
        parents = [to, *(row.message_id for row in rows)]
        for row, parent in zip(rows, parents, strict=False):
            self._ideal.said[row.message_id] = Said(
                row.message_id,
                to,
                row.role,
                row.content,
                parent,
                row.status,
                folded=(row.content, thought(row)),
                copied_from=row.metadata["copied_from"],
                thought=thought(row),
            )
            self._ideal.talks[to].order.append(row.message_id)

    def _edit_talk(self, conversation_id: str, changes: dict[str, Any], fate: Fate) -> None:
        op_id = self._new("edit talk")
        self._do(
            lambda app: app.memory.edit_conversation(conversation_id, changes, op_id=op_id),
            lambda: self._ideal.edit_talk(conversation_id, **changes),
            fate,
            [conversation_id],
        )

    def _theirs(self, kind: int, known: Said | None) -> ClientMessage:
        """Written offline, the same, an older copy, changed since the newest revision, changed since an older one."""
        if known is None or kind == 0:
            return ClientMessage(self._new("offline"), "user", self._new("written offline"))
        role: Any = known.role
        old = known.versions[-1][1] if kind == 2 else known.content
        changed = kind > 2 and known.status != "streaming"  # nobody edits a reply that is being written
        content = self._new("changed offline") if changed else old
        return ClientMessage(known.id, role, content, known.rev if kind == 3 else 1 if known.rev > 1 else None)

    def _new(self, what: str) -> str:
        return f"{what} {next(self._numbers)}"

    def _talk(self, which: int) -> Talk:
        return list(self._ideal.talks.values())[which % len(self._ideal.talks)]

    def _said(self, which: int) -> Said:
        return list(self._ideal.said.values())[-1 - which % len(self._ideal.said)]

    def _running(self) -> list[Said]:
        return [said for said in self._ideal.said.values() if said.status == "streaming"]

    def _is_gone(self, id_: str) -> bool:
        held = self._ideal.said.get(id_) or self._ideal.talks[id_]
        return held.deleted or held.forgotten or (isinstance(held, Said) and self._ideal.talks[held.where].deleted)
