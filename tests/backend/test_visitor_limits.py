"""What visitors may say is counted for all processes together where they share a Redis, and goes on without it."""

import pytest
from pydantic import SecretStr

from backend.auth import visitor
from backend.visitors.limits import PER_ADDRESS, VisitorLimits
from backend.visitors.visit import Visit
from src.config import Settings
from src.entities import Locrit
from src.errors import TooManyMessages
from src.ids import new_id


@pytest.fixture
def locrit() -> Locrit:
    return Locrit(id=new_id(), name="Ada", created_at=0, updated_at=0, rev=1)


def visit(token: str, address: str) -> Visit:
    return Visit(visitor(token), address, wants_page=False, token=token, is_new=False)


def limits(redis_url: str, per_minute: int = 2, per_day: int = 1000) -> VisitorLimits:
    return VisitorLimits(Settings(redis_url=SecretStr(redis_url), public_per_minute=per_minute, public_per_day=per_day))


def test_two_processes_count_together(valkey_url: str, locrit: Locrit) -> None:
    one, other = limits(valkey_url), limits(valkey_url)
    hasty = visit(new_id(), new_id())
    one.spend(hasty, locrit)
    other.spend(hasty, locrit)
    for process in (one, other):
        with pytest.raises(TooManyMessages):
            process.spend(hasty, locrit)


def test_without_redis_each_counts_for_itself(locrit: Locrit) -> None:
    alone = limits("redis://127.0.0.1:1/0")
    hasty = visit(new_id(), new_id())
    for _ in range(2):
        alone.spend(hasty, locrit)
    with pytest.raises(TooManyMessages):
        alone.spend(hasty, locrit)


def test_an_address_has_a_limit_of_its_own_however_many_cookies_it_brings(locrit: Locrit) -> None:
    alone, address = limits("", per_minute=1), new_id()
    for _ in range(PER_ADDRESS):
        alone.spend(visit(new_id(), address), locrit)
    with pytest.raises(TooManyMessages, match="your network"):
        alone.spend(visit(new_id(), address), locrit)
    alone.spend(visit(new_id(), new_id()), locrit)


def test_what_is_refused_counts_nothing(locrit: Locrit) -> None:
    alone = limits("", per_minute=1, per_day=2)
    hasty = visit(new_id(), new_id())
    alone.spend(hasty, locrit)
    for _ in range(5):
        with pytest.raises(TooManyMessages):
            alone.spend(hasty, locrit)
    alone.spend(visit(new_id(), new_id()), locrit)
    with pytest.raises(TooManyMessages, match="for today"):
        alone.spend(visit(new_id(), new_id()), locrit)
