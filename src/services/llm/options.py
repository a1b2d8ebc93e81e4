"""What can be set of a model's way to answer: the names and ranges of Ollama's options.

https://docs.ollama.com/modelfile#valid-parameters-and-values and the `Options` of its API.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_serializer

MIN_NUM_CTX = 128
MAX_NUM_CTX = 16_777_216


def _number(value: Any) -> Any:
    """A boolean is no number, though Python thinks so; 3.0 is a whole one, though Python does not."""
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return int(value) if isinstance(value, float) and value.is_integer() else value


_INT32 = 2**31 - 1
Integer = Annotated[int, Field(ge=-_INT32, le=_INT32), BeforeValidator(_number)]
Count = Annotated[int, Field(ge=0, le=_INT32), BeforeValidator(_number)]
OrAll = Annotated[int, Field(ge=-2, le=_INT32), BeforeValidator(_number)]
"""-1 means without end, or all of the window; -2 until the window is full."""
Share = Annotated[float, Field(ge=0, le=1), BeforeValidator(_number)]
Factor = Annotated[float, Field(ge=0, le=100), BeforeValidator(_number)]
Penalty = Annotated[float, Field(ge=-2, le=2), BeforeValidator(_number)]
KeepAlive = Annotated[str, Field(pattern=r"^-?(\d{1,9}|(\d{1,9}(\.\d{1,9})?(ms|s|m|h))+)$", max_length=20)]
"""For how long a model stays in memory after its last answer: seconds, or as in 1h30m; below 0 for ever. Not one of the
options to Ollama, but told beside them."""
StopWord = Annotated[str, Field(min_length=1, max_length=200)]


class ModelOptions(BaseModel):
    """Those that are not set are the model's own."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    num_ctx: Annotated[int, Field(ge=MIN_NUM_CTX, le=MAX_NUM_CTX), BeforeValidator(_number)] | None = None
    keep_alive: KeepAlive | None = None
    num_predict: OrAll | None = None
    temperature: Factor | None = None
    top_k: Count | None = None
    top_p: Share | None = None
    min_p: Share | None = None
    typical_p: Share | None = None
    tfs_z: Factor | None = None
    seed: Integer | None = None
    stop: StopWord | Annotated[list[StopWord], Field(max_length=20)] | None = None
    repeat_last_n: OrAll | None = None
    repeat_penalty: Factor | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    penalize_newline: bool | None = None
    mirostat: Annotated[int, Field(ge=0, le=2), BeforeValidator(_number)] | None = None
    mirostat_tau: Factor | None = None
    mirostat_eta: Factor | None = None
    num_keep: OrAll | None = None
    num_batch: Count | None = None
    num_gpu: OrAll | None = None
    main_gpu: Count | None = None
    num_thread: Count | None = None
    numa: bool | None = None
    low_vram: bool | None = None
    f16_kv: bool | None = None
    logits_all: bool | None = None
    vocab_only: bool | None = None
    use_mmap: bool | None = None
    use_mlock: bool | None = None

    @model_serializer
    def _those_set(self) -> dict[str, Any]:
        return {name: value for name in self.model_fields_set if (value := getattr(self, name)) is not None}


def usable(options: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the stored options that a model can be asked with: older versions kept what they were given."""
    return {name: value for name, value in options.items() if _is_usable(name, value)}


def _is_usable(name: str, value: Any) -> bool:
    try:
        ModelOptions.model_validate({name: value})
    except ValidationError:
        return False
    return value is not None
