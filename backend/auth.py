"""Who is asking, and what they may see. There is one person on this machine; `backend.origin` keeps others out.

The only place where a `Caller` is made of what comes from the network, so that accounts begin here.
"""

from src.operations import Caller, Door

LOCAL_USER = "local"


def person(through: Door) -> Caller:
    """The one local person, who looks after this server too."""
    return Caller(LOCAL_USER, frozenset({"administer"}), through)
