"""What a measurement gives: figures, with the goal that each was made for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Goal:
    """`value` is in the unit of its figure."""

    kind: Literal["at least", "at most"]
    value: float

    def is_met_by(self, value: float) -> bool:
        return value >= self.value if self.kind == "at least" else value <= self.value


@dataclass(frozen=True, slots=True)
class Figure:
    what: str
    value: float
    unit: str = ""
    goal: Goal | None = None

    @property
    def shown(self) -> str:
        """Three digits, and the unit."""
        digits = 0 if self.value >= 100 else 1 if self.value >= 10 else 2
        number = f"{self.value:,.{digits}f}"
        return f"{number.rstrip('0').rstrip('.') if '.' in number else number} {self.unit}".strip()

    @property
    def is_met(self) -> bool | None:
        return self.goal.is_met_by(self.value) if self.goal else None


@dataclass(frozen=True, slots=True)
class Report:
    """`bars` are the figures that its plot shows; without any there is no plot."""

    title: str
    figures: list[Figure]
    bars: list[Figure] = field(default_factory=list)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many percent of them do not exceed."""
    return sorted(values)[(len(values) * percent - 1) // 100]


def at_least(value: float) -> Goal:
    return Goal("at least", value)


def at_most(value: float) -> Goal:
    return Goal("at most", value)
