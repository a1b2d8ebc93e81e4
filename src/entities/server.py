"""What is set for the server as a whole."""

from typing import Final, Literal

from pydantic import Field

from src.entities.base import Change, Entity, Scrubbed, Timestamp
from src.entities.locrits import Options

THE_SERVER: Final = "server"


class ServerSettings(Entity):
    """What people set for the whole server. `default_model` answers for Locrits without a model, empty for the first
    one that can chat; `options` are those of every model, unless a Locrit has its own. `meaning` names the model by
    which what was said is found by its meaning, too, empty for none. `rev` is 0 while nothing was ever set."""

    id: str = THE_SERVER
    default_model: str = ""
    meaning: str = ""
    options: Options = Field(default_factory=dict)
    rev: int = 0
    created_at: Timestamp = 0
    updated_at: Timestamp = 0


class ServerSettingsChange(Change):
    """In the scope of everyone: each person's models are set by it."""

    table = "server_settings"
    untold = frozenset()

    type: Literal["server_settings.updated"]
    payload: ServerSettings | Scrubbed
