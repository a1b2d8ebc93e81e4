"""Invitations on the wire."""

from typing import Literal

from backend.protocol.fields import Id, RequestModel, ResponseModel, Title
from src.entities import Invitation


class CreateInvitation(RequestModel):
    """`label` says for whom it is."""

    label: Title = ""
    op_id: Id | None = None


class InvitationList(ResponseModel):
    success: Literal[True] = True
    invitations: list[Invitation]
    count: int
