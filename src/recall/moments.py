"""When a question is about, as far as it says so."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MOIS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
MONTHS = {name: number for names in (_MONTHS, _MOIS) for number, name in enumerate(names, 1)}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_MONTH_FIRST = re.compile(
    rf"\b({_MONTH})\b(?:\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d))?(?:,?\s+(?:of\s+)?((?:19|20)\d\d))?"
)
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er)?\s+(?:of\s+|de\s+)?({_MONTH})\b(?:,?\s+(?:of\s+)?((?:19|20)\d\d))?"
)
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)-(\d\d)\b")
_WHEN = re.compile(r"\b(?:when|what (?:date|day|month|year|time)|which (?:date|day|month|year)|how long|quand)\b")
DAY_MS = 86_400_000


class Moment(NamedTuple):
    year: int | None
    month: int | None
    day: int | None


def asks_when(question: str) -> bool:
    return _WHEN.search(question.lower()) is not None


def named_in(question: str) -> Moment | None:
    """The first day, month or year; `may` alone is a verb."""
    text = question.lower()
    if found := _ISO.search(text):
        return Moment(*map(int, found.groups()))
    if found := _DAY_FIRST.search(text):
        day, month, year = found.groups()
        return Moment(int(year) if year else _year(text), MONTHS[month], int(day))
    for found in _MONTH_FIRST.finditer(text):
        month, day, year = found.groups()
        if month in ("may", "march", "mars", "mai") and not day and not year and not _is_a_month(text, found.start()):
            continue
        return Moment(int(year) if year else _year(text), MONTHS[month], int(day) if day else None)
    year_alone = _year(text)
    return Moment(year_alone, None, None) if year_alone else None


def _is_a_month(text: str, start: int) -> bool:
    return text[:start].rstrip().endswith((" in", " of", " on", " since", " last", " en", " de", " during", " this"))


def _year(text: str) -> int | None:
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def nearness(moment: Moment, times_ms: NDArray[np.int64]) -> NDArray[np.float32]:
    """How well each time fits, 0 to 1: what is told of a day is told on it, or in the week after."""
    return np.fromiter((_fits(moment, _day(time)) for time in times_ms.tolist()), np.float32, len(times_ms))


def _day(time_ms: int) -> date:
    return datetime.fromtimestamp(time_ms / 1000, UTC).date()


def _fits(moment: Moment, day: date) -> float:
    if moment.month is None:
        return 0.2 if moment.year == day.year else 0.0
    if moment.year not in (None, day.year) and moment.day is None:
        return 0.0
    if moment.day is None:
        return 0.5 if moment.month == day.month else 0.0
    after = min(_days_after(moment, day), key=abs, default=None)
    if after is None:
        return 0.0
    if 0 <= after <= 1:
        return 1.0
    if -1 <= after <= 8:
        return 0.8
    if moment.month != day.month or moment.year not in (None, day.year):
        return 0.0
    return 0.5 if abs(after) <= 10 else 0.1


def _days_after(moment: Moment, day: date) -> Sequence[int]:
    years = [moment.year] if moment.year else [day.year - 1, day.year, day.year + 1]
    found = []
    for year in years:
        try:
            found.append((day - date(year, moment.month or 1, moment.day or 1)).days)
        except ValueError:  # the 30th of February
            continue
    return found
