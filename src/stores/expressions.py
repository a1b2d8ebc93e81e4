"""What the index is asked, in the language of each database: https://sqlite.org/fts5.html#full_text_query_syntax,
https://www.postgresql.org/docs/current/datatype-textsearch.html#DATATYPE-TSQUERY."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from src.query import Term
from src.stores import filing


@dataclass(frozen=True, slots=True)
class Language:
    word: str
    start: str
    and_: str
    or_: str
    but_not: str

    def term(self, term: Term) -> str:
        return (self.start if term.is_prefix else self.word).format(term.token)

    def any(self, terms: Iterable[Term]) -> str:
        return self.or_.join(map(self.term, terms)).join("()")

    def expression(self, all_of: Sequence[Sequence[Term]], none_of: Sequence[Term]) -> str:
        """One term of each of `all_of`, and none of `none_of`."""
        wanted = list(dict.fromkeys(map(self.any, all_of)))
        if not wanted:  # there is no asking for what is not alone
            wanted = [self.any(Term(filing.role(role)) for role in filing.ROLES)]
        return self.and_.join(wanted).join("()") + (f"{self.but_not}{self.any(none_of)}" if none_of else "")


LANGUAGES = {
    "sqlite": Language('"{}"', '"{}"*', " AND ", " OR ", " NOT "),
    "postgresql": Language("'{}'", "'{}':*", " & ", " | ", " & !"),
}
