"""What the model is shown of the files that a message was given with: pictures as they are, of others the text, as much
as their share of the window holds. What is cut, and what it cannot see, is said to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from src.entities import FilePart, Message
from src.services.llm.protocol import PromptMessage

FILES_SHARE: Final = 3 / 8
"""So much of the window may the files of one message fill: the same in each prompt, so that a cache reads it once."""

BEGIN: Final = "[File: {name}]\n"
END: Final = "\n[End of {name}]"
CUT: Final = "\n[The rest of {name} is left out here: these are its first {shown:,} of {chars:,} characters.]"
PICTURE: Final = "[Picture: {name}]"
UNSEEN: Final = "[Picture: {name}. You cannot see it.]"
MISSING: Final = "[The file {name} is no longer there.]"


@dataclass(frozen=True, slots=True)
class FileContent:
    """`text` is the beginning of what has `chars` characters; `image` is base64."""

    text: str = ""
    chars: int = 0
    image: str = ""


@dataclass(frozen=True, slots=True)
class Files:
    """What is shown of the files of a conversation, by the ids of their attachments. A model that `sees` none is told
    of pictures."""

    contents: Mapping[str, FileContent]
    sees: bool = True

    def given_with(self, message: Message) -> list[FilePart]:
        return [part for part in message.parts or () if isinstance(part, FilePart)]

    def shown(
        self, message: Message, words: str, room: float, count: Callable[[str], float]
    ) -> tuple[PromptMessage, int]:
        """The message with its files, texts within `room` tokens; and how many of them were cut."""
        given = self.given_with(message)
        caps = _caps([count(self._of(part).text) for part in given], room)
        texts, images, cuts = list[str](), list[str](), 0
        for part, cap in zip(given, caps, strict=True):
            content = self._of(part)
            text = content.text and _beginning(content.text, cap, count)
            cuts += len(text) < content.chars
            texts.append(self._told(part, content, text))
            images += [content.image] if content.image and self.sees else []
        told: PromptMessage = {"role": message.role, "content": "\n\n".join([*texts, *([words] if words else [])])}
        return (told | {"images": images} if images else told), cuts

    def _of(self, part: FilePart) -> FileContent:
        return self.contents.get(part.id, FileContent())

    def _told(self, part: FilePart, content: FileContent, text: str) -> str:
        if content.image:
            return (PICTURE if self.sees else UNSEEN).format(name=part.name)
        if not content.chars:
            return MISSING.format(name=part.name)
        is_whole = len(text) == content.chars
        end = END.format(name=part.name) if is_whole else _cut(part.name, len(text), content.chars)
        return BEGIN.format(name=part.name) + text + end


def _cut(name: str, shown: int, chars: int) -> str:
    return CUT.format(name=name, shown=shown, chars=chars)


def _caps(costs: Sequence[float], room: float) -> list[float]:
    """The short ones whole, the long ones with equal parts of the rest."""
    caps, left = [0.0] * len(costs), max(room, 0.0)
    for place, position in enumerate(sorted(range(len(costs)), key=costs.__getitem__)):
        caps[position] = min(costs[position], left / (len(costs) - place))
        left -= caps[position]
    return caps


def _beginning(text: str, cap: float, count: Callable[[str], float]) -> str:
    while (cost := count(text)) > cap:
        text = text[: min(int(len(text) * cap / cost), len(text) - 1)]
    return text
