"""What Ollama says when it cannot install a model, in sentences: the library's answers, its disk, the network."""

import re
from typing import Final

from src.errors import PullCut, PullFailed

_KEPT: Final = "What has arrived is kept: it goes on from there."
_KNOWN: Final = (
    (
        r"file does not exist|manifest unknown|repository .*not found|model .*not found|404",
        "There is no model {model} that {label} could install",
        "Look at its name: https://ollama.com/library lists them.",
    ),
    (
        r"no space left|disk (is )?full|not enough (disk )?space",
        "There is no room where {label} keeps its models",
        f"Make room there, then try again. {_KEPT}",
    ),
    (r"requires a newer version|412", "The model {model} needs a newer {label}", "Update it, then try again."),
    (r"unauthorized|access denied|forbidden|40[13]", "The library does not give {model} to everyone", "Sign in there."),
    (r"invalid model name|unqualified", "{model} cannot be the name of a model", "A name is like llama3.2:1b."),
    (r"permission denied|read-only", "{label} cannot write where it keeps its models", "Give it the right to."),
)
_NETWORK: Final = re.compile(
    r"no such host|dial tcp|i/o timeout|timed? ?out|max retries|connection (refused|reset)|unexpected eof|\beof\b"
    r"|unreachable|tls|stream error|broken pipe|50[0234]|429|digest mismatch",
    re.IGNORECASE,
)


def not_pulled(said: str, label: str, model: str) -> PullFailed:
    """`said` is what the server says of it, empty for nothing that people can read."""
    told = f" ({said.rstrip('.')})" if said else ""
    for pattern, sentence, hint in _KNOWN:
        if re.search(pattern, said, re.IGNORECASE):
            return PullFailed(f"{sentence.format(model=model, label=label)}{told}.", hint=hint)
    if _NETWORK.search(said):
        return PullCut(f"{label} does not get on with downloading {model}{told}.")
    return PullFailed(f"{label} could not install {model}{told}.")
