"""Horizontal bars as SVG, by hand: readable on light and on dark pages."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from tests.bench.figures import Figure

WIDTH, LABEL, VALUE, ROW, BAR = 760, 340, 90, 30, 18
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#57606a}.title{font-weight:600}"
    ".ours{fill:#0f766e}.theirs{fill:#a3b1bd}"
    "@media(prefers-color-scheme:dark){text{fill:#b6c2cf}.ours{fill:#2dd4bf}.theirs{fill:#5b6875}}"
)


def bars(title: str, figures: Sequence[Figure]) -> str:
    """One bar for each figure; those that speak of Locrit stand out."""
    longest = max(figure.value for figure in figures)
    rows = "".join(_row(number, figure, longest) for number, figure in enumerate(figures))
    height = ROW * (len(figures) + 1) + 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f'<title>{escape(title)}</title><style>{STYLE}</style><text class="title" x="0" y="18">{escape(title)}</text>'
        f"{rows}</svg>\n"
    )


def _row(number: int, figure: Figure, longest: float) -> str:
    top = ROW * (number + 1) + 6
    length = max(2.0, (WIDTH - LABEL - VALUE) * figure.value / longest)
    kind = "ours" if "Locrit" in figure.what else "theirs"
    return (
        f'<text x="0" y="{top + 14}">{escape(figure.what)}</text>'
        f'<rect class="{kind}" x="{LABEL}" y="{top}" width="{length:.1f}" height="{BAR}" rx="3"/>'
        f'<text x="{LABEL + length + 8:.1f}" y="{top + 14}">{figure.shown}</text>'
    )
