"""Invitations on the wire."""

from typing import Annotated, Literal

from pydantic import Field

from backend.protocol.fields import Id, RequestModel, ResponseModel, Title
from src.entities import Invitation

Token = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
"""So many characters have 32 random bytes in base64, as addresses have it."""


class CreateInvitation(RequestModel):
    """`label` says for whom it is. `token` is a long random word that the client may choose: then a lost answer costs
    nothing, for a repeat finds the link that it has."""

    label: Title = ""
    token: Token | None = None
    op_id: Id | None = None


class InvitationList(ResponseModel):
    success: Literal[True] = True
    invitations: list[Invitation]
    count: int
