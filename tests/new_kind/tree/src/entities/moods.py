"""A made-up kind of part: what a model says it feels while it answers."""

from typing import Literal

from src.entities.base import Entity


class MoodPart(Entity):
    type: Literal["mood"] = "mood"
    text: str
