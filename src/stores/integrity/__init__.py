"""Is everything there, in order, and what it was? Each check is a question that can be answered from the database."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection, func, select

from src.entities import Check, Checking, IntegrityReport
from src.models import messages
from src.stores.engines import lenient
from src.stores.files import FileStore
from src.stores.integrity.attachments import links, on_disk
from src.stores.integrity.cells import numbers_of_rows, values
from src.stores.integrity.changes import digest_chains, rows_match_changes
from src.stores.integrity.concepts import concepts
from src.stores.integrity.file import file
from src.stores.integrity.index import index, words
from src.stores.integrity.order import counters, of_changes, of_messages
from src.stores.integrity.reading import UNREADABLE, Problems, reason
from src.stores.integrity.replies import replies
from src.stores.integrity.vectors import vectors
from src.stores.integrity.waiting import waiting

PROBLEMS_TOLD = 20
TOLD_EVERY = 100

RESTORE = "Keep this database, and put the newest backup without this in its place. What is not named here can be read."
REPAIR = (
    "It follows from what is intact, and can be made right: stop the server, then python web_app.py verify --repair."
)

CHECKS: dict[str, Callable[[Connection], Problems]] = {
    "database file": file,
    "values": values,
    "numbers of rows": numbers_of_rows,
    "order of messages": of_messages,
    "order of changes": of_changes,
    "digests": digest_chains,
    "rows and changes": rows_match_changes,
    "messages and files": links,
    "running replies": replies,
    "counters": counters,
    "search index": index,
    "vectors": vectors,
    "concepts": concepts,
    "work that waits": waiting,
}
REPAIRABLE = {"counters", "search index", "words of the search index", "vectors", "concepts"}


def verify(
    connection: Connection,
    files: FileStore | None = None,
    *,
    is_ours_alone: bool = False,
    tell: Callable[[Checking], object] | None = None,
) -> IntegrityReport:
    """Reads everything and changes nothing; takes some seconds for every 10,000 messages, and says how far it is. The
    `files` are checked where they are given. When the database `is_ours_alone`, what only a writer may ask is checked
    too."""
    checked = CHECKS | ({"words of the search index": words} if is_ours_alone else {})
    if files is not None:
        checked |= {"files": partial(on_disk, files)}
    with lenient(connection):
        said = int(connection.scalar(select(func.count()).select_from(messages)) or 0) if tell else 0
        checks = []
        for number, (name, check) in enumerate(checked.items(), 1):
            at = Checking(check=name, number=number, checks=len(checked), checked=0, messages=said)
            checks.append(_checked(at, connection, check, tell or (lambda _checking: None)))
    return IntegrityReport(ok=all(check.ok for check in checks), checks=checks)


def _checked(
    at: Checking,
    connection: Connection,
    check: Callable[[Connection], Problems],
    tell: Callable[[Checking], object],
) -> Check:
    name, problems, checked = at.check, list[str](), 0
    try:
        for finding in check(connection):
            if checked % TOLD_EVERY == 0:
                tell(at.model_copy(update={"checked": checked}))
            checked += 1
            if finding is not None:
                problems.append(finding)
    except UNREADABLE as error:
        problems.append(f"This cannot be checked to its end: {reason(error)}.")
    told = [problem.encode(errors="replace").decode() for problem in problems[:PROBLEMS_TOLD]]
    hint = (REPAIR if name in REPAIRABLE else RESTORE) if problems else ""
    return Check(name=name, ok=not problems, checked=checked, problems=told, hint=hint)
