"""The lines of a streamed answer. httpx ends one at any character that Unicode calls the end of a line, such as U+0085:
also within what a model says."""

from collections.abc import AsyncGenerator, AsyncIterator


async def lines(pieces: AsyncIterator[str]) -> AsyncGenerator[list[str], None]:
    """Those that end with the same piece come together. Blank ones are left out."""
    begun: list[str] = []
    async for piece in pieces:
        first, *more = piece.split("\n")
        begun.append(first)
        if more:
            whole = ["".join(begun), *more[:-1]]
            begun = [more[-1]]
            if found := [line for each in whole if (line := each.strip())]:
                yield found
    if line := "".join(begun).strip():
        yield [line]
