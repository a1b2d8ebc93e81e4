"""What was recalled, on the wire."""

from backend.protocol.fields import ResponseModel
from src.entities.recall import Recalled


class RecalledList(ResponseModel):
    """The best first; what was thrown away since is not there any more."""

    recalled: list[Recalled]
