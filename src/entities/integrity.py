"""What a check of everything that is stored finds."""

from dataclasses import dataclass

from pydantic import Field

from src.entities.base import Entity


class Check(Entity):
    """One thing that must be true of what is stored, the first few places where it is not, and what to do then."""

    name: str
    ok: bool
    checked: int
    problems: list[str] = Field(default_factory=list)
    hint: str = ""


class Checking(Entity):
    """How far a check of everything has come: `check` is the `number`th of `checks`, and has looked at `checked` things
    of `messages` messages, where it looks at messages."""

    check: str
    number: int
    checks: int
    checked: int
    messages: int


class IntegrityReport(Entity):
    ok: bool
    checks: list[Check]
    repaired: list[str] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Examination:
    """`remark` says what was looked at, when that is not the database itself."""

    report: IntegrityReport
    remark: str = ""
