"""Public pages: rendered by the server. Their script is the frontend's build of `src/ui/visitor`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request, send_from_directory

from backend.errors import status_of
from backend.pages import ASK_FIRST, DIST, built
from backend.visitors.text import TEXTS, text_for
from src.entities import Message
from src.errors import LocritError

NAMES = {"en": "English", "fr": "Français"}
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class SentPage:
    """What a handler returns to answer with a page."""

    html: str
    status: int = 200


def files_blueprint() -> Blueprint:
    """Also where Flask finds the templates."""
    files = Blueprint("public_page", __name__, template_folder=str(HERE / "templates"))

    def style() -> Response:
        response = send_from_directory(HERE / "files", "page.css")
        response.headers["Cache-Control"] = ASK_FIRST
        return response

    files.add_url_rule("/public-page/page.css", "style", style)
    files.add_url_rule("/public-page/page.js", "script", lambda: built(DIST, "public-page/page.js"))
    return files


def locrits_page(listed: Sequence[Any]) -> SentPage:
    return SentPage(_rendered("locrits.html", locrits=listed))


def locrit_page(locrit: Any, said: Sequence[Message]) -> SentPage:
    return SentPage(_rendered("locrit.html", locrit=locrit, page=locrit.page_config, said=said))


def refused_page(error: LocritError) -> SentPage:
    return SentPage(_rendered("refused.html", error=error), status_of(error.as_body()))


def _rendered(template: str, **shown: Any) -> str:
    """`lang` goes with the links of a page to the next, where it was chosen."""
    chosen = f"?lang={request.args['lang']}" if request.args.get("lang") in TEXTS else ""
    return render_template(template, t=text_for(request), languages=NAMES, chosen=chosen, **shown)
