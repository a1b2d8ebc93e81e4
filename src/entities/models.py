"""Models that are being installed."""

from typing import Literal

from src.entities.base import Entity, Failure, Timestamp


class ModelPull(Entity):
    """A model being installed, or how that ended: told as `model_pull` to everyone. `host` is empty for the server's
    own. Bytes; `total` is 0 until it is known. One that is `waiting` was cut off, and goes on at `next_try_at`; what
    was `cancelled` is no more."""

    host: str = ""
    model: str
    status: Literal["running", "waiting", "done", "failed", "cancelled"] = "running"
    completed: int = 0
    total: int = 0
    error: Failure | None = None
    next_try_at: Timestamp | None = None
