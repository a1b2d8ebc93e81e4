"""Ollamas beside the server's own, which a Locrit may be set to: on this machine, or named by who runs the server."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from src.addresses import OllamaHost
from src.config import Settings
from src.errors import InvalidInput, ModelCannotChat, ModelMissing, ModelUnreachable
from src.services.llm.ollama import OllamaModel
from src.services.llm.protocol import LanguageModel, ModelInfo

OWN: Final = ""
"""The server's own: OLLAMA_HOST, or the small offline model."""


class Models(LanguageModel, Protocol):
    """Those of one host."""

    async def default_model(self, wanted: str = "") -> str:
        """The model of a Locrit without one: what the environment sets counts for more than what is `wanted`. Raises
        ModelMissing, ModelCannotChat."""
        ...

    async def provider(self) -> str: ...


class OtherOllama(OllamaModel):
    """One that is not the server's own."""

    default_setting = ""

    async def default_model(self, wanted: str = "") -> str:
        """The one that is wanted, if it is there: it is the server's own that it was chosen for."""
        return first_that_chats(await self.list(), self.default_setting or wanted)

    async def provider(self) -> str:
        return "ollama"


class OtherOllamas:
    """As text a host is what people may see; user and password stay in the setting."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._named = {str(host): host for host in settings.other_ollamas}
        self._used: dict[str, OtherOllama] = {}

    @property
    def names(self) -> list[str]:
        return list(self._named)

    def at(self, host: str) -> OtherOllama:
        """Raises ModelUnreachable for one that may not be asked (any more)."""
        if host not in self._used:
            self._used[host] = OtherOllama(
                self._allowed(host),
                load_timeout=self._settings.model_load_timeout,
                timeout=self._settings.model_timeout,
            )
            self._used[host].default_setting = self._settings.default_model
        return self._used[host]

    def known_as(self, written: str) -> str:
        """What a host is called that a person has written. Raises InvalidInput."""
        if not written.strip():
            return OWN
        try:
            host = OllamaHost.parse(written)
        except ValueError as error:
            raise InvalidInput(f"The address of Ollama {error}.") from None
        if host.username or host.password or host.path:
            raise InvalidInput(
                "An address with a user, a password or a path is not kept with a Locrit.",
                hint="Whoever runs this server can name it in LOCRIT_OLLAMA_HOSTS; then choose it without them.",
            )
        if str(host) == str(self._settings.ollama):
            return OWN
        if str(host) not in self._named and not host.is_loopback:
            raise InvalidInput(_not_named(str(host)), hint=_NAME_IT)
        return str(host)

    async def close(self) -> None:
        await asyncio.gather(*(ollama.close() for ollama in self._used.values()))

    def _allowed(self, name: str) -> OllamaHost:
        if (named := self._named.get(name)) is not None:
            return named
        try:
            host = OllamaHost.parse(name)
        except ValueError:
            host = None
        if host is None or not host.is_loopback or host.authorization:
            raise ModelUnreachable(_not_named(name), hint=f"Your message is saved. {_NAME_IT}")
        return host


_NAME_IT: Final = "Whoever runs this server can name it in LOCRIT_OLLAMA_HOSTS and restart Locrit."


def _not_named(name: str) -> str:
    return f"This server may not ask an Ollama at {name}: it is neither on this machine nor in LOCRIT_OLLAMA_HOSTS."


def first_that_chats(models: Iterable[ModelInfo], setting: str = "") -> str:
    """The one of the setting, if it is there; else rather one that does not think first: a small one may do nothing
    else. Raises ModelMissing."""
    names = [model.name for model in sorted(models, key=lambda model: model.thinks) if model.can_chat]
    if not names:
        raise ModelMissing("No model that can chat is installed.", hint="Pull one, for example llama3.2, then retry.")
    return setting if setting in names else names[0]


def check_can_chat(models: Sequence[ModelInfo], setting: str, named_by: str) -> None:
    """Raises ModelCannotChat for a setting that names a model for other work."""
    if any(not model.can_chat for model in models if model.name in (setting, f"{setting}:latest")):
        raise ModelCannotChat(f"The model {setting}, which {named_by} names, is not made for chatting.", model=setting)
