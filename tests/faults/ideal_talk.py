"""A conversation and what is said in it, as they should be."""

from dataclasses import dataclass, field

from src.stores.titles import title_from


@dataclass
class Said:
    id: str
    where: str
    role: str
    content: str
    parent: str
    status: str = "complete"
    dies_as: str = "interrupted"  # while it streams
    rev: int = 1
    thought: str = ""  # and what it called, in order: all of it beside what it says
    earlier: list[tuple[int, str, str]] = field(default_factory=list)
    deleted: bool = False
    forgotten: bool = False
    folded: tuple[str, str] = "", ""
    copied_from: str = ""

    def turn_into(self, content: str) -> None:
        self.earlier.append((self.rev, self.content, self.thought))
        self.rev, self.content = self.rev + 1, content

    @property
    def titles(self) -> set[str]:
        """What a conversation may have been called after it."""
        return {title_from(content) for _, content, _ in self.versions if content.strip()}

    @property
    def versions(self) -> list[tuple[int, str, str]]:
        """Revision, text and thought, newest first."""
        return [(self.rev, self.content, self.thought), *reversed(self.earlier)]


@dataclass
class Talk:
    id: str
    session: str
    title: str = ""
    starred: bool = False
    deleted: bool = False
    forgotten: bool = False
    forked_from: str | None = None
    order: list[str] = field(default_factory=list)
