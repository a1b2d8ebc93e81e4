"""Invitations: a link opens one Locrit to one guest, until it is revoked."""

import secrets

from src.entities import Invitation
from src.errors import Forbidden
from src.events import InvitationsChanged
from src.operations import Caller, Operation
from src.stores import invitations, locrits
from src.stores.database import Database, Snapshot
from src.stores.unit_of_work import UnitOfWork

TOKEN_BYTES = 32


class InvitationService:
    """Every one is looked for under the name of its Locrit; raises NotFound elsewhere."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def list(self, caller: Caller, locrit_name: str) -> "list[Invitation]":
        """Returns them newest first, those that were revoked included."""

        def read(connection: Snapshot) -> list[Invitation]:
            locrit = locrits.require(connection, caller.user_id, locrit_name)
            return invitations.of_locrit(connection, locrit.id)

        return await self._db.read(read)

    async def create(
        self,
        caller: Caller,
        locrit_name: str,
        label: str = "",
        op_id: str | None = None,
        token: str | None = None,
    ) -> Invitation:
        """Makes one. Its token is told to who chose it, and, this once, to who did not: a repeat of `op_id` finds the
        invitation without it. Raises Conflict when the token opens something already."""
        request = {"locrit": locrit_name, "label": label} | ({"token": token} if token else {})
        operation = Operation.of(caller, "create_invitation", request, op_id)

        def create(tx: UnitOfWork) -> Invitation:
            locrit = locrits.require(tx.connection, caller.user_id, locrit_name)
            made = invitations.add(tx, locrit.id, label, token or secrets.token_urlsafe(TOKEN_BYTES), operation)
            _tell(tx, caller, made)
            return made

        made = await self._db.run_once(operation, invitations.effect(create))
        return made.model_copy(update={"token": token}) if token else made

    async def revoke(
        self, caller: Caller, locrit_name: str, invitation_id: str, op_id: str | None = None
    ) -> Invitation:
        """Its link opens nothing any more. One that was revoked before stays as it is."""
        request = {"locrit": locrit_name, "id": invitation_id}
        operation = Operation.of(caller, "revoke_invitation", request, op_id)

        def revoke(tx: UnitOfWork) -> Invitation:
            locrit = locrits.require(tx.connection, caller.user_id, locrit_name)
            revoked = invitations.revoke(tx, invitations.require(tx.connection, invitation_id, locrit.id), operation)
            _tell(tx, caller, revoked)
            return revoked

        return await self._db.run_once(operation, invitations.effect(revoke))

    async def locrit_opened_by(self, caller: Caller, token: str) -> str:
        """Returns the id of the caller's Locrit to which the token is a guest's. Raises Forbidden, which says no more
        of one that never was."""

        def read(connection: Snapshot) -> str:
            found = invitations.find(connection, token)
            if found is None or found.revoked_at is not None:
                raise Forbidden("This invitation does not hold.", hint="Ask for another one.")
            return locrits.require(connection, caller.user_id, found.locrit_id).id

        return await self._db.read(read)


def _tell(tx: UnitOfWork, caller: Caller, invitation: Invitation) -> None:
    tx.publish_after_commit(InvitationsChanged(user_id=caller.user_id, locrit_id=invitation.locrit_id))
