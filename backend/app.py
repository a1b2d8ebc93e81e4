"""The composition root: the only place that builds and wires."""

import gc
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_socketio import SocketIO

from backend import auth, compression, docs, errors, metrics, pages, renamed, routing, sync_switch
from backend.access import Switches
from backend.async_bridge import AsyncBridge
from backend.base_path import BasePath
from backend.cors import Cors
from backend.dialects.chat import ChatDialect
from backend.dialects.chat_sessions import ChatSessionDialect
from backend.dialects.concepts import ConceptDialect
from backend.dialects.conversations import ConversationDialect
from backend.dialects.editor import EditorDialect
from backend.dialects.extension import ExtensionDialect
from backend.dialects.locrits import LocritDialect
from backend.dialects.memory import MemoryDialect
from backend.dialects.public import PublicDialect
from backend.dialects.saves import Saves
from backend.dialects.server import ServerDialect
from backend.headers import SecurityHeaders
from backend.message_queue import MessageQueue
from backend.origin import OriginGuard
from backend.outboxes import Outboxes
from backend.protocol.sockets import Connected
from backend.relay import Relay
from backend.routes.artifacts import ArtifactRoutes
from backend.routes.attachments import AttachmentRoutes
from backend.routes.chat import ChatRoutes
from backend.routes.concepts import ConceptRoutes
from backend.routes.conversations import ConversationRoutes
from backend.routes.explorer import ExplorerRoutes
from backend.routes.history import HistoryRoutes
from backend.routes.invitations import InvitationRoutes
from backend.routes.locrits import LocritRoutes
from backend.routes.memory import MemoryRoutes
from backend.routes.messages import MessageRoutes
from backend.routes.models import ModelRoutes
from backend.routes.recall import RecallRoutes
from backend.routes.search import SearchRoutes
from backend.routes.system import SystemRoutes
from backend.routes.tools import ToolRoutes
from backend.sockets import packets
from backend.sockets.chat import ChatNamespace
from backend.sockets.gate import EngineGate
from backend.sockets.limits import Limits
from backend.sockets.packets import LenientPacket
from backend.version import VERSION
from backend.visitors.gate import VisitorGate
from backend.visitors.pages import files_blueprint
from src.application import Application
from src.config import Settings

if TYPE_CHECKING:
    from backend.runtime import Runtime

NAMESPACES = ("/", "/chat")
MAX_REQUEST_BYTES = 1_000_000
MAX_PACKET_BYTES = 2_000_000
"""More than a request may have: a message that is too long shall be refused with a sentence, not by hanging up."""
DRAIN_TIMEOUT_S = 0.05


class Server:
    """The wired application: `flask` is the WSGI app to serve between `start` and `close`."""

    def __init__(
        self, flask: Flask, socketio: SocketIO, application: Application, bridge: AsyncBridge, relay: Relay
    ) -> None:
        self.flask = flask
        self.application = application
        self.bridge = bridge
        self._socketio = socketio
        self._relay = relay

    def start(self) -> None:
        """Marks replies that an earlier process left running as interrupted, before the first request."""
        self._socketio.start_background_task(self._relay.run)
        self.bridge.run(self.application.start(auth.person("http")))
        gc.collect()
        gc.freeze()  # what is there now stays; looking through it again would hold up every stream for 100 ms

    def close(self) -> None:
        """Finishes writes and running replies; the last events still reach those who listen."""
        self.bridge.run(self.application.close())
        self._socketio.sleep(DRAIN_TIMEOUT_S)


def create_app(settings: Settings, runtime: "Runtime | None" = None) -> Server:
    """Opens the database. Raises StoreUnavailable when it cannot."""
    bridge = AsyncBridge(runtime)
    application = Application(settings)
    outboxes = Outboxes()
    flask = _flask(application, bridge, settings.base_path)
    flask.register_blueprint(metrics.blueprint(application, bridge, outboxes, settings.metrics_names))
    socketio = _socketio(flask, settings)
    relay = Relay(socketio.server, application.bus, NAMESPACES, queued=bool(settings.redis_url.get_secret_value()))
    limits = Limits(socketio.server)
    for namespace in NAMESPACES:
        socketio.server.register_namespace(ChatNamespace(namespace, application, bridge, relay, limits, outboxes))
    gated = VisitorGate(EngineGate(flask.wsgi_app, socketio.server.eio, MAX_PACKET_BYTES), settings.public_names)
    guarded = Cors(OriginGuard(gated, settings.host_names, settings.origins), settings.origins)
    flask.wsgi_app = BasePath(SecurityHeaders(guarded), settings.base_path)  # type: ignore[method-assign]  # Flask's own advice
    return Server(flask, socketio, application, bridge, relay)


def _flask(application: Application, bridge: AsyncBridge, base_path: str) -> Flask:
    flask = Flask(__name__, static_folder=None)
    flask.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST_BYTES
    flask.url_map.strict_slashes = False
    errors.register(flask)
    compression.register(flask, bridge)
    renamed.register(flask, application.locrits, bridge)
    sync_switch.register(flask, is_on=application.settings.sync == "on")
    nouns: list[routing.Routes] = [
        LocritRoutes(application),
        InvitationRoutes(application),
        ConversationRoutes(application),
        MessageRoutes(application),
        RecallRoutes(application),
        AttachmentRoutes(application, bridge),
        HistoryRoutes(application),
        ArtifactRoutes(application),
        ChatRoutes(application),
        MemoryRoutes(application),
        ExplorerRoutes(application),
        ConceptRoutes(application),
        ModelRoutes(application),
        SearchRoutes(application),
        ToolRoutes(application),
        SystemRoutes(application, bridge),
        LocritDialect(application),
        ChatDialect(application),
        ConversationDialect(application),
        Saves(application),
        MemoryDialect(application),
        ConceptDialect(application),
        ServerDialect(application, bridge),
        EditorDialect(application),
        ExtensionDialect(application),
        ChatSessionDialect(application),
        PublicDialect(application),
    ]
    switches = Switches(application)
    for noun in nouns:
        flask.register_blueprint(routing.blueprint(noun, bridge, switches))
    flask.register_blueprint(docs.blueprint(base_path))
    flask.register_blueprint(files_blueprint())
    flask.register_blueprint(pages.blueprint(base_path=base_path))
    return flask


def _socketio(flask: Flask, settings: Settings) -> SocketIO:
    return SocketIO(
        flask,
        async_mode="eventlet",
        **_between_processes(settings),
        cors_allowed_origins=[],  # OriginGuard has decided by then
        manage_session=False,
        always_connect=True,
        async_handlers=False,  # `Limits` gives each its turn
        serializer=LenientPacket,
        json=packets.JSON,
        max_http_buffer_size=MAX_PACKET_BYTES,
        ping_interval=settings.ping,
        ping_timeout=settings.ping,
    )


def _between_processes(settings: Settings) -> dict[str, Any]:
    url = settings.redis_url.get_secret_value()
    greeting = Connected(user_id=auth.person("socket").user_id, version=VERSION).model_dump(mode="json")
    return {"client_manager": MessageQueue(url, greeting, NAMESPACES)} if url else {}
