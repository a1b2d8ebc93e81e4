"""The border where failures of the Ollama client become our `ModelError` tree.

httpx.ConnectError, ConnectionError, bad address     ModelUnreachable
httpx errors before the first part | after it        ModelUnreachable | ModelCut
TimeoutError (silence)                               ModelTimeout
404 about a model                                    ModelMissing
refusal that speaks of the context's length          ContextExceeded
any other refusal                                    ModelError
a line that is not the protocol's JSON               ModelCut
"""

from dataclasses import dataclass

import httpx
import ollama

from src.errors import ContextExceeded, ModelCut, ModelError, ModelMissing, ModelTimeout, ModelUnreachable
from src.unicode import storable

# What the client raises for a line it cannot parse: json and pydantic errors are ValueErrors, the others come from
# JSON that is not an object.
GARBAGE = (ValueError, AttributeError, TypeError)
FAILURES = (ollama.ResponseError, httpx.HTTPError, httpx.InvalidURL, OSError, *GARBAGE)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long silence is taken for work, and the setting that says so, if one does."""

    seconds: float
    setting: str = ""

    def __str__(self) -> str:
        return f"{self.seconds:g} seconds" + (f" ({self.setting})" if self.setting else "")


def translate(
    error: Exception, *, label: str, host: str, patience: Patience, model: str = "", begun: bool = False
) -> ModelError:
    """`begun`: part of the answer had arrived. `label` names the provider in sentences for people."""
    if isinstance(error, ollama.ResponseError):
        return _refused(error, label, host, model)
    if isinstance(error, TimeoutError):
        return _silent(label, model, begun, patience)
    if isinstance(error, GARBAGE):
        return ModelCut(f"{label} sent something that is not a reply, so the reply ended there.")
    if begun:
        return ModelCut(f"The connection to {label} broke in the middle of the reply.")
    return ModelUnreachable(f"{label} does not answer at {host}.")


def _silent(label: str, model: str, begun: bool, patience: Patience) -> ModelTimeout:
    if begun:
        return ModelTimeout(
            f"{label} went silent in the middle of the reply, for {patience}.",
            hint="What arrived is saved. Continue, or retry; a slow model needs a longer limit.",
        )
    subject = f"The model {model}" if model else label
    return ModelTimeout(f"{subject} did not begin to answer within {patience}.")


def _refused(error: ollama.ResponseError, label: str, host: str, model: str) -> ModelError:
    said = storable(str(error.error)).strip() or f"status {error.status_code}"
    if error.status_code == 404:
        if "model" not in said.lower():
            return ModelUnreachable(f"Something answers at {host}, but it is not Ollama.")
        return ModelMissing(f"The model {model} is not installed in {label}.", model=model)
    if _is_about_context(said.lower()):
        return ContextExceeded(f"The conversation is longer than the model {model} can read at once.")
    return ModelError(f"{label} could not answer: {said.rstrip('.')}.")


def _is_about_context(said: str) -> bool:
    return "context" in said and any(word in said for word in ("exceed", "too long", "too large", "longer"))
