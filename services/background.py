"""Does what no page waits for: warming up, listing models, daily deletion."""

import asyncio
import contextlib
import gc
import logging
import time
from collections.abc import Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from moa_core.errors import (
    ConfigError,
    DeadlineError,
    EmptyAnswerError,
    MoAError,
    OnlyReasoningError,
    TokensUsedUpError,
    ToolCallError,
    UnknownFinishError,
)
from moa_core.messages import Message
from moa_core.mixture import AgentSpec
from moa_core.network import NetworkSettings
from moa_core.pricing import PriceBook
from moa_core.providers import Endpoints
from moa_core.run import CompletionRequest, Provider
from moa_core.settings import EndpointSettings, Settings
from storage.errors import StorageError
from storage.upkeep import Retention

_log = logging.getLogger(__name__)
TEST_CALL_S = 20.0
"""Longest wait for the answer to a test, in seconds."""

_TEST_CALL_TOKENS = 16
_ANSWERED = (
    EmptyAnswerError,
    OnlyReasoningError,
    TokensUsedUpError,
    ToolCallError,
    UnknownFinishError,
)
"""What tells as well that a model can be called."""

FIRST_DELETION_AFTER_S, DELETION_EVERY_S = 60.0, 86_400.0


async def log_failure(work: Coroutine[Any, Any, None]) -> None:
    """Await ``work`` that nobody else awaits; whatever it raises goes to the log."""
    try:
        await work
    except Exception:  # noqa: BLE001 - whatever it is, it must not go unseen
        _log.exception("work in the background failed")


async def delete_daily(retention: Retention) -> None:
    """Delete once a day what is not to be kept any longer; never returns."""
    await asyncio.sleep(FIRST_DELETION_AFTER_S)
    while True:
        try:
            await asyncio.to_thread(lambda: retention.tidy(retention.days()))
        except StorageError as error:
            _log.warning("Old conversations stay for another day: %s", error)
        await asyncio.sleep(DELETION_EVERY_S)


async def call_once(
    provider: Provider, endpoint: str, model: str, within_s: float = TEST_CALL_S
) -> float:
    """Ask a model for a word; an answer cut before its first word is an answer.

    Returns:
        Seconds that the call took.

    Raises:
        ProviderError: The call failed, or had not ended ``within_s`` seconds.
    """
    agent = AgentSpec(
        endpoint=endpoint, model=model, temperature=None, max_tokens=_TEST_CALL_TOKENS
    )
    request = CompletionRequest(agent, (Message.from_text("user", "Say ok."),))
    started = time.perf_counter()
    try:
        async with (
            asyncio.timeout(within_s),
            aclosing(provider.stream(request)) as items,
        ):
            with contextlib.suppress(*_ANSWERED):
                async for _ in items:
                    pass
    except TimeoutError:
        silent = f"{model} did not answer within {within_s:g} seconds."
        raise request.error(DeadlineError, silent) from None
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying an endpoint.

    Attributes:
        models: How many models it lists.
        model: The one that was asked; ``""`` if none was.
        took_s: Seconds until that had answered.
        problem: Why it does not work; ``None`` if it does.
    """

    models: int = 0
    model: str = ""
    took_s: float = 0.0
    problem: MoAError | None = None


async def try_endpoint(endpoint: EndpointSettings, network: NetworkSettings) -> Trial:
    """List the models of an endpoint that is not set up yet, and ask one of them."""
    from moa_core.mixture import model_to_try  # knows the presets: imported late

    settings = Settings(endpoints=(endpoint,), probe_local=False, network=network)
    endpoints = Endpoints(settings)
    try:
        await endpoints.refresh()
        listed = endpoints.models_of(endpoint.name)
        if listed.error:
            return Trial(problem=ConfigError(listed.error))
        model = model_to_try(listed.ids)
        if model is None:
            return Trial(len(listed.ids))
        try:
            took_s = await call_once(endpoints[endpoint.name], endpoint.name, model)
        except MoAError as error:
            return Trial(len(listed.ids), model, problem=error)
        return Trial(len(listed.ids), model, took_s)
    finally:
        await endpoints.aclose()


async def warm_up(endpoints: Endpoints) -> None:
    """Load before the first question what is slow once, and list the models."""
    await endpoints.warm_up()
    await asyncio.to_thread(import_module, "moa_core.engine.execution")
    await asyncio.to_thread(PriceBook.prepare)
    # What is loaded by now stays: spare it the garbage collector, which would look at
    # all of it now and then, and stop every stream and page for a tenth of a second.
    gc.freeze()
    await list_models(endpoints)


async def list_models(endpoints: Endpoints, *, force: bool = False) -> None:
    """Find local servers, and ask endpoints whose lists are old, or all by force."""
    await endpoints.find_local()
    await endpoints.refresh(force=force)
