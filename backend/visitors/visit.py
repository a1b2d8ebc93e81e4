"""One request of a visitor: who asks, from where, and whether a page is wanted."""

import secrets
from dataclasses import dataclass

from flask import Request, Response

from backend.auth import visitor
from backend.visitors.gate import COOKIE, cookie_of
from src.operations import Caller

MAX_AGE_S = 365 * 24 * 3600
MIN_TOKEN, MAX_TOKEN = 32, 64


@dataclass(frozen=True, slots=True)
class Visit:
    caller: Caller
    address: str
    wants_page: bool
    token: str
    is_new: bool

    @classmethod
    def of(cls, request: Request, invitation: str | None = None) -> "Visit":
        """A visitor is known by a long random word that only his browser has; what does not look like one is none. A
        guest is known by his invitation, wherever he opens it."""
        sent = cookie_of(request.environ)
        is_new = not (sent.isascii() and MIN_TOKEN <= len(sent) <= MAX_TOKEN)
        token = secrets.token_urlsafe(32) if is_new else sent
        wants_page = request.method in ("GET", "HEAD") and "text/html" in request.headers.get("Accept", "")
        caller = visitor(token) if invitation is None else visitor(invitation, "invitation")
        return cls(caller, _address(request), wants_page, token, is_new)

    def remember(self, request: Request, response: Response) -> None:
        """Once he sees a page or says something. A program that reads what a page says, to change it, is no visitor."""
        if not self.is_new or not (self.wants_page or request.method == "POST"):
            return
        is_secure = request.is_secure or request.headers.get("X-Forwarded-Proto", "") == "https"
        path = f"{request.root_path.rstrip('/')}/public"
        response.set_cookie(COOKIE, self.token, MAX_AGE_S, path=path, secure=is_secure, httponly=True, samesite="Lax")


def _address(request: Request) -> str:
    """What the proxy next to us says: it adds its client at the end, whatever that one claimed before."""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return forwarded or request.remote_addr or ""
