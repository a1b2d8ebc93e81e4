"""What each address asks of the Locrit that it names: one table, and the one check. An address that names a Locrit
without standing there cannot be served.

That a Locrit talks only while it is switched on, and with people, is asked where a turn begins, in its transaction:
conversations lead to it too (see `stores.turns`).
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Literal

from src.application import Application
from src.entities import Locrit
from src.errors import Forbidden, Inactive
from src.operations import Caller

Opening = Literal["locrits", "internet", "invitations"]


class AccessLevel(IntEnum):
    """How much of a Locrit's memory is shown: counts and a few search results, or all of it."""

    NONE = 0
    QUICK = 1
    FULL = 2


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be so of a Locrit: it is switched on, open to such callers, shows so much of its memory, its logs."""

    active: bool = False
    open_to: Opening | None = None
    memory: AccessLevel = AccessLevel.NONE
    logs: bool = False

    def check(self, locrit: Locrit) -> None:
        """Raises Inactive and Forbidden."""
        is_open = self.open_to is None or getattr(locrit.open_to, self.open_to)
        is_hidden = self.open_to in VISITED and not locrit.active  # visitors are not told why
        if self.active and not locrit.active and not is_hidden:
            raise Inactive(f"{locrit.name} is switched off.")
        if self.open_to and (is_hidden or not is_open):
            raise Forbidden(f"{locrit.name} is not open to {CALLED[self.open_to]}.", hint=OPEN_IT)
        if self.logs and not locrit.access_to.logs:
            raise Forbidden(f"{locrit.name} does not show its logs.", hint=OPEN_IT)
        require_access(locrit, self.memory)


OPEN_IT: Final = "Open it in the settings of this Locrit."
CALLED: Final[dict[Opening, str]] = {"locrits": "other Locrits", "internet": "the public", "invitations": "guests"}
VISITED: Final = ("internet", "invitations")
NOTHING: Final = Needs()
QUICK: Final = Needs(memory=AccessLevel.QUICK)
FULL: Final = Needs(memory=AccessLevel.FULL)
OTHERS: Final = Needs(active=True, open_to="locrits")
PUBLIC: Final = Needs(active=True, open_to="internet")
INVITED: Final = Needs(active=True, open_to="invitations")

NEEDS: Final[dict[str, Needs]] = {
    # who looks after it
    r"/api/v2/locrits/<name>(/restore|/forget)?": NOTHING,
    r"/api/v2/locrits/<name>/invitations(/<invitation_id>)?": NOTHING,
    r"/api/locrits/<name>/(config|toggle|toggle-edit|rename|delete)": NOTHING,
    r"/public/<name>/settings": NOTHING,
    # people, as each turn asks
    r"/api/(v2/)?locrits/<name>/chat(/stream)?": NOTHING,
    # what it shows
    r"/api/(v2/)?locrits/<name>/memory/(stats|search|concepts)": QUICK,
    r"/api/(v2/)?locrits/<name>/memory/(summary|sessions|messages|memories|extraction|clear)(/.*)?": FULL,
    r"/api/v2/locrits/<name>/memory/(ask|recalls|export)": FULL,
    r"/api/(v2/)?locrits/<name>/memory/(concepts|concept-graph)(/.*)?": FULL,
    r"/api/v2/locrits/<name>/artifacts": FULL,
    r"/api/v2/conversations/<conversation_id>/interactions": Needs(logs=True),
    # other Locrits
    r"/api/v1/locrits/<name>/(info|chat|chat/stream|memory/store-conversation)": OTHERS,
    r"/api/v1/locrits/<name>/memory/sessions/<session_id>": Needs(open_to="locrits", memory=AccessLevel.FULL),
    # visitors
    r"/public/<name>(/chat|/chat/stream)?": PUBLIC,
    r"/public/invitation/<token>(/chat|/chat/stream)?": INVITED,
}
NAMED: Final = re.compile(
    r"(/locrits|/public)/<name>|/public/invitation/<token>|/conversations/<conversation_id>/interactions$"
)


def needs_of(path: str) -> Needs | None:
    """None where an address names no Locrit. Raises LookupError where nothing was decided for one that does."""
    for pattern, needs in NEEDS.items():
        if re.fullmatch(pattern, path):
            return needs
    if NAMED.search(path):
        raise LookupError(f"{path} names a Locrit: decide in backend/access.py what it needs.")
    return None


class Switches:
    """The check of what `needs_of` says."""

    def __init__(self, application: Application) -> None:
        self._locrits = application.locrits
        self._memory = application.memory
        self._invitations = application.invitations

    async def check(self, needs: Needs, caller: Caller, path: dict[str, str]) -> Locrit | None:
        """Returns the Locrit of which something is needed. Raises NotFound, Inactive and Forbidden."""
        if needs is NOTHING:
            return None
        locrit = await self._named(caller, path)
        needs.check(locrit)
        return locrit

    async def _named(self, caller: Caller, path: dict[str, str]) -> Locrit:
        if "name" in path:
            return await self._locrits.get(caller, path["name"])
        if "token" in path:
            return await self._locrits.get(caller, await self._invitations.locrit_opened_by(caller, path["token"]))
        conversation = await self._memory.conversation(caller, path["conversation_id"])
        return await self._locrits.get(caller, conversation.locrit_id)


def access_level(locrit: Locrit) -> AccessLevel:
    access = locrit.access_to
    return AccessLevel.FULL if access.full_memory else AccessLevel.QUICK if access.quick_memory else AccessLevel.NONE


def require_access(locrit: Locrit, needed: AccessLevel) -> AccessLevel:
    """Returns how much is allowed. Raises Forbidden when that is less than needed."""
    allowed = access_level(locrit)
    if allowed < needed:
        kind = "memory" if needed is AccessLevel.QUICK else "full memory"
        raise Forbidden(f"{locrit.name} does not show its {kind}.", hint=OPEN_IT)
    return allowed
