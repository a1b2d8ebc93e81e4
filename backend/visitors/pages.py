"""Public pages: rendered by the server, with a script of their own that needs nothing of the application."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, send_from_directory

from backend.errors import status_of
from src.entities import Message
from src.errors import LocritError

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class SentPage:
    """What a handler returns to answer with a page."""

    html: str
    status: int = 200


def files_blueprint() -> Blueprint:
    """Also where Flask finds the templates."""
    files = Blueprint("public_page", __name__, template_folder=str(HERE / "templates"))

    def file(name: str) -> Response:
        response = send_from_directory(HERE / "files", name)
        response.headers["Cache-Control"] = "no-cache"
        return response

    files.add_url_rule("/public-page/<name>", "file", file)
    return files


def locrits_page(listed: Sequence[Any]) -> SentPage:
    return SentPage(render_template("locrits.html", locrits=listed))


def locrit_page(locrit: Any, said: Sequence[Message]) -> SentPage:
    return SentPage(render_template("locrit.html", locrit=locrit, page=locrit.page_config, said=said))


def refused_page(error: LocritError) -> SentPage:
    return SentPage(render_template("refused.html", error=error), status_of(error.as_body()))
