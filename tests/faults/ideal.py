"""What the store should be, in plain Python: dictionaries and lists, nothing that can be cut off."""

from collections.abc import Iterable
from typing import Literal

from src.entities import ClientMessage
from src.errors import Conflict, Forgotten, InvalidInput, NotFound
from src.stores.titles import title_from
from tests.faults.ideal_rows import IdealRows, Refused
from tests.faults.ideal_talk import Said, Talk

CUT_OFF = ("interrupted", "stopped", "failed")


class Ideal(IdealRows):
    """Each operation changes it, or raises Refused and changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.talks: dict[str, Talk] = {}
        self.said: dict[str, Said] = {}

    def crash(self) -> None:
        for reply in self.said.values():
            if reply.status == "streaming":
                reply.status, reply.rev = reply.dies_as, reply.rev + 1
                self._end_rows(reply)

    def of_session(self, session: str) -> list[str]:
        return [talk.id for talk in self.talks.values() if talk.session == session and not talk.deleted]

    def save(self, where: str, id_: str, role: str, content: str) -> None:
        self._add(self._alive(where), Said(id_, where, role, content, ""))

    def ask(self, where: str, id_: str, content: str, reply_id: str, sibling_of: str | None, after: str | None) -> None:
        talk = self._alive(where)
        if sibling_of and (self.said[sibling_of].where, self.said[sibling_of].role) != (where, "user"):
            raise Refused(Conflict)
        if after and self.said[after].where != where:
            raise Refused(NotFound)
        parent = self.said[sibling_of].parent if sibling_of else after or ""
        self._add(talk, Said(id_, where, "user", content, parent))
        self._reply(talk, id_, reply_id)

    def ask_again(self, id_: str, reply_id: str) -> None:
        said = self.said[id_]
        question = self._question_of(said) if said.role == "assistant" else said
        if question.role != "user":
            raise Refused(InvalidInput)
        if question.deleted:
            raise Refused(NotFound)
        self._reply(self._alive(question.where), question.id, reply_id)

    def go_on(self, reply_id: str) -> None:
        reply = self.said[reply_id]
        if reply.role != "assistant" or reply.status not in CUT_OFF or reply.deleted:
            raise Refused(Conflict)
        self._question_of(reply)
        self._alive(reply.where)
        reply.turn_into(reply.content)
        reply.status, reply.dies_as = "streaming", "interrupted"
        self.fold(reply_id)

    def write(self, reply_id: str, text: str, kind: str) -> None:
        reply = self.said[reply_id]
        if kind == "reasoning":
            reply.thought += text
        else:
            reply.content += text

    def fold(self, reply_id: str) -> None:
        reply = self.said[reply_id]
        reply.folded = reply.content, reply.thought

    def finish(self, reply_id: str, status: str, content: str) -> None:
        reply = self.said[reply_id]
        if reply.status == "streaming":
            reply.status, reply.content, reply.rev = status, content, reply.rev + 1
            self._end_rows(reply)

    def edit(self, id_: str, content: str, rev: int | None) -> None:
        said = self.said[id_]
        changes = said.content != content
        if changes and rev not in (None, said.rev):
            raise Refused(Conflict)
        self._changeable(said)
        if changes:
            self._alive(said.where)
            said.turn_into(content)

    def roll_back(self, id_: str, rev: int) -> None:
        said = self.said[id_]
        found = [version[1:] for version in said.versions if version[0] == rev]
        if not found:
            raise Refused(NotFound)
        self._changeable(said)
        if found[0] != (said.content, said.thought):
            self._alive(said.where)
            said.turn_into(found[0][0])
            said.thought = found[0][1]

    def keep_conflict(self, id_: str, content: str) -> None:
        said = self.said[id_]
        self._changeable(said)
        self._alive(said.where)
        _put_between(said, content)

    def delete(self, id_: str, deleted: bool) -> None:
        said = self.said[id_]
        self._changeable(said)
        if said.deleted != deleted:
            self._alive(said.where)
            said.deleted, said.rev = deleted, said.rev + 1

    def edit_talk(
        self, where: str, title: str | None = None, starred: bool | None = None, deleted: bool | None = None
    ) -> None:
        talk = self.talks[where]
        if talk.forgotten:
            raise Refused(Forgotten)
        talk.title = talk.title if title is None else title
        talk.starred = talk.starred if starred is None else starred
        talk.deleted = talk.deleted if deleted is None else deleted
        for reply in [self.said[id_] for id_ in talk.order if deleted]:
            reply.dies_as = "stopped"

    def fork(self, id_: str, to: str) -> list[tuple[str, str, str]]:
        """What the fork says, in order, what it thought, and how it ended."""
        if self.said[id_].deleted:
            raise Refused(NotFound)
        self._alive(self.said[id_].where)
        origin = self.talks[self.said[id_].where]
        self.talks[to] = Talk(to, to, origin.title, forked_from=origin.id)
        return [
            (*one.folded, "interrupted") if one.status == "streaming" else (one.content, one.thought, one.status)
            for one in self.path(id_)
        ]

    def path(self, id_: str) -> list[Said]:
        path = [self.said[id_]]
        while (parent := path[0].parent) in self.said:
            path.insert(0, self.said[parent])
        return [one for one in path if not one.deleted or one.id == id_]

    def merge(self, where: str, theirs: Iterable[ClientMessage]) -> dict[str, list[str]]:
        talk = self._alive(where)
        became: dict[str, list[str]] = {"added": [], "updated": [], "conflicted": [], "unchanged": [], "forgotten": []}
        for one in theirs:
            if one.message_id in self.said:
                became[_merge(self.said[one.message_id], one)].append(one.message_id)
            else:
                self._add(talk, Said(one.message_id, where, one.role, one.content, ""))
                became["added"].append(one.message_id)
        return became

    def forget(self, id_: str) -> None:
        said = self.said[id_]
        if said.forgotten:
            return
        origin = id_
        while self.said[origin].copied_from:
            origin = self.said[origin].copied_from
        family = [one for one in (self.said[origin], *self._copies(origin)) if not one.forgotten]
        if any(one.status == "streaming" for one in family):
            raise Refused(Conflict)
        for one in sorted(family, key=lambda one: one is not said):
            self._forget_alone(one)

    def forget_talk(self, where: str) -> None:
        talk = self.talks[where]
        if talk.forgotten:
            return
        said = [self.said[id_] for id_ in talk.order]
        copies = [copy for one in said for copy in self._copies(one.id)]
        if any(one.status == "streaming" for one in [*said, *copies]):
            raise Refused(Conflict)
        self._retitle(self._forks(where), {talk.title} - {""})
        talk.title, talk.deleted, talk.forgotten = "", True, True
        for one in said:
            if one.role == "user" and not one.forgotten:
                self._retitle(self._forks(where), one.titles)
            if not one.forgotten:
                self._forget(one)
        for copy in copies:
            self._forget_alone(copy)

    def _forget_alone(self, said: Said) -> None:
        if not said.forgotten:
            titles = said.titles
            self._forget(said)
            self._retitle([said.where, *self._forks(said.where)], titles)

    def _forget(self, said: Said) -> None:
        said.content, said.thought, said.earlier, said.rev = "", "", [], said.rev + 1
        said.deleted = said.forgotten = True
        self._forget_rows(said.id)

    def _copies(self, id_: str) -> list[Said]:
        direct = [one for one in self.said.values() if one.copied_from == id_]
        return [copy for one in direct for copy in (one, *self._copies(one.id))]

    def _forks(self, where: str) -> list[str]:
        direct = [talk.id for talk in self.talks.values() if talk.forked_from == where]
        return [fork for one in direct for fork in (one, *self._forks(one))]

    def _retitle(self, where: list[str], titles: set[str]) -> None:
        for talk in map(self.talks.__getitem__, where):
            if talk.title in titles:
                said = [one for one in map(self.said.__getitem__, talk.order) if one.role == "user" and not one.deleted]
                left = [title_from(one.content) for one in said]
                talk.title = next((title for title in left if title not in titles), "")

    def _question_of(self, reply: Said) -> Said:
        if reply.parent == reply.where:
            raise Refused(Conflict)
        return self.said[reply.parent]

    def _reply(self, talk: Talk, question: str, reply_id: str) -> None:
        self._add(talk, Said(reply_id, talk.id, "assistant", "", question, "streaming"))

    def _add(self, talk: Talk, said: Said) -> None:
        said.parent = said.parent or (talk.order[-1] if talk.order else talk.id)
        talk.order.append(said.id)
        self.said[said.id] = said
        if not talk.title and said.role == "user" and said.content.strip():
            talk.title = title_from(said.content)

    def _changeable(self, said: Said) -> None:
        if said.status == "streaming":
            raise Refused(Conflict)
        if said.forgotten:
            raise Refused(Forgotten)


Became = Literal["updated", "conflicted", "unchanged", "forgotten"]


def _merge(said: Said, one: ClientMessage) -> Became:
    if said.forgotten:
        return "forgotten"
    known = one.content in [content for _, content, _ in said.versions]
    if known or said.status == "streaming" or (said.role == "assistant" and said.content.startswith(one.content)):
        return "unchanged"
    if one.rev == said.rev:
        said.turn_into(one.content)
        return "updated"
    _put_between(said, one.content)
    return "conflicted"


def _put_between(said: Said, content: str) -> None:
    said.earlier += [(said.rev, said.content, said.thought), (said.rev + 1, content, said.thought)]
    said.rev += 2
