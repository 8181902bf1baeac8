"""Starts what other programs ask: finds the turn again, stores it, and runs it."""

from dataclasses import dataclass
from typing import Final

from moa_core.engine import LiveRun, Watcher
from moa_core.mixture import MoAConfig
from moa_core.openai_wire import (
    ApiError,
    ApiRequest,
    PanelState,
    kept_panel,
    panel_state,
    writer_alone,
)
from moa_core.plan import Plan
from moa_core.run import FULL_RUN, called_by
from services.api.models import best_connected, nearest_model, preset_of_model
from services.asking import Asking
from storage.api import ApiKey, ApiQuestion
from storage.errors import NotFoundError
from storage.presets import Presets
from storage.recording import ApiRuns, BegunRun, Order

DEEPEST: Final = 4
"""So many presets may ask one another in turn."""


@dataclass(frozen=True, slots=True)
class ApiBegun:
    """A run that another program has begun.

    Attributes:
        request: What was asked, as the mixture can honour it.
        live: The run.
        conversation_uid: Where it is stored.
        panel: What became of the panel.
    """

    request: ApiRequest
    live: LiveRun
    conversation_uid: str
    panel: PanelState


@dataclass(frozen=True, slots=True)
class ApiAsking:
    """What asking takes that another program does."""

    asking: Asking
    presets: Presets
    runs: ApiRuns

    def start(self, request: ApiRequest, key: ApiKey, tell: Watcher) -> ApiBegun:
        """Store what is asked, start its run and return at once.

        After what tools returned the panel is not asked again: the run goes on from
        its proposals, as a rework.

        Args:
            request: What is asked.
            key: With which key.
            tell: Watches the run.

        Raises:
            ApiError: There is no such preset, or it cannot do what is asked.
            CapExceededError: It could cost more than a cap leaves, of the app or of
                the key; nothing was stored.
            StorageError: It could not be stored; nothing was started.
        """
        asking = self.asking
        best = best_connected(asking.endpoints, asking.prices, asking.live)
        preset = preset_of_model(request.model, self.presets, best)
        if preset is None:
            raise no_such_model(request.model, self.presets)
        self._refuse_circles(request, preset.config)
        request = request.for_mixture(preset.config)
        plan, base = self._plan(request, key, preset.config)
        begun = self._store(request, key, plan, base, preset.title)
        called_by.set(request.called_by)
        live = self.asking.start(begun, plan.config, plan.rework, tell)
        panel = panel_state(request, known=base is not None)
        return ApiBegun(request, live, begun.conversation_uid, panel)

    def _plan(
        self, request: ApiRequest, key: ApiKey, config: MoAConfig
    ) -> tuple[Plan, str | None]:
        """Whom to ask, and the run to go on from, if there is one."""
        config = request.writer.applied_to(config)
        if not request.follows_tools:
            return Plan(config, FULL_RUN), None
        base = self.runs.answered(key.uid, request.conversation_sha256(key.uid) or "")
        state = self.asking.runs.load(base).state if base else None
        plan = kept_panel(state, config) if state else None
        if plan:
            return plan, base
        return Plan(writer_alone(config), FULL_RUN), None

    def _store(
        self, request: ApiRequest, key: ApiKey, plan: Plan, base: str | None, title: str
    ) -> BegunRun:
        estimate = self.asking.estimator(plan.config, plan.rework, request.writer)
        order = Order(config=plan.config, preset_name=title, estimate=estimate)
        caps = self.asking.app_settings.caps()
        try:
            if base is None:
                return self.runs.begin(ApiQuestion.of(request, key.uid), order, caps)
            return self.runs.begin_rework(
                base, key.uid, order, plan.rework, request.writer, caps
            )
        except NotFoundError as error:  # revoked or deleted meanwhile
            message = "The key or the conversation was deleted meanwhile. Ask again."
            raise ApiError(409, "gone", message, retry_after_s=1) from error

    def _refuse_circles(self, request: ApiRequest, config: MoAConfig) -> None:
        """Refuse what would ask itself again and again.

        Presets may ask one another, through this API and any proxy between; each call
        says for which runs it is made.
        """
        runs = map(self.asking.live.get, request.called_by)
        asking = [_models(run.state.config) for run in runs if run]
        why = ""
        if _models(config) in asking:
            why = "would ask itself: one of its models leads back to it"
        elif len(request.called_by) >= DEEPEST:
            why = f"is asked for the sake of {DEEPEST} presets already"
        if why:
            message = f"{request.model} {why}. Choose another model in that preset."
            raise ApiError(400, "preset_asks_itself", message, "model")


def no_such_model(name: str, presets: Presets) -> ApiError:
    """There is no preset of that name, and none is taken in its place."""
    near = nearest_model(name, presets)
    meant = f" Did you mean {near!r}?" if near else ""
    message = (
        f"There is no model {name[:120]!r}.{meant} GET /v1/models lists all presets."
    )
    return ApiError(404, "model_not_found", message, "model")


def _models(config: MoAConfig) -> object:
    """Whom a mixture asks, whatever its writer is asked for."""
    layers = tuple(
        tuple(agent.ref for agent in layer.proposers) for layer in config.layers
    )
    return layers, config.aggregator.ref
