"""How much visitors may say. `limits` itself, and not Flask-Limiter around it: a closed Locrit
must cost nothing, so that a handler asks it, after all else."""

import logging
from typing import Final

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis import RedisError

from backend.visitors.visit import Visit
from src.config import Settings
from src.entities import Locrit
from src.errors import TooManyMessages

PER_ADDRESS: Final = 5
"""So many visitors may share an address, as those of a school do."""
Counted = tuple[RateLimitItem, str, str, str]
"""What, of whom, by which word programs know it, and the sentence for who has no more of it."""
WAITS: Final = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0}
log = logging.getLogger("locrit.visitors")


class VisitorLimits:
    """Counts in Redis where that is set, and in this process while it is away. Called from a request's own greenlet:
    the client of Redis waits."""

    def __init__(self, settings: Settings) -> None:
        self._visitor = RateLimitItemPerMinute(settings.public_per_minute)
        self._address = RateLimitItemPerMinute(settings.public_per_minute * PER_ADDRESS)
        self._locrit = RateLimitItemPerDay(settings.public_per_day)
        self._own = FixedWindowRateLimiter(MemoryStorage())
        url = settings.redis_url.get_secret_value().replace("valkey", "redis", 1).replace("unix:", "redis+unix:", 1)
        self._shared = FixedWindowRateLimiter(storage_from_string(url, **WAITS)) if url else None

    def spend(self, visit: Visit, locrit: Locrit) -> None:
        """One message. Raises TooManyMessages; then nothing is counted."""
        enough = f"{locrit.name} has talked enough with visitors for today: come back tomorrow."
        counted: list[Counted] = [
            (self._visitor, visit.caller.label, "visitor", "You have sent many messages at once: wait a minute."),
            (self._address, visit.address, "network", "Many messages come from your network: wait a minute."),
            (self._locrit, locrit.id, "day", enough),
        ]
        try:
            _spend(self._shared or self._own, counted)
        except RedisError as error:
            log.warning("Redis does not count what visitors say: %s", error)
            _spend(self._own, counted)


def _spend(limiter: FixedWindowRateLimiter, counted: list[Counted]) -> None:
    for item, who, of, refusal in counted:
        if not limiter.test(item, who):
            raise TooManyMessages(refusal, of=of)
    for item, who, *_ in counted:
        limiter.hit(item, who)
