"""What is counted and timed while this process runs, for Prometheus and for the page of the storage.

Every label has a few values that stand here: nothing that people name, or say, is one.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from src.entities import MessageStatus
from src.errors import LocritError, StoreUnavailable
from src.events import Event, EventBus, ReplyEnded
from src.ids import now_ms

SAVE_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
FIRST_TOKEN_BUCKETS_S: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
SAVES: Final = ("saved", "refused", "failed")
"""`refused` is what no server would have saved: a stale revision, an unknown conversation."""
ENDS: Final = tuple(status for status in get_args(MessageStatus) if status != "streaming")


class Metrics:
    """Those of one application. What is a moment's, and known elsewhere, is a gauge that who knows it sets."""

    def __init__(self, bus: EventBus) -> None:
        self.registry = one = CollectorRegistry()
        self.since = now_ms()
        saves = Counter("locrit_saves", "What was to be saved, each with its outcome", ["outcome"], registry=one)
        self._save_s = Histogram(
            "locrit_save_seconds", "Until what was saved was durable", buckets=SAVE_BUCKETS_S, registry=one
        )
        self._replies = Counter("locrit_replies", "Replies that have ended", ["outcome"], registry=one)
        self._first_token_s = Histogram(
            "locrit_first_token_seconds", "Until a reply began", buckets=FIRST_TOKEN_BUCKETS_S, registry=one
        )
        self._restore_s = Gauge("locrit_restore_seconds", "To open what is stored, at the start", registry=one)
        self.outbox_s = Gauge("locrit_outbox_oldest_seconds", "Age of what waits in a browser", registry=one)
        self.hub_stall_s = Gauge("locrit_hub_stall_seconds", "Longest that all waited, of 10 to 20 s", registry=one)
        self.database_bytes = Gauge("locrit_database_bytes", "Size of the database and its log", registry=one)
        self._saves = {outcome: saves.labels(outcome) for outcome in SAVES}
        for outcome in ENDS:
            self._replies.labels(outcome)
        bus.subscribe(self._note)

    def save(self, error: BaseException | None, seconds: float) -> None:
        """From whichever thread."""
        if error is None:
            self._save_s.observe(seconds)
            self._saves["saved"].inc()
        else:
            is_refused = isinstance(error, LocritError) and not isinstance(error, StoreUnavailable)
            self._saves["refused" if is_refused else "failed"].inc()

    @contextmanager
    def restoring(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self._restore_s.inc(time.perf_counter() - began)

    def saves(self) -> dict[str, int]:
        """By outcome."""
        return {outcome: self._count("locrit_saves_total", outcome) for outcome in SAVES}

    def replies(self) -> dict[str, int]:
        """By outcome."""
        return {outcome: self._count("locrit_replies_total", outcome) for outcome in ENDS}

    def _count(self, name: str, outcome: str) -> int:
        return int(self.registry.get_sample_value(name, {"outcome": outcome}) or 0)

    def _note(self, event: Event) -> None:
        if isinstance(event, ReplyEnded) and not event.is_repeated:
            self._replies.labels(event.status).inc()
            if event.usage is not None and event.usage.first_token_ms > 0:
                self._first_token_s.observe(event.usage.first_token_ms / 1000)
