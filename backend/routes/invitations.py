"""Invitations to a Locrit: list, make, revoke."""

from backend.protocol.conversations import OperationId
from backend.protocol.invitations import CreateInvitation, InvitationList
from backend.routing import endpoint
from src.application import Application
from src.entities import Invitation
from src.operations import Caller

OF_LOCRIT = "/api/v2/locrits/<name>/invitations"


class InvitationRoutes:
    noun = "invitations"

    def __init__(self, application: Application) -> None:
        self._invitations = application.invitations

    @endpoint("GET", OF_LOCRIT, InvitationList)
    async def list_invitations(self, caller: Caller, name: str) -> InvitationList:
        """Who is invited to a Locrit, the newest first, and who was."""
        found = await self._invitations.list(caller, name)
        return InvitationList(invitations=found, count=len(found))

    @endpoint("POST", OF_LOCRIT, Invitation, status=201, body=CreateInvitation)
    async def create_invitation(self, caller: Caller, name: str, body: CreateInvitation) -> Invitation:
        """Invite one guest. Its link is `/public/invitation/<token>`; a token that the client has not
        chosen is told this once."""
        return await self._invitations.create(caller, name, body.label, body.op_id, body.token)

    @endpoint("DELETE", f"{OF_LOCRIT}/<invitation_id>", Invitation, query=OperationId)
    async def revoke_invitation(self, caller: Caller, name: str, invitation_id: str, query: OperationId) -> Invitation:
        """Revoke an invitation: its link opens nothing any more."""
        return await self._invitations.revoke(caller, name, invitation_id, query.op_id)
