"""What a browser uploads again of what replies called and made: tool results, and artifacts with their versions."""

from collections.abc import Iterable
from typing import Any

from src.entities import Artifact, ArtifactVersion, ClientArtifact, ToolResult
from src.entities.tools import UNKNOWN_OUTCOME
from src.errors import Conflict, NotFound
from src.operations import Stamp
from src.stores import artifacts, conversations, messages, tool_results
from src.stores.unit_of_work import UnitOfWork

Said = tuple[str, str]
Versions = dict[int, ArtifactVersion]


def accept_tool_result(tx: UnitOfWork, conversation_id: str, theirs: ToolResult, stamp: Stamp) -> None:
    """Made when it is missing; of both the newer revision counts, and what has an outcome more than what has none.
    Nothing runs of what is uploaded. Raises NotFound for one of a message that is not here."""
    if theirs.forgotten_at is not None or _is_forgotten(tx, conversation_id, theirs.message_id):
        return
    theirs = tool_results.cut(theirs)
    head = conversations.lock_head(tx, conversation_id, in_trash=True)
    ours = tool_results.find(tx.connection, theirs.id)
    if ours is None:
        tool_results.bring(tx, head, theirs, stamp)
        return
    _check_is_here(ours, conversation_id)
    is_later = theirs.rev > ours.rev or (_has_outcome(theirs) and not _has_outcome(ours))
    if is_later and ours.forgotten_at is None:
        fields = dict(theirs) | {"rev": max(ours.rev + 1, theirs.rev), "message_id": ours.message_id}
        tool_results.change(tx, head, ours, fields, stamp)


def accept_artifact(tx: UnitOfWork, conversation_id: str, theirs: ClientArtifact, stamp: Stamp) -> None:
    """Made when it is missing. Of both all versions are kept; the newest is that of the newer revision, as are name and
    trash, and of equal ones the one that goes on. Of one that was forgotten a stub is left. Raises NotFound for what is
    of a message that is not here."""
    given, versions = theirs.artifact, theirs.versions
    if _is_forgotten(tx, conversation_id, given.message_id):
        return
    if given.forgotten_at is not None:
        given, versions = given.model_copy(update=artifacts.BLANK), []
    head = conversations.lock_head(tx, conversation_id, in_trash=True)
    ours = artifacts.find(tx.connection, given.id)
    if ours is None:
        artifacts.add(tx, head, given.model_dump(exclude={"conversation_id", "locrit_id"}), stamp)
        for version in versions:
            artifacts.keep_version(tx, given.id, version)
        return
    _check_is_here(ours, conversation_id)
    if given.forgotten_at is not None:
        artifacts.forget(tx, given.id, stamp)
    elif ours.forgotten_at is None:
        _merge(tx, ours, theirs, stamp)


def _merge(tx: UnitOfWork, ours: Artifact, theirs: ClientArtifact, stamp: Stamp) -> None:
    given = theirs.artifact
    goes_on = given.content != ours.content and artifacts.goes_on(ours, given.content)
    is_newer = given.rev > ours.rev or (given.rev == ours.rev and goes_on)
    stored = _numbered(artifacts.history(tx.connection, ours))
    merged = _united(stored, _numbered([artifacts.current(given), *theirs.versions]), is_newer=is_newer)
    for number, version in sorted(merged.items())[:-1]:
        if number not in stored or number == ours.version:
            artifacts.keep_version(tx, ours.id, version)
    newest = merged[max(merged)]
    told: dict[str, Any] = {"version_at": newest.created_at, **newest.model_dump(exclude={"created_at"})}
    if is_newer:
        told |= given.model_dump(include={"name", "language", "metadata", "deleted_at", "updated_at"})
    fields = {name: value for name, value in told.items() if value != getattr(ours, name)}
    if fields or len(merged) > len(stored):
        fields["rev"] = max(ours.rev + 1, given.rev)
        head = conversations.lock_head(tx, ours.conversation_id, in_trash=True)
        artifacts.change(tx, head, ours, _type(ours, fields), fields, stamp)


def _united(ours: Versions, theirs: Versions, *, is_newer: bool) -> Versions:
    """By their numbers. Where the same number says two things, what ours does not say comes behind ours, and the newest
    of the newer ones last."""
    if all(_said(ours[number]) == _said(theirs[number]) for number in ours.keys() & theirs.keys()):
        return ours | theirs
    known = {_said(version) for version in ours.values()}
    more = [version for _, version in sorted(theirs.items()) if _said(version) not in known]
    newest = theirs[max(theirs)] if is_newer else ours[max(ours)]
    last = more[-1] if more else ours[max(ours)]
    behind = [*more, *([newest] if _said(newest) != _said(last) else [])]
    numbers = range(max(ours) + 1, max(ours) + 1 + len(behind))
    return ours | {
        number: version.model_copy(update={"version": number}) for number, version in zip(numbers, behind, strict=True)
    }


def _numbered(versions: Iterable[ArtifactVersion]) -> Versions:
    return {one.version: one for one in versions}


def _said(version: ArtifactVersion) -> Said:
    return version.content, version.css


def _type(ours: Artifact, fields: dict[str, Any]) -> str:
    deleted_at = fields.get("deleted_at", ours.deleted_at)
    if (deleted_at is None) == (ours.deleted_at is None):
        return "artifact.updated"
    return "artifact.restored" if deleted_at is None else "artifact.deleted"


def _is_forgotten(tx: UnitOfWork, conversation_id: str, message_id: str | None) -> bool:
    """What came from a forgotten message is forgotten with it."""
    if message_id is None:
        return False
    message = messages.require(tx.connection, message_id)
    if message.conversation_id != conversation_id:
        raise NotFound(f"There is no message {message_id} in this conversation.")
    return message.forgotten_at is not None


def _check_is_here(ours: ToolResult | Artifact, conversation_id: str) -> None:
    if ours.conversation_id != conversation_id:
        raise Conflict("This id belongs to another conversation.", hint="Choose another one.")


def _has_outcome(one: ToolResult) -> bool:
    is_unknown = one.error is not None and one.error.code == UNKNOWN_OUTCOME
    return one.status not in ("pending", "running") and not is_unknown
