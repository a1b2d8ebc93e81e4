"""What Ollama says of a model when it shows it, as it says it of several families."""

from typing import Any

import pytest

from src.services.llm.ollama_client import Shown
from src.services.llm.ollama_shown import details_of
from src.services.llm.protocol import ModelDetails


def shown(family: str, about: dict[str, Any], **fields: Any) -> ModelDetails:
    said = {"general.architecture": family} | {f"{family}.{name}": value for name, value in about.items()}
    return details_of("a:1b", Shown(**{"model_info": said, "capabilities": ["completion"], **fields}))


GEMMA = {"context_length": 131072, "block_count": 34, "embedding_length": 2560, "attention.head_count": 8}
GEMMA |= {"attention.head_count_kv": 4, "attention.key_length": 256, "attention.value_length": 256}
HYBRID = {"context_length": 128000, "block_count": 16, "embedding_length": 2048, "attention.head_count": 32}


def test_window_and_memory_are_told_by_every_family_under_its_own_name() -> None:
    gemma = shown("gemma3", GEMMA | {"vision.block_count": 27, "vision.attention.head_count": 16})
    assert (gemma.context_length, gemma.token_bytes) == (131072, 34 * 4 * (256 + 256) * 2)
    of_old = shown(
        "llama",
        {"context_length": 8192, "block_count": 32, "embedding_length": 4096}
        | {
            "attention.head_count": 32  # as many for keys and values
        },
    )
    assert (of_old.context_length, of_old.token_bytes) == (8192, 32 * 32 * (128 + 128) * 2)


@pytest.mark.parametrize(("heads", "token_bytes"), [([0, 8, 0, 8], 16 * (64 + 64) * 2), ([], None)])
def test_where_only_some_layers_remember_those_count_and_a_list_that_is_left_out_is_no_number(
    heads: list[int], token_bytes: int | None
) -> None:
    assert shown("lfm2", HYBRID | {"attention.head_count_kv": heads}).token_bytes == token_bytes


@pytest.mark.parametrize(
    ("family", "fields", "think"),
    [
        ("qwen3", {"capabilities": ["completion"]}, ()),
        ("qwen3", {"capabilities": ["completion", "thinking"]}, ("off", "on")),
        ("gptoss", {"capabilities": ["completion", "thinking"]}, ("low", "medium", "high")),
        (
            "gptoss",
            {"capabilities": ["completion", "thinking"], "thinking": {"values": ["low", "high"], "default": "low"}},
            ("low", "high"),
        ),
        (
            "gemma4",
            {"capabilities": ["thinking"], "thinking": {"values": [False, True, "max"], "default": True}},
            ("off", "on", "max"),
        ),
    ],
)
def test_what_can_be_told_of_thinking_is_what_it_lists_or_what_its_family_takes(
    family: str, fields: dict[str, Any], think: tuple[str, ...]
) -> None:
    assert shown(family, {}, **fields).think == think


def test_what_its_file_sets_is_read_among_other_lines() -> None:
    parameters = 'stop                           "<|im_end|>"\nnum_ctx                        16384\ntemperature 0.6'
    assert shown("qwen3", {}, parameters=parameters).num_ctx == 16384
