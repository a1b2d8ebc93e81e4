"""What browsers that are connected say of their outboxes: one number each, for whoever looks after the server."""

import time


class Outboxes:
    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        """Since when the oldest entry of a connection waits."""

    def told(self, sid: str, oldest_ms: int | None) -> None:
        if oldest_ms is None:
            self._since.pop(sid, None)
        else:
            self._since[sid] = time.monotonic() - oldest_ms / 1000

    def left(self, sid: str) -> None:
        """What waits there now is not known any more."""
        self._since.pop(sid, None)

    def oldest_s(self) -> float:
        """Of all of them; 0 when nothing waits. It grows until the browser says otherwise."""
        return max((time.monotonic() - since for since in tuple(self._since.values())), default=0.0)
