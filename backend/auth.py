"""Who is asking. There is one person on this machine; `backend.origin` keeps others out, and `backend.visitors`
has those who come to public pages.

The only place where a `Caller` is made of what comes from the network, so that accounts begin here.
"""

import hashlib

from src.entities import VISITOR
from src.operations import Caller, Door

LOCAL_USER = "local"


def person(through: Door) -> Caller:
    """The one local person, who looks after this server too."""
    return Caller(LOCAL_USER, frozenset({"administer"}), through)


def visitor(token: str, through: Door = "public") -> Caller:
    """One who looks after nothing. What he says is the Locrit's person's to keep, under a name that `token` leads
    to, and that does not lead to `token`."""
    return Caller(LOCAL_USER, frozenset(), through, VISITOR + hashlib.sha256(token.encode()).hexdigest()[:32])
