"""Locrits and chat in one call, as the frontends and scripts of older systems ask for them."""

from backend.protocol.locrits import ChatRequest, ChatResponse, LocritList, LocritQuery
from backend.routes.chat import ChatRoutes
from backend.routes.locrits import LocritRoutes
from backend.routing import ServerSentEvents, endpoint
from src.application import Application
from src.operations import Caller


class LocritDialect:
    noun = "locrits_dialect"

    def __init__(self, application: Application) -> None:
        self._ours = LocritRoutes(application)
        self._chat = ChatRoutes(application)

    @endpoint("GET", "/api/locrits", LocritList, query=LocritQuery)
    async def list_locrits(self, caller: Caller, query: LocritQuery) -> LocritList:
        return await self._ours.list_locrits(caller, query)

    @endpoint("POST", "/api/locrits/<name>/chat", ChatResponse, body=ChatRequest)
    async def chat(self, caller: Caller, name: str, body: ChatRequest) -> ChatResponse:
        return await self._chat.chat(caller, name, body)

    @endpoint("POST", "/api/locrits/<name>/chat/stream", ChatResponse, body=ChatRequest, streams=True)
    async def chat_stream(self, caller: Caller, name: str, body: ChatRequest) -> ServerSentEvents:
        return await self._chat.chat_stream(caller, name, body)
