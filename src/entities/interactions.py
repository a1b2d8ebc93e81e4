"""What was asked of models."""

from typing import Any, Literal

from pydantic import Field

from src.entities.base import Entity, Failure, Timestamp


class Interaction(Entity):
    """One call of a model for a reply: the `round`-th of its `generation_id`. Tokens as the model counts them, times in
    milliseconds: to load the model, to read the prompt and to write, as it measures them; until the first piece was
    there and in all, as it was waited for. `done_reason` is the model's; `stopped` are those that nobody waited for any
    longer, `interrupted` those that ended with their process. `host` is empty for the server's own."""

    id: str
    conversation_id: str
    message_id: str | None = None
    generation_id: str | None = None
    round: int = 1
    host: str = ""
    model: str = ""
    options: dict[str, Any] = Field(default_factory=dict)
    think: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    load_ms: float = 0.0
    prompt_ms: float = 0.0
    first_token_ms: float = 0.0
    completion_ms: float = 0.0
    total_ms: float = 0.0
    tokens_per_second: float = 0.0
    done_reason: str = ""
    status: Literal["complete", "stopped", "failed", "interrupted"]
    error: Failure | None = None
    started_at: Timestamp
