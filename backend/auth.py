"""Who is asking, and what they may see. There is one person on this machine; `backend.origin` keeps others out.

The only place where a `Caller` is made of what comes from the network, so that accounts begin here.
"""

from enum import IntEnum

from src.entities import Locrit
from src.errors import Forbidden
from src.operations import Caller, Door

LOCAL_USER = "local"


def person(through: Door) -> Caller:
    """The one local person, who looks after this server too."""
    return Caller(LOCAL_USER, frozenset({"administer"}), through)


class AccessLevel(IntEnum):
    """How much of a Locrit's memory is shown: counts and a few search results, or all of it."""

    NONE = 0
    QUICK = 1
    FULL = 2


def require_access(locrit: Locrit, needed: AccessLevel) -> AccessLevel:
    """Returns how much is allowed. Raises Forbidden when that is less than needed."""
    access = locrit.access_to
    allowed = AccessLevel.FULL if access.full_memory else AccessLevel.QUICK if access.quick_memory else AccessLevel.NONE
    if allowed < needed:
        kind = "memory" if needed is AccessLevel.QUICK else "full memory"
        raise Forbidden(f"{locrit.name} does not show its {kind}.", hint="Open it in the settings of this Locrit.")
    return allowed
