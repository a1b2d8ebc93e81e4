"""What the index is asked, in the language of each database: https://sqlite.org/fts5.html#full_text_query_syntax,
https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from src.query import Term
from src.stores.search import role_token

FIRST_YEAR = 1970
ROLES = ("user", "assistant", "system", "tool")


@dataclass(frozen=True, slots=True)
class Language:
    word: str
    start: str
    and_: str
    or_: str
    but_not: str

    def term(self, term: Term) -> str:
        return (self.start if term.is_prefix else self.word).format(term.token)

    def any(self, tokens: Iterable[str]) -> str:
        return f"({self.or_.join(self.word.format(token) for token in tokens)})"

    def expression(self, terms: Iterable[Term], any_of: Sequence[Sequence[str]], none_of: Sequence[str]) -> str:
        """All terms, one of each of `any_of`, and nothing of `none_of`."""
        wanted = [self.term(term) for term in dict.fromkeys(terms)] + [self.any(tokens) for tokens in any_of]
        if not wanted:  # there is no asking for what is not alone
            wanted = [self.any(map(role_token, ROLES))]
        return self.and_.join(wanted).join("()") + (f"{self.but_not}{self.any(none_of)}" if none_of else "")


LANGUAGES = {
    "sqlite": Language('"{}"', '"{}"*', " AND ", " OR ", " NOT "),
    "postgresql": Language("'{}'", "'{}':*", " & ", " | ", " & !"),
}


def days_until(moment: int) -> list[str]:
    """The tokens of all days until that of a moment, whole years and months in one."""
    day = _day(moment)
    years = [f"_{year}" for year in range(FIRST_YEAR, day.year)]
    months = [f"_{day.year}{month:02}" for month in range(1, day.month)]
    return years + months + [f"_{day.year}{day.month:02}{n:02}" for n in range(1, day.day + 1)]


def days_before(moment: int) -> list[str]:
    """The tokens of all days before that of a moment."""
    day = _day(moment) - timedelta(days=1)
    return days_until(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000))


def _day(moment: int) -> date:
    return datetime.fromtimestamp(moment / 1000, UTC).date()
