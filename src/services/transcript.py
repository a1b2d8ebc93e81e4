"""What one run of a reply has said, in pieces, and what of it is saved."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from src.entities import Body
from src.entities.parts import REASONING, TOOL_CALL, Draft
from src.services.reasoning import Piece


class Transcript:
    """The last piece may be held back, so that the next one joins it. `elapsed_ms` is the time since the run began."""

    def __init__(self, begun: Body, elapsed_ms: Callable[[], float]) -> None:
        self.pieces: list[Piece] = []
        self.first_token_ms = 0.0
        self.tokens = 0
        """How many were heard."""
        self.unsaved_chars = 0
        """Of what was told."""
        self.saved = 0
        """How many pieces are."""
        self.said, self.saved_draft = Draft(begun), Draft(begun)
        self._elapsed_ms = elapsed_ms
        self._held: Piece | None = None
        self._part_since_ms = 0.0

    @property
    def holds(self) -> bool:
        return self._held is not None

    @property
    def held_chars(self) -> int:
        return len(self._held.text) if self._held else 0

    def takes(self, piece: Piece) -> bool:
        """Whether it may be held back together with what is."""
        return self._held is None or self._held.joins(piece)

    def hold(self, piece: Piece) -> None:
        held = self._held
        self._held = self._timed(piece) if held is None else held._replace(text=held.text + piece.text)

    def tell(self) -> bool:
        """What was held back is a piece now; returns whether anything was."""
        if self._held is None:
            return False
        self.pieces.append(self._held)
        self.said.add(*self._held)
        self.unsaved_chars += len(self._held.text)
        self._held = None
        return True

    def unsaved(self, *, with_held: bool = False) -> Iterator[tuple[int, Piece]]:
        """What is to be logged, a row for each part, and how many pieces there are up to its end. When the next one is
        asked for, it is saved; then, and not before, what was held back is told."""
        held = [self._held] if with_held and self._held else []
        for same in _runs([*self.pieces[self.saved :], *held]):
            piece = same[0]._replace(text="".join(piece.text for piece in same))
            self.saved_draft.add(*piece)
            yield self.saved + len(same), piece
            self.saved += len(same)
            if self.saved > len(self.pieces):
                self.tell()
            self.unsaved_chars -= len(piece.text)  # not before: what is on its way to the disk is not saved

    def refer(self, ids: Sequence[str], thought_ms: int | None) -> None:
        """What is saved already: rows that the reply refers to."""
        for at, id_ in enumerate(ids):
            piece = Piece(TOOL_CALL, id_, None if at else thought_ms)
            self.pieces.append(piece)
            self.said.add(*piece)
            self.saved_draft.add(*piece)
        self.saved = len(self.pieces)

    def thought_ms(self) -> int | None:
        """How long the reasoning took that ends now, if any does."""
        return self._timed(Piece(TOOL_CALL, "a row")).thought_ms

    def _timed(self, piece: Piece) -> Piece:
        """With how long the reasoning took that ends here."""
        before = self.pieces[-1].kind if self.pieces else ""
        if piece.kind == before or not piece.text:
            return piece
        at_ms = self._elapsed_ms()
        self.first_token_ms = self.first_token_ms or at_ms
        since_ms, self._part_since_ms = self._part_since_ms, at_ms
        return piece._replace(thought_ms=round(at_ms - since_ms)) if before == REASONING else piece


def _runs(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Those together that may be one."""
    run: list[Piece] = []
    for piece in pieces:
        if run and not run[-1].joins(piece):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run
