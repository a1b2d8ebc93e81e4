"""The lines of a streamed answer. httpx ends one at any character that Unicode calls the end of a line, such as U+0085:
also within what a model says."""

from collections.abc import AsyncGenerator, AsyncIterator


async def lines(pieces: AsyncIterator[str]) -> AsyncGenerator[str, None]:
    """Without those that are blank."""
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
