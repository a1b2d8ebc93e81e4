"""The default model is one that can chat, and one that cannot is refused with a sentence."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from src.config import Settings
from src.entities import Message
from src.errors import ModelCannotChat, ModelMissing
from src.events import EventBus
from src.services.llm.chatting import seems_to_chat
from src.services.llm.router import LanguageModels
from tests.fakes.ollama import FakeOllama, Status
from tests.talk import talking


def with_models(
    fake: FakeOllama, data_dir: Path, ask: Callable[[LanguageModels], Awaitable[Any]], **fields: Any
) -> Any:
    async def scenario() -> Any:
        settings = Settings(ollama_host=fake.url, data_dir=data_dir, llm="ollama", **fields)
        models = LanguageModels(settings, EventBus())
        try:
            return await ask(models)
        finally:
            await models.close()

    return asyncio.run(scenario())


def test_the_first_that_ollama_calls_capable_of_chatting_is_the_default(ollama: FakeOllama, tmp_path: Path) -> None:
    ollama.models = ["aardvark:1b", "badger:1b", "chat:1b"]
    ollama.capabilities = {"aardvark:1b": ["embedding"], "badger:1b": ["vision"], "chat:1b": ["completion", "tools"]}
    assert with_models(ollama, tmp_path, lambda models: models.default_model()) == "chat:1b"
    listed = with_models(ollama, tmp_path, lambda models: models.list())
    assert [model.name for model in listed if model.can_chat] == ["chat:1b"]


def test_an_ollama_that_says_nothing_of_capabilities_is_judged_by_names(ollama: FakeOllama, tmp_path: Path) -> None:
    ollama.models = ["all-minilm:33m", "bge-m3:latest", "snowflake-arctic-embed:l", "tinyllama:1b"]
    ollama.capabilities = {name: [] for name in ollama.models}
    assert with_models(ollama, tmp_path, lambda models: models.default_model()) == "tinyllama:1b"


def test_what_a_model_is_capable_of_is_asked_once(ollama: FakeOllama, tmp_path: Path) -> None:
    async def twice(models: LanguageModels) -> None:
        await models.default_model()
        await models.default_model()

    with_models(ollama, tmp_path, twice)
    assert ollama.calls.count("/api/show") == 1  # of the one that does not give it away by its name


def test_without_a_model_that_can_chat_there_is_none(ollama: FakeOllama, tmp_path: Path) -> None:
    ollama.models = ["nomic-embed-text:latest", "ranker:1b"]
    ollama.capabilities = {"ranker:1b": ["embedding"]}
    with pytest.raises(ModelMissing, match="No model that can chat"):
        with_models(ollama, tmp_path, lambda models: models.default_model())


@pytest.mark.parametrize("setting", ["nomic-embed-text", "nomic-embed-text:latest", "ranker:1b"])
def test_a_setting_that_names_a_model_for_other_work_is_refused(
    ollama: FakeOllama, tmp_path: Path, setting: str
) -> None:
    ollama.models += ["ranker:1b"]
    ollama.capabilities = {"ranker:1b": ["embedding"]}
    with pytest.raises(ModelCannotChat, match=f"{setting}, which LOCRIT_DEFAULT_MODEL names, is not made for chatting"):
        with_models(ollama, tmp_path, lambda models: models.default_model(), default_model=setting)
    with pytest.raises(ModelCannotChat, match=f"{setting}, which the page of the models names, is not made for"):
        with_models(ollama, tmp_path, lambda models: models.default_model(setting))


@pytest.mark.parametrize("capabilities", [["embedding"], []])
def test_a_locrit_whose_model_cannot_chat_says_so(tmp_path: Path, ollama: FakeOllama, capabilities: list[str]) -> None:
    """Before it is asked; an old Ollama says so when it is."""

    async def scenario() -> Message:
        async with talking(tmp_path, ollama) as talk:
            await talk.locrits.edit("Bob Technique", {"model": "nomic-embed-text:latest"})
            return await talk.said("hello")

    ollama.capabilities = {"nomic-embed-text:latest": capabilities}
    ollama.enqueue([Status(400, '"nomic-embed-text:latest" does not support chat')])
    reply = asyncio.run(scenario())
    assert reply.status == "failed"
    assert len(ollama.requests) == (0 if capabilities else 1)
    assert reply.error
    assert reply.error.code == "model_cannot_chat"
    assert reply.error.message == "The model nomic-embed-text:latest is not made for chatting."


@pytest.mark.parametrize(
    "name",
    [
        "nomic-embed-text",
        "nomic-embed-text-v2-moe",
        "mxbai-embed-large",
        "snowflake-arctic-embed2:568m",
        "all-minilm:l6-v2",
        "bge-m3",
        "bge-large",
        "paraphrase-multilingual",
        "granite-embedding:278m",
        "qwen3-embedding:0.6b",
        "embeddinggemma",
        "jina/jina-embeddings-v3",
        "hf.co/BAAI/bge-reranker-v2-gemma",
        "qllama/bge-reranker",
        "dengcao/Qwen3-Reranker-8B",
        "multilingual-e5-large",
        "gte-qwen2:7b",
        "whisper-large-v3",
        "kokoro-tts",
    ],
)
def test_models_for_other_work_are_known_by_their_names(name: str) -> None:
    assert not seems_to_chat(name)


@pytest.mark.parametrize("family", ["bert", "nomic-bert", "nomic-bert-moe", "xlm-roberta", "jina-bert-v2", "BERT"])
def test_models_for_other_work_are_known_by_their_families(family: str) -> None:
    assert not seems_to_chat("mine:latest", [family])


@pytest.mark.parametrize(
    "name",
    [
        "llama3.2:1b",
        "qwen3:4b",
        "gemma3n:e4b",
        "phi4-mini",
        "mistral-nemo",
        "deepseek-r1:8b",
        "llava:7b",
        "gpt-oss:20b",
        "smollm2:135m",
        "command-r7b",
        "embedded-systems-expert:7b",
        "bgecko:1b",
        "huggete:1b",
        "pattstack:3b",
        "gemma3:27b-it-qat",
        "minicpm-v",
        "moondream",
        "codellama",
    ],
)
def test_models_that_chat_are_not_taken_for_others(name: str) -> None:
    assert seems_to_chat(name, ["llama", "clip"])


def test_one_that_thinks_first_is_the_default_only_where_no_other_can_chat(ollama: FakeOllama, tmp_path: Path) -> None:
    ollama.models = ["abacus:1b", "deepthought:8b", "zebra:1b"]
    ollama.capabilities = {"abacus:1b": ["embedding"], "deepthought:8b": ["completion", "thinking"]}
    assert with_models(ollama, tmp_path, lambda models: models.default_model()) == "zebra:1b"
    ollama.models.remove("zebra:1b")
    assert with_models(ollama, tmp_path, lambda models: models.default_model()) == "deepthought:8b"
