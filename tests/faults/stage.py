"""What the state machine stands on: the lives of a store beside the ideal, and how an operation is done in both."""

import itertools
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import Row, Table, select

from src.entities import ClientMessage, Message, MessageVersion, ReasoningPart, ToolCallPart
from src.entities.parts import referred
from src.models import artifacts, tool_results
from tests.callers import OnePersons
from tests.faults.audit import audit
from tests.faults.ideal import Ideal
from tests.faults.ideal_rows import Made, Refused, Tool
from tests.faults.ideal_talk import Said, Talk
from tests.faults.lives import Call, Fate, Lives, fill_index
from tests.store import every_message


@dataclass
class Done:
    """An operation that was acknowledged: to repeat it must change nothing."""

    call: Call[Any]
    about: list[str]


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
            assert self._thought(shown) == said.thought
            assert (shown.role, shown.parent_id) == (said.role, said.parent)
            assert (row.deleted_at is not None, row.forgotten_at is not None) == (said.deleted, said.forgotten)
            versions = self._lives.run(lambda app, id_=said.id: app.history.versions(id_))  # type: ignore[misc]
            assert [(one.rev, one.content, self._thought(one)) for one in versions] == said.versions
        self._compare_tools(talk.id)
        self._compare_made(talk.id)

    def _compare_tools(self, conversation_id: str) -> None:
        rows = {row.id: row for row in self._rows(tool_results, conversation_id)}
        ideally = {
            tool.id: tool
            for tool in self._ideal.tools.values()
            if self._ideal.said[tool.message].where == conversation_id
        }
        assert rows.keys() == ideally.keys()
        for id_, tool in ideally.items():
            row = rows[id_]
            assert (row.status, row.answer, row.rev) == (tool.status, tool.answer, tool.rev), tool
            assert (row.message_id, row.forgotten_at is not None) == (tool.message, tool.forgotten)
            assert json.loads(row.arguments) == (None if tool.forgotten else tool.what)

    def _compare_made(self, conversation_id: str) -> None:
        rows = {row.id: row for row in self._rows(artifacts, conversation_id)}
        ideally = {made.id: made for made in self._ideal.made.values() if made.where == conversation_id}
        assert rows.keys() == ideally.keys()
        for id_, made in ideally.items():
            row, versions = rows[id_], self._lives.run(lambda app, id_=id_: app.artifacts.versions(id_))  # type: ignore[misc]
            assert (row.message_id, row.rev) == (made.message, made.rev), made
            assert (row.deleted_at is not None, row.forgotten_at is not None) == (made.deleted, made.forgotten)
            assert [(one.version, one.content) for one in versions] == made.versions

    def _rows(self, table: Table, conversation_id: str) -> list[Row[Any]]:
        those = select(table).where(table.c.conversation_id == conversation_id)
        return self._lives.run(lambda app: app.database.read(lambda connection: list(connection.execute(those))))

    def _thought(self, of: Message | MessageVersion) -> str:
        """With what it called."""
        said = [part for part in of.parts or () if isinstance(part, ReasoningPart | ToolCallPart)]
        return "".join(
            f"[{self._ideal.tools[part.id].what}]" if isinstance(part, ToolCallPart) else part.text for part in said
        )

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
        parents = [to, *(row.message_id for row in rows)]
        for row, parent in zip(rows, parents, strict=False):
            self._adopt_rows(row)
            thought = self._thought(row)
            self._ideal.said[row.message_id] = Said(
                row.message_id,
                to,
                row.role,
                row.content,
                parent,
                row.status,
                folded=(row.content, thought),
                copied_from=row.metadata["copied_from"],
                thought=thought,
            )
            self._ideal.talks[to].order.append(row.message_id)
        assert [(row.content, self._thought(row), row.status) for row in rows] == copied

    def _adopt_rows(self, copy: Message) -> None:
        """The ids of the copies of what the origin called and made are the store's to choose."""
        origin, conversation_id = copy.metadata["copied_from"], copy.conversation_id
        called = {row.id: json.loads(row.arguments) for row in self._rows(tool_results, conversation_id)}
        for id_ in referred(copy.parts):
            [tool] = [one for one in self._ideal.tools_of(origin) if one.what == called[id_]]
            self._ideal.tools[id_] = replace(tool, id=id_, message=copy.message_id, rev=1)
            if tool.status == "running":
                self._ideal.tools[id_].status = "failed" if tool.changes else "pending"
        ids = {
            row.content: row.id for row in self._rows(artifacts, conversation_id) if row.message_id == copy.message_id
        }
        for made in [one for one in self._ideal.made.values() if one.message == origin and not one.deleted]:
            id_ = ids[made.content]
            self._ideal.made[id_] = Made(id_, conversation_id, copy.message_id, made.content, made.origin)

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

    def _tool(self, which: int) -> Tool:
        return list(self._ideal.tools.values())[-1 - which % len(self._ideal.tools)]

    def _made(self, which: int) -> Made:
        return list(self._ideal.made.values())[-1 - which % len(self._ideal.made)]

    def _running(self) -> list[Said]:
        return [said for said in self._ideal.said.values() if said.status == "streaming"]

    def _is_gone(self, id_: str) -> bool:
        held = self._ideal.said.get(id_) or self._ideal.made.get(id_) or self._ideal.talks[id_]
        return held.deleted or held.forgotten or (not isinstance(held, Talk) and self._ideal.talks[held.where].deleted)
