"""Pages of the version before this one speak to `/api/…`, where our own interface was: they are told to reload.

As a failure of the server that passes: what such a page has to send stays in its outbox, and is sent by the page that
it becomes. A refusal would be put before its person for a decision.
"""

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from src.entities import Failure

BROWSER = "Mozilla/"
"""What every browser says that it is, and no program."""
OLD, OURS = "/api/", "/api/v2/"
OUTDATED = Failure(
    code="outdated_page",
    message="This page is of an older version of Locrit than its server.",
    hint="Reload the page. What you wrote is kept, and sent then.",
)


def is_outdated_page() -> bool:
    """Whether a browser asks for what is there still, by its old address."""
    if BROWSER not in request.user_agent.string or not request.path.startswith(OLD):
        return False
    map_ = current_app.url_map.bind("")
    try:
        return bool(map_.match(OURS + request.path.removeprefix(OLD), request.method))
    except HTTPException:
        return False
