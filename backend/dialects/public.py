"""Public pages of Locrits that are open to the internet, as their clients and browsers read them."""

from collections.abc import AsyncIterator, Coroutine, Mapping
from typing import Any, Literal

from pydantic import Field, ValidationError

from backend.dialects.chat import UNSHOWN, by_both_names
from backend.dialects.defaults import DefaultModel
from backend.errors import failure_told_to_others
from backend.protocol.fields import Id, RequestModel, ResponseModel
from backend.routes.chat import told_turn
from backend.routing import ServerSentEvents, endpoint
from backend.visitors.limits import VisitorLimits
from backend.visitors.pages import SentPage, locrit_page, locrits_page
from backend.visitors.visit import Visit
from src.application import Application
from src.entities import Locrit, Message, OpenConversation, SendMessage, Timestamp, Turn
from src.errors import InvalidInput, ModelError, NotFound
from src.ids import now_ms
from src.operations import Caller

LOCRIT = "/public/<name>"
INVITED = "/public/invitation/<token>"
CONFIG = "page_config"
"""In a Locrit's metadata."""
SESSION = "public"
LONGEST = 4000
SHOWN = 200


class PublicLocrit(ResponseModel):
    name: str
    description: str
    public_address: str | None
    avatar: str
    title: str


class PublicLocrits(ResponseModel):
    success: Literal[True] = True
    count: int
    locrits: list[PublicLocrit]


class PageConfig(ResponseModel):
    title: str
    description: str
    welcome_message: str
    theme: str = "auto"
    avatar: str = ""
    custom_css: str = ""
    show_model_info: bool = False


class PublicInformation(ResponseModel):
    name: str
    description: str
    model: str
    public_address: str | None
    active: bool
    page_config: PageConfig


class PublicAnswer(ResponseModel):
    success: Literal[True] = True
    locrit: PublicInformation


class PublicMessage(RequestModel):
    """`conversation_id` tells a visitor's own conversations apart, and leads to nobody else's."""

    message: str = Field(max_length=LONGEST)
    visitor_name: str | None = Field(None, max_length=200)
    conversation_id: Id | None = None


class PublicReply(ResponseModel):
    success: Literal[True] = True
    response: str
    locrit_name: str
    timestamp: Timestamp = Field(default_factory=now_ms)


class PageFields(RequestModel):
    title: str | None = Field(None, max_length=200)
    description: str | None = Field(None, max_length=2000)
    welcome_message: str | None = Field(None, max_length=4000)
    theme: str | None = Field(None, max_length=50)
    avatar: str | None = Field(None, max_length=200)
    custom_css: str | None = Field(None, max_length=20_000)
    show_model_info: bool | None = None


class PageSettings(RequestModel):
    page_config: PageFields


class PageSettingsAnswer(ResponseModel):
    success: Literal[True] = True
    message: str = "The page is saved."
    page_config: PageConfig


class PublicDialect:
    noun = "public_dialect"

    def __init__(self, application: Application) -> None:
        self._locrits = application.locrits
        self._memory = application.memory
        self._chat = application.chat
        self._default = DefaultModel(application)
        self._limits = VisitorLimits(application.settings)

    @endpoint("GET", "/public/list", PublicLocrits)
    async def list_public(self, visit: Visit) -> PublicLocrits:
        found = [_listed(one) for one in await self._locrits.list(visit.caller) if one.active and one.open_to.internet]
        return PublicLocrits(count=len(found), locrits=found)

    @endpoint("GET", "/public", PublicLocrits)
    async def page_of_all(self, visit: Visit) -> PublicLocrits | SentPage:
        listed = await self.list_public(visit)
        return locrits_page(listed.locrits) if visit.wants_page else listed

    @endpoint("GET", INVITED, PublicAnswer)
    @endpoint("GET", LOCRIT, PublicAnswer)
    async def read(self, visit: Visit, locrit: Locrit, **_path: str) -> PublicAnswer | SentPage:
        model = (locrit.model or await self._default.name()) if locrit.access_to.llm_info else UNSHOWN
        told = PublicInformation(**dict(_listed(locrit)), model=model, active=True, page_config=config_of(locrit))
        if not visit.wants_page:
            return PublicAnswer(locrit=told)
        return locrit_page(told, await self._said(visit.caller, locrit.name))

    @endpoint("POST", f"{INVITED}/chat", PublicReply, body=PublicMessage)
    @endpoint("POST", f"{LOCRIT}/chat", PublicReply, body=PublicMessage)
    def chat(self, visit: Visit, locrit: Locrit, body: PublicMessage, **_path: str) -> Coroutine[Any, Any, PublicReply]:
        self._admit(visit, locrit, body)
        return self._answer(visit.caller, locrit.name, body)

    @endpoint("POST", f"{INVITED}/chat/stream", PublicReply, body=PublicMessage, streams=True)
    @endpoint("POST", f"{LOCRIT}/chat/stream", PublicReply, body=PublicMessage, streams=True)
    def chat_stream(
        self, visit: Visit, locrit: Locrit, body: PublicMessage, **_path: str
    ) -> Coroutine[Any, Any, ServerSentEvents]:
        self._admit(visit, locrit, body)
        return self._stream(visit.caller, locrit.name, body)

    @endpoint("PUT", f"{LOCRIT}/settings", PageSettingsAnswer, body=PageSettings)
    async def set_page(self, caller: Caller, name: str, body: PageSettings) -> PageSettingsAnswer:
        caller.require("administer")
        locrit = await self._locrits.get(caller, name)
        sent = body.page_config.model_dump(exclude_none=True)
        stored = locrit.metadata.get(CONFIG)
        kept = (stored if isinstance(stored, dict) else {}) | sent
        changed = await self._locrits.edit(caller, name, {"metadata": locrit.metadata | {CONFIG: kept}})
        return PageSettingsAnswer(page_config=config_of(changed))

    def _admit(self, visit: Visit, locrit: Locrit, body: PublicMessage) -> None:
        if not body.message.strip():
            raise InvalidInput("message must not be empty.")
        self._limits.spend(visit, locrit)

    async def _send(self, caller: Caller, name: str, body: PublicMessage) -> Turn:
        session = body.conversation_id or SESSION
        opening = OpenConversation(caller.label or caller.user_id, name, None, session)
        return await self._chat.send(caller, SendMessage(body.message, opening=opening))

    async def _answer(self, caller: Caller, name: str, body: PublicMessage) -> PublicReply:
        turn = await self._send(caller, name, body)
        reply = await self._chat.wait(caller, turn.generation_id)
        if failure_told_to_others(reply) is not None:
            raise ModelError(NO_ANSWER, hint="")
        return PublicReply(response=reply.content, locrit_name=name)

    async def _stream(self, caller: Caller, name: str, body: PublicMessage) -> ServerSentEvents:
        turn = await self._send(caller, name, body)
        return ServerSentEvents(_shown(by_both_names(told_turn(self._chat, caller, turn), {"locrit_name": name})))

    async def _said(self, caller: Caller, name: str) -> list[Message]:
        """In the visitor's own conversation, the newest."""
        try:
            where = await self._memory.conversation_id_of(caller, name, SESSION, caller.label)
            said, _more, _seq = await self._memory.get_conversation_history(caller, where, limit=SHOWN)
        except NotFound:
            return []
        return [one for one in said if one.role in ("user", "assistant")]


SHOWN_FIELDS = {"type", "content", "chunk", "done", "locrit_name", "status", "code"}
NO_ANSWER = "There is no answer at the moment. Try again later."
"""What a visitor is told of any failure of a model: it is the owner's whose model it is, and where that runs."""


async def _shown(events: AsyncIterator[Mapping[str, Any]]) -> AsyncIterator[Mapping[str, Any]]:
    """The answer, without what the model thought, and without ids of what is the owner's. `code` says why it ended."""
    async for event in events:
        if event["type"] in ("chunk", "complete", "error"):
            told = {field: value for field, value in event.items() if field in SHOWN_FIELDS}
            yield told | ({"code": ModelError.code, "error": NO_ANSWER} if event["type"] == "error" else {})


def config_of(locrit: Locrit) -> PageConfig:
    """What is empty, or is nothing that a page can have, is as the Locrit has it."""
    own = {
        "title": locrit.name,
        "description": locrit.description,
        "welcome_message": locrit.welcome_message,
        "avatar": locrit.avatar,
    }
    stored = locrit.metadata.get(CONFIG)
    kept = {name: value for name, value in stored.items() if value != ""} if isinstance(stored, dict) else {}
    try:
        return PageConfig(**own | kept)
    except ValidationError as error:
        wrong = {problem["loc"][0] for problem in error.errors()}
        return PageConfig(**own | {name: value for name, value in kept.items() if name not in wrong})


def _listed(locrit: Locrit) -> PublicLocrit:
    page = config_of(locrit)
    return PublicLocrit(
        name=locrit.name,
        description=page.description,
        public_address=locrit.metadata.get("public_address"),
        avatar=page.avatar,
        title=page.title,
    )
