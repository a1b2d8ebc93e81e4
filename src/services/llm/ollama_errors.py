"""The border where failures of the Ollama client become our `ModelError` tree.

httpx.ConnectError, ConnectionError, bad address     ModelUnreachable
httpx errors before the first part | after it        ModelUnreachable | ModelCut
TimeoutError (silence)                               ModelTimeout
404 about a model                                    ModelMissing
refusal of what the model is not made for            ModelCannotChat
refusal to be told whether to think                  ThinkingRefused
refusal to be told of tools                          ToolsRefused
refusal that speaks of the context's length          ContextExceeded
a login, a redirect                                  ModelUnreachable
any other refusal, also of a proxy before it         ModelError
a refusal to install                                PullFailed, PullCut
not the protocol's JSON: in a reply | elsewhere      ModelCut | ModelUnreachable
"""

import re
from dataclasses import dataclass
from typing import Final

import httpx

from src.addresses import OllamaHost, without_credentials
from src.errors import (
    ContextExceeded,
    ModelCannotChat,
    ModelCut,
    ModelError,
    ModelMissing,
    ModelTimeout,
    ModelUnreachable,
    ThinkingRefused,
    ToolsRefused,
)
from src.services.llm.ollama_client import GARBAGE, OllamaRefusal
from src.services.llm.pull_errors import not_pulled
from src.unicode import storable

FAILURES = (OllamaRefusal, httpx.HTTPError, httpx.InvalidURL, OSError, *GARBAGE)

MAX_SAID: Final = 300
_PAGE: Final = re.compile(r"<[!?/]?[a-z]", re.IGNORECASE)
_UNFIT: Final = re.compile(r"does not support (chat|generate|completion)")
_UNTHINKING: Final = re.compile(r"does not support thinking|think value|thinking (level|value)", re.IGNORECASE)
_TOOLLESS: Final = re.compile(
    r"(does not|doesn't|cannot|can't) (support|use|call) (the )?(tool|function)s?\b"
    r"|(tool|function)s?( (calls?|calling|use))? (is|are) not supported",
    re.IGNORECASE,
)
_SAVED: Final = "Your message is saved."
_CHECK_HOST: Final = f"{_SAVED} Set OLLAMA_HOST to the address of Ollama, restart Locrit, then retry."
_CHECK_PROXY: Final = f"{_SAVED} Look at HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, restart Locrit, then retry."
_LOGIN: Final = (
    f"{_SAVED} Set OLLAMA_HOST to https://user:password@host, with %40 for an @, restart Locrit, then retry."
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long silence is taken for work, and the setting that says so, if one does."""

    seconds: float
    setting: str = ""

    def __str__(self) -> str:
        return f"{self.seconds:g} seconds" + (f" ({self.setting})" if self.setting else "")


def translate(
    error: Exception,
    *,
    label: str,
    host: OllamaHost,
    patience: Patience,
    model: str = "",
    begun: bool = False,
    replying: bool = False,
    pulling: bool = False,
) -> ModelError:
    """`begun`: part of the answer had arrived; of a reply (`replying`), or of a download (`pulling`). `label` names the
    provider in sentences."""
    if isinstance(error, OllamaRefusal):
        said = _readable(error.said)
        is_of_pull = pulling and said and (error.status in (200, 400, 412) or error.status >= 500)
        return not_pulled(said, label, model) if is_of_pull else _refused(error.status, said, label, host, model)
    if isinstance(error, TimeoutError):
        return _silent(label, model, begun, patience)
    if isinstance(error, GARBAGE) and replying:
        return ModelCut(f"{label} sent something that is not a reply, so the reply ended there.")
    if isinstance(error, GARBAGE):
        return _not_ollama(host)
    if begun:
        what = "download" if pulling else "reply"
        return ModelCut(f"The connection to {label} broke in the middle of the {what}.")
    if isinstance(error, httpx.ProxyError):
        return ModelUnreachable(f"The proxy before {label} at {host} refused the connection.", hint=_CHECK_PROXY)
    return ModelUnreachable(f"{label} does not answer at {host}.")


def _silent(label: str, model: str, begun: bool, patience: Patience) -> ModelTimeout:
    if begun:
        return ModelTimeout(
            f"{label} went silent in the middle of the reply, for {patience}.",
            hint="What arrived is saved. Continue, or retry; a slow model needs a longer limit.",
        )
    subject = f"The model {model}" if model else label
    return ModelTimeout(f"{subject} did not begin to answer within {patience}.")


def _refused(status: int, said: str, label: str, host: OllamaHost, model: str) -> ModelError:
    if status == 404 and "model" not in said.lower():
        return _not_ollama(host)
    if status == 404:
        return ModelMissing(f"The model {model} is not installed in {label}.", model=model)
    if (unable := _unable(said, model)) is not None:
        return unable
    if _is_about_context(said.lower()):
        return ContextExceeded(f"The conversation is longer than the model {model} can read at once.")
    if status == 401 or (status == 403 and not said):
        return _not_let_in(label, host, status)
    if status == 407:
        return ModelUnreachable(f"The proxy before {label} at {host} asks for a user and password.", hint=_CHECK_PROXY)
    if 300 <= status < 400:
        return ModelUnreachable(f"{label} at {host} is said to be elsewhere (status {status}).", hint=_CHECK_HOST)
    if said:
        return ModelError(f"{label} could not answer: {said.rstrip('.')}.")
    return _unsaid(label, host, status)


def _unable(said: str, model: str) -> ModelError | None:
    """What the model itself is not made for."""
    if _UNFIT.search(said):
        return ModelCannotChat(f"The model {model} is not made for chatting.", model=model)
    if _UNTHINKING.search(said):
        return ThinkingRefused(f"The model {model} cannot be told whether to think first.", model=model)
    if _TOOLLESS.search(said):
        return ToolsRefused(f"The model {model} cannot call tools.", model=model)
    return None


def _not_ollama(host: OllamaHost) -> ModelError:
    return ModelUnreachable(f"Something answers at {host}, but it is not Ollama.", hint=_CHECK_HOST)


def _not_let_in(label: str, host: OllamaHost, status: int) -> ModelError:
    wants = "does not accept the user and password of" if host.authorization else "asks for a user and password in"
    return ModelUnreachable(f"{label} at {host} {wants} OLLAMA_HOST (status {status}).", hint=_LOGIN)


def _unsaid(label: str, host: OllamaHost, status: int) -> ModelError:
    if status < 300:
        return ModelError(f"{label} could not answer, and does not say why.")
    if status == 429:
        return ModelError(f"{label} at {host} has too much to do (status 429).", hint=f"{_SAVED} Retry in a moment.")
    return ModelError(
        f"Something between Locrit and {label} at {host}, perhaps a proxy, answered with status {status}.",
        hint=f"{_SAVED} See whether {label} runs, then retry.",
    )


def _readable(said: str) -> str:
    """Empty for what are not words of Ollama: pages and bytes."""
    said = without_credentials(" ".join(storable(said).split()))
    if not said.isprintable() or _PAGE.search(said):
        return ""
    return said if len(said) <= MAX_SAID else f"{said[:MAX_SAID]}…"


def _is_about_context(said: str) -> bool:
    return "context" in said and any(word in said for word in ("exceed", "too long", "too large", "longer"))
