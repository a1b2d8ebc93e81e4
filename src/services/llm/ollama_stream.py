"""Reading a streamed answer: a JSON object a line.

Not as `ollama` reads it: to httpx a line ends at any character that Unicode calls the end of one, such as U+0085, also
within what the model says.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any, TypeVar

import httpx
import ollama

T = TypeVar("T")


async def parts(client: httpx.AsyncClient, part: type[T], *args: Any, **kwargs: Any) -> AsyncGenerator[T, None]:
    """Raises what `ollama` raises: ResponseError for a refusal, ValueError for what is no JSON."""
    async with client.stream(*args, **kwargs) as response:
        if response.is_error:
            await response.aread()
            raise ollama.ResponseError(response.text, response.status_code)
        async for line in _lines(response.aiter_text()):
            said = json.loads(line)
            if error := said.get("error"):
                raise ollama.ResponseError(error)
            yield part(**said)


async def _lines(pieces: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    begun: list[str] = []
    async for piece in pieces:
        *ended, rest = piece.split("\n")
        for end in ended:
            if line := "".join([*begun, end]).strip():
                yield line
            begun = []
        begun.append(rest)
    if line := "".join(begun).strip():
        yield line
