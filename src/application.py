"""The application as a whole: what a server, a script or a test builds once and closes."""

from collections.abc import Sequence

from src.config import Settings
from src.data_directory import make_private
from src.events import EventBus
from src.metrics import Metrics
from src.operations import Caller
from src.services.artifacts import ArtifactService
from src.services.attachments import AttachmentService
from src.services.chat import ChatService
from src.services.concept_describer import ConceptDescriber
from src.services.concepts import ConceptService
from src.services.extraction import Extractor
from src.services.generation_repository import GenerationRepository
from src.services.history import HistoryService
from src.services.indexing import Indexer
from src.services.interactions import InteractionService
from src.services.invitations import InvitationService
from src.services.llm.router import LanguageModels
from src.services.locrits import LocritService
from src.services.meaning import Meaning
from src.services.memory import MemoryService
from src.services.memory_recall import MemoryRecall
from src.services.model_caller import ModelCaller
from src.services.model_library import ModelLibrary
from src.services.periodic_task import PeriodicTask
from src.services.pulls import ModelPulls
from src.services.recall import RecallService
from src.services.retention import Retention
from src.services.rounds import Rounds
from src.services.server_settings import ServerSettingsService
from src.services.tool_results import ToolResults
from src.services.tools.artifact_tools import ArtifactTools
from src.services.tools.memory_tools import OwnTools
from src.services.tools.registry import ToolRegistry
from src.services.tools.tool import ToolSource
from src.stores.database import Database

SUCCESSION_EVERY_S = 5.0
OBEDIENCE_EVERY_S = 0.5
RECOVERED_BEFORE_SERVING = 500
"""Replies, the newest: a start takes no longer when more were cut off."""
JOBS_EVERY_S = 5.0
PULLS_EVERY_S = 5.0


class Application:
    """Opens the database. `tools` are where tools come from besides its own. Raises StoreUnavailable when it cannot be
    opened."""

    def __init__(self, settings: Settings, tools: Sequence[ToolSource] = ()) -> None:
        self.settings = settings
        self.bus = EventBus()
        self.metrics = Metrics(self.bus)
        make_private(settings.data_dir)
        with self.metrics.restoring():
            self.database = Database.open(
                settings.sqlalchemy_url,
                self.bus.publish,
                accept_loss=settings.accept_loss,
                files=settings.files_dir,
                measure=self.metrics.save,
            )
        self.models = LanguageModels(settings, self.bus)
        self.pulls = ModelPulls(self.database, self.models, self.bus)
        self.library = ModelLibrary(self.database, self.models)
        self.server_settings = ServerSettingsService(self.database, settings)
        self.locrits = LocritService(self.database)
        self.memory = MemoryService(self.database)
        self.history = HistoryService(self.database)
        self.artifacts = ArtifactService(self.database)
        self.tool_results = ToolResults(self.database)
        self.interactions = InteractionService(self.database)
        self.invitations = InvitationService(self.database)
        self.meaning = Meaning(self.database, self.models, self.bus, lambda: self.chat.is_replying)
        self.recall = RecallService(self.database, self.meaning)
        self.memory_recall = MemoryRecall(self.database)
        self.concepts = ConceptService(self.database)
        self.concept_describer = ConceptDescriber(self.concepts, self.locrits, self.server_settings, self.models)
        self.tools = ToolRegistry([OwnTools(self.memory), ArtifactTools(self.artifacts), *tools])
        replies = GenerationRepository(self.database)
        self._model_caller = ModelCaller(replies, self.models, self.tools, self.recall, self.memory_recall)
        rounds = Rounds(self._model_caller, replies, self.tools, settings.tool_timeout)
        self.chat = ChatService(self.database, self.memory, replies, rounds, self.bus)
        self.attachments = AttachmentService(self.database)
        self._indexer = Indexer(self.database, self.bus, self.meaning.wake)
        self._extractor = Extractor(self.database, self.models, self.bus)
        self._jobs = PeriodicTask(self.history.finish_jobs, JOBS_EVERY_S)
        self._pulling = PeriodicTask(self.pulls.go_on, PULLS_EVERY_S)
        self._retention = Retention(self.history, settings.trash_days)
        self._succession = PeriodicTask(self.chat.recover, SUCCESSION_EVERY_S)
        self._obedience = PeriodicTask(self.chat.stop_requested, OBEDIENCE_EVERY_S)

    async def start(self, caller: Caller) -> None:
        """Before serving: what a dead process left is put in order, and there is a person to serve."""
        with self.metrics.restoring():
            await self.chat.recover(RECOVERED_BEFORE_SERVING)
        await self.locrits.ensure_defaults(caller)
        await self.attachments.start()
        self._succession.start()
        if self.database.processes.is_shared:
            self._obedience.start()
        self._indexer.start()
        self.meaning.start()
        self._jobs.start()
        self._extractor.start()
        self._pulling.start()
        self._retention.start()
        await self.models.start()

    async def close(self) -> None:
        """Running replies end as interrupted, every queued write is finished."""
        await self._extractor.close()
        await self._succession.close()
        await self._obedience.close()
        await self.chat.close()
        await self._model_caller.close()
        await self._retention.close()
        await self.attachments.close()
        await self._jobs.close()
        await self._indexer.close()
        await self.meaning.close()
        await self._pulling.close()
        await self.pulls.close()
        await self.models.close()
        await self.database.close()
