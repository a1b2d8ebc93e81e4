"""What the answers of Ollama look like."""

from hashlib import sha256
from typing import Any

from src.services.llm.ollama_http import Body
from tests.fakes.script import Thought

LLAMA = {
    "general.architecture": "llama",
    "llama.block_count": 16,
    "llama.embedding_length": 2048,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
    "llama.attention.key_length": 64,
    "llama.attention.value_length": 64,
}
"""What decides how much memory a token of the window takes: 2 × 16 layers × 8 heads × 64 numbers of 2 bytes."""
MODIFIED_AT = "2026-01-02T03:04:05Z"


def entry(name: str) -> dict[str, Any]:
    family = "nomic-bert" if "embed" in name else "llama"
    details = {"format": "gguf", "family": family, "families": [family], "parameter_size": "1.2B"}
    details["quantization_level"] = "Q8_0"
    told = {"name": name, "model": name, "modified_at": MODIFIED_AT, "size": 1_321_098_329, "details": details}
    return told | {"digest": sha256(name.encode()).hexdigest()}


def running(name: str, keep_alive: float | str | None) -> dict[str, Any]:
    """For how long it stays is told by when that ends; for ever is a moment that nobody sees."""
    until = "2318-01-02T03:04:05.123456789Z" if keep_alive in (-1, "-1") else "2026-01-02T03:09:05.123456789Z"
    return entry(name) | {"size": 2_000_000_000, "size_vram": 1_500_000_000, "expires_at": until}


def shown(body: Body, context_length: int, capabilities: list[str], *, tells_window: bool) -> dict[str, Any]:
    return {
        "details": entry(body["model"])["details"],
        "model_info": LLAMA | {"llama.context_length": context_length},
        "parameters": f"num_ctx    {context_length}" if tells_window else "",
        "capabilities": capabilities,
    }


def part(body: Body, said: str | Thought, *, done: bool) -> dict[str, Any]:
    message = {"role": "assistant", "content": "" if isinstance(said, Thought) else said}
    if isinstance(said, Thought):
        message["thinking"] = said.text
    return {"model": body["model"], "created_at": MODIFIED_AT, "message": message, "done": done}


def words(body: Body) -> int:
    return sum(len(message["content"].split()) for message in body.get("messages", []))


def final(body: Body, prompt_tokens: int, tokens: int, duration_ns: int) -> dict[str, Any]:
    return part(body, "", done=True) | {
        "done_reason": "stop",
        "total_duration": duration_ns,
        "load_duration": 1_000_000,
        "prompt_eval_count": prompt_tokens,
        "prompt_eval_duration": 2_000_000,
        "eval_count": tokens,
        "eval_duration": duration_ns,
    }
