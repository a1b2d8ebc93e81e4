"""REST: one class of handlers for each noun."""

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

ALL = (
    LocritRoutes,
    InvitationRoutes,
    ConversationRoutes,
    MessageRoutes,
    RecallRoutes,
    AttachmentRoutes,
    HistoryRoutes,
    ArtifactRoutes,
    ChatRoutes,
    MemoryRoutes,
    ExplorerRoutes,
    ConceptRoutes,
    ModelRoutes,
    SearchRoutes,
    ToolRoutes,
    SystemRoutes,
)
