"""What replies call and make, as the store should have it."""

import re
from dataclasses import dataclass, field

from src.errors import Conflict, Forgotten, LocritError, NotFound
from src.ids import artifact_id
from tests.faults.ideal_talk import Said, Talk

_PAGES = re.compile(r"^```html\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Refused(Exception):
    def __init__(self, error: type[LocritError]) -> None:
        self.error = error


@dataclass
class Tool:
    """`what` it was called with tells it from all others, copies excepted."""

    id: str
    message: str
    name: str
    what: str
    asks: bool
    changes: bool
    status: str = "pending"
    answer: str | None = None
    rev: int = 1
    forgotten: bool = False

    def turn(self, status: str) -> None:
        self.status, self.rev = status, self.rev + 1

    def cut(self) -> None:
        """Its reply has ended: what changes something may have been done."""
        if self.status == "running":
            self.turn("failed" if self.changes else "pending")


@dataclass
class Made:
    id: str
    where: str
    message: str
    content: str
    origin: str
    version: int = 1
    rev: int = 1
    earlier: list[tuple[int, str]] = field(default_factory=list)
    deleted: bool = False
    forgotten: bool = False

    @property
    def versions(self) -> list[tuple[int, str]]:
        """Newest first."""
        return [(self.version, self.content), *reversed(self.earlier)]

    def say(self, content: str) -> None:
        self.earlier.append((self.version, self.content))
        self.content, self.version, self.rev = content, self.version + 1, self.rev + 1


class IdealRows:
    talks: dict[str, Talk]
    said: dict[str, Said]

    def __init__(self) -> None:
        self.tools: dict[str, Tool] = {}
        self.made: dict[str, Made] = {}

    # Tools

    def call(self, new: Tool) -> None:
        reply = self._writing(new.message)
        if new.id not in self.tools:
            self.tools[new.id] = new
            reply.thought += f"[{new.what}]"

    def start(self, id_: str) -> None:
        tool = self.tools[id_]
        self._writing(tool.message)
        if tool.status == "pending" and (tool.answer or not tool.asks):
            tool.turn("running")

    def end(self, id_: str, status: str) -> None:
        tool = self.tools[id_]
        if tool.status in ("pending", "running") and not tool.forgotten:
            tool.turn(status)

    def answer(self, id_: str, answer: str) -> None:
        tool = self.tools[id_]
        self._alive(self.said[tool.message].where)
        if tool.answer == answer:
            return
        if tool.answer or tool.status != "pending" or not tool.asks:
            raise Refused(Conflict)
        if self.said[tool.message].status not in ("streaming", "interrupted"):
            raise Refused(Conflict)
        for other in self.tools_of(tool.message) if answer == "always" else [tool]:
            if (other.name, other.status, other.answer) == (tool.name, "pending", None):
                other.answer = answer
                other.turn("refused" if answer == "refuse" else "pending")

    def tools_of(self, message_id: str) -> list[Tool]:
        return [tool for tool in self.tools.values() if tool.message == message_id]

    def _writing(self, reply_id: str) -> Said:
        reply = self.said[reply_id]
        if reply.status != "streaming":
            raise Refused(Conflict)
        return reply

    # Artifacts

    def edit_made(self, id_: str, content: str, rev: int | None) -> None:
        made = self._changeable_made(id_)
        if content != made.content:
            if rev not in (None, made.rev):
                raise Refused(Conflict)
            self._alive(made.where)
            made.say(content)

    def delete_made(self, id_: str, deleted: bool) -> None:
        made = self._changeable_made(id_)
        if made.deleted != deleted:
            self._alive(made.where)
            made.deleted, made.rev = deleted, made.rev + 1

    def forget_made(self, id_: str) -> None:
        for made in self.made.values():
            if made.origin == self.made[id_].origin:
                _forget(made)

    def _changeable_made(self, id_: str) -> Made:
        if self.made[id_].forgotten:
            raise Refused(Forgotten)
        return self.made[id_]

    # With their reply

    def _end_rows(self, reply: Said) -> None:
        for tool in self.tools_of(reply.id):
            tool.cut()
        for position, page in enumerate(_PAGES.findall(reply.content)):
            id_ = artifact_id(reply.id, position)
            self.made.setdefault(id_, Made(id_, reply.where, reply.id, page, id_))

    def _forget_rows(self, message_id: str) -> None:
        for tool in self.tools_of(message_id):
            if not tool.forgotten:
                tool.forgotten, tool.rev = True, tool.rev + 1
        for made in self.made.values():
            if made.message == message_id:
                _forget(made)

    def _alive(self, conversation_id: str) -> Talk:
        if self.talks[conversation_id].deleted:
            raise Refused(NotFound)
        return self.talks[conversation_id]


def _forget(made: Made) -> None:
    if not made.forgotten:
        made.content, made.earlier, made.rev = "", [], made.rev + 1
        made.deleted = made.forgotten = True
