"""Where, by whom and when a message was said, as tokens beside those of its text, so that what is filtered out costs a
search nothing. Their characters mean nothing by themselves: they are few, and in no text's tokens."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b

from src.query import Term
from src.words import FIRST_PAIR, PAIR_COUNT

ROLES = ("user", "assistant", "system", "tool")
_ROLE = FIRST_PAIR + PAIR_COUNT
_DECADE = _ROLE + len(ROLES)
_FIRST_DECADE, _LAST_DECADE = 190, 210
"""Of years; what was before or comes after is in them."""
_DAY_CHARS = 4
_OLDEST, _NEWEST = date(1900, 1, 1), date(2109, 12, 31)


def locrit(id_: str) -> str:
    return _short(id_, 2)


def conversation(id_: str) -> str:
    return _short(id_, 3)


def role(name: str) -> str:
    return chr(_ROLE + ROLES.index(name))


def day(moment: int) -> str:
    return _of_day(_date(moment))


def days(after: int | None, before: int | None) -> list[Term]:
    """All from that of a moment to that of another, whole months, years and decades in one."""
    first, last = _date(after) if after is not None else _OLDEST, _date(before) if before is not None else _NEWEST
    first = date(2100, 1, 1) if first.year >= 2100 else max(first, _OLDEST)
    last = _NEWEST if last.year >= 2100 else max(last, date(1909, 12, 31))
    return list(_spans(first, last))


def _spans(first: date, last: date) -> Iterator[Term]:
    while first <= last:
        token, end = next(span for span in _from(first) if span[1] <= last)
        yield Term(token, is_prefix=len(token) < _DAY_CHARS)
        first = end + timedelta(days=1)


def _from(first: date) -> Iterator[tuple[str, date]]:
    """The decade, year, month and day that begin then, and when they end."""
    token = _of_day(first)
    if first.month == first.day == 1 and first.year % 10 == 0:
        yield token[:1], date(first.year + 9, 12, 31)
    if first.month == first.day == 1:
        yield token[:2], date(first.year, 12, 31)
    if first.day == 1:
        yield token[:3], (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    yield token, first


def _of_day(at: date) -> str:
    decade = min(max(at.year // 10, _FIRST_DECADE), _LAST_DECADE) - _FIRST_DECADE
    return chr(_DECADE + decade) + "".join(chr(FIRST_PAIR + n) for n in (at.year % 10, at.month, at.day))


def _date(moment: int) -> date:
    return datetime.fromtimestamp(moment / 1000, UTC).date()


def _short(id_: str, chars: int) -> str:
    """Ids that others chose may have any characters. That two are alike here only makes a search look at more."""
    number = int.from_bytes(blake2b(id_.encode(errors="replace"), digest_size=8).digest())
    return "".join(chr(FIRST_PAIR + number // PAIR_COUNT**n % PAIR_COUNT) for n in range(chars))
