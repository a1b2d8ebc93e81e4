"""What an Ollama says of a model when it shows it.

https://docs.ollama.com/api-reference/show-model-details
"""

from collections.abc import Mapping
from typing import Any, Final

from src.services.llm.ollama_client import Shown
from src.services.llm.protocol import ModelDetails

LEVELS: Final = {"gptoss": ("low", "medium", "high")}
"""Of what thinks by levels and cannot be told not to, where Ollama does not list them yet, by architecture.
https://docs.ollama.com/capabilities/thinking"""
# Of a model that does not say how much it can read.
UNTOLD_CONTEXT_TOKENS: Final = 4096
CACHED_BYTES: Final = 2
"""Of a number in the cache, which is kept as f16 unless OLLAMA_KV_CACHE_TYPE says otherwise."""


def details_of(model: str, shown: Shown) -> ModelDetails:
    about: Mapping[str, Any] = shown.modelinfo or {}
    return ModelDetails(
        model,
        context_length=int(_told(about, "context_length") or UNTOLD_CONTEXT_TOKENS),
        num_ctx=_num_ctx(shown),
        capabilities=tuple(shown.capabilities or ()),
        think=_think(shown),
        token_bytes=_token_bytes(about),
    )


def _told(about: Mapping[str, Any], name: str) -> Any:
    """Each architecture names its own: llama.context_length, gemma3.attention.head_count."""
    architecture = f"{about.get('general.architecture')}.{name}"
    return about.get(architecture) or next((said for key, said in about.items() if key.endswith(f".{name}")), None)


def _token_bytes(about: Mapping[str, Any]) -> int | None:
    """Of memory that a token of the window takes: a key and a value for each layer and head that has its own.

    At the most: layers that look back on a part of the window only take less.
    """
    layers, heads = _number(about, "block_count"), _told(about, "attention.head_count")
    kept = _told(about, "attention.head_count_kv")
    kept = heads if kept is None else kept
    if isinstance(kept, list):  # one for each layer; long lists are told as empty ones
        cached_heads = sum(count for count in kept if isinstance(count, int))
    else:
        cached_heads = layers * kept if isinstance(kept, int) else 0
    all_heads = max((count for count in _listed(heads) if isinstance(count, int)), default=0)
    of_head = _number(about, "embedding_length") // all_heads if all_heads else 0
    key = _number(about, "attention.key_length") or of_head
    value = _number(about, "attention.value_length") or of_head
    return cached_heads * (key + value) * CACHED_BYTES or None


def _number(about: Mapping[str, Any], name: str) -> int:
    said = _told(about, name)
    return said if isinstance(said, int) and said > 0 else 0


def _listed(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


def _think(shown: Shown) -> tuple[str, ...]:
    """What it can be told of thinking, the least first. Older versions of Ollama say only that it thinks."""
    if "thinking" not in (shown.capabilities or ()):
        return ()
    untold = LEVELS.get(str((shown.modelinfo or {}).get("general.architecture")), (False, True))
    values = (shown.thinking or {}).get("values") or untold
    named: dict[bool | str, str] = {True: "on", False: "off"}
    return tuple(named.get(value, str(value)) for value in values if isinstance(value, bool | str))


def _num_ctx(shown: Shown) -> int | None:
    for line in (shown.parameters or "").splitlines():
        match line.split():
            case ["num_ctx", tokens]:
                return int(tokens)
    return None
