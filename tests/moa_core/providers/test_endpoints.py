import asyncio
import threading
import time

import pytest

from moa_core.errors import KeyMissingError
from moa_core.messages import Message
from moa_core.mixture.config import AgentSpec
from moa_core.providers import endpoints as endpoints_module
from moa_core.providers import model_lists as module
from moa_core.providers.endpoints import Endpoints
from moa_core.run.completion import CompletionRequest
from moa_core.settings import Settings
from tests.model_server import Play
from tests.support.waiting import eventually_async

QUESTION = (Message.from_text("user", "Hello?"),)


@pytest.fixture
async def endpoints(model_server):
    found = Endpoints(
        Settings.from_mapping(
            {
                "POLYPHONY_ENDPOINTS": f"lab={model_server.url}",
                "OPENAI_BASE_URL": model_server.url,
                "TOGETHER_BASE_URL": model_server.base,
                "POLYPHONY_SIMULATED_PACE": "0",
            }
        )
    )
    yield found
    await found.aclose()


async def ask(endpoints, ref):
    agent = AgentSpec.from_ref(ref)
    items = endpoints[agent.endpoint].stream(CompletionRequest(agent, QUESTION))
    return [item async for item in items]


async def test_every_endpoint_of_the_settings_can_be_called(endpoints):
    assert list(endpoints) == ["openai", "together", "lab", "simulated"]
    assert len(endpoints) == 4
    assert (await ask(endpoints, "lab/good"))[-1].reason == "stop"
    assert (await ask(endpoints, "simulated/brief"))[-1].reason == "stop"


def test_an_unknown_endpoint_is_a_key_error(endpoints):
    with pytest.raises(KeyError):
        endpoints["nowhere"]
    assert "nowhere" not in endpoints


@pytest.mark.parametrize("ref", ["openai/m", "together/m"])
async def test_a_missing_key_is_told_when_the_model_is_called(endpoints, ref):
    with pytest.raises(KeyMissingError, match="_API_KEY"):
        await ask(endpoints, ref)


async def test_keys_of_one_session_stay_in_its_view(endpoints, model_server):
    mine = endpoints.with_keys({"openai": "sk-mine-12345", "together": ""})
    await ask(mine, "openai/good")
    assert model_server.calls[0].headers["Authorization"] == "Bearer sk-mine-12345"
    with pytest.raises(KeyMissingError):
        await ask(endpoints, "openai/good")
    assert [info.connected for info in mine.infos()] == [True, False, True, True]
    assert [info.connected for info in endpoints.infos()] == [False, False, True, True]
    assert "sk-mine" not in repr(mine.infos()) + repr(mine) + repr(vars(mine["openai"]))


async def test_views_share_connections_and_what_was_learnt(endpoints, model_server):
    model_server.plays["m"] = Play(refuses=["temperature"])
    for key in ("sk-one-12345", "sk-two-12345"):
        await ask(endpoints.with_keys({"openai": key}), "openai/m")
    assert len(model_server.calls) == 3
    assert len({call.port for call in model_server.calls}) == 1


async def test_lists_of_models_are_unknown_until_somebody_asks(endpoints, model_server):
    model_server.models = {"data": [{"id": "a/b"}]}
    assert endpoints.models_of("lab").state == "unknown"
    assert endpoints.knows("lab/a/b") is None
    await endpoints.refresh()
    assert endpoints.models_of("lab").state == "ready"
    assert endpoints.knows("lab/a/b") is True
    assert endpoints.knows("lab/dead") is False
    assert endpoints.models_of("openai").state == "unknown", "it has no key"


async def test_what_simulated_models_there_are_is_always_known(endpoints):
    assert endpoints.knows("simulated/synthesist") is True
    assert endpoints.knows("simulated/nobody") is False
    assert endpoints.knows("nowhere/m") is False
    assert endpoints.knows("ollama/m") is None, "its server may start any time"


async def test_a_current_list_is_not_fetched_again(endpoints, model_server):
    await endpoints.refresh()
    await endpoints.refresh()
    assert len(model_server.requests) == 1
    await endpoints.refresh("lab", force=True)
    assert len(model_server.requests) == 2


async def test_an_old_list_is_fetched_again(endpoints, model_server, monkeypatch):
    await endpoints.refresh()
    monkeypatch.setattr(module, "FRESH_S", -1.0)
    await endpoints.refresh()
    assert len(model_server.requests) == 2


async def test_a_failed_list_keeps_the_last_models_and_says_why(
    endpoints, model_server
):
    await endpoints.refresh()
    model_server.pages["/v1/models"] = ("text/html", "<html>down</html>")
    await endpoints.refresh(force=True)
    known = endpoints.models_of("lab")
    assert (known.state, known.models[0].id) == ("failed", "good")
    assert "no list of models" in known.error
    asked = len(model_server.requests)
    await endpoints.refresh()
    assert len(model_server.requests) == asked, "it is left alone for a while"


async def test_two_refreshes_at_once_ask_once(endpoints, model_server):
    await asyncio.gather(endpoints.refresh(), endpoints.refresh())
    assert len(model_server.requests) == 1


async def test_lists_are_told_apart_by_key(endpoints, model_server):
    mine = endpoints.with_keys({"openai": "sk-mine-12345"})
    await mine.refresh("openai")
    assert mine.models_of("openai").state == "ready"
    again = endpoints.with_keys({"openai": "sk-mine-12345"})
    assert again.models_of("openai").state == "ready"
    other = endpoints.with_keys({"openai": "sk-other-12345"})
    assert other.models_of("openai").state == "unknown"


def test_a_page_thread_starts_a_refresh_and_never_waits(model_server):
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    endpoints = Endpoints(
        Settings.from_mapping({"POLYPHONY_ENDPOINTS": f"lab={model_server.url}"})
    )
    endpoints.start_refresh(loop)  # whoever waited now would wait for ever
    endpoints.infos()
    thread.start()
    deadline = time.monotonic() + 10
    while endpoints.models_of("lab").state != "ready" and time.monotonic() < deadline:
        time.sleep(0.01)
    assert endpoints.knows("lab/good") is True
    asyncio.run_coroutine_threadsafe(endpoints.aclose(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


async def test_a_found_local_server_becomes_an_endpoint(endpoints, model_server):
    port = int(model_server.base.rpartition(":")[2])
    await endpoints.find_local({"ollama": port})
    assert "ollama" not in endpoints, "its address is configured as lab already"

    bare = Endpoints(Settings())
    await bare.find_local({"ollama": port})
    assert list(bare) == ["ollama", "simulated"]
    assert bare.knows("ollama/good") is True
    assert bare.infos()[0].label == "Ollama"
    assert (await ask(bare, "ollama/good"))[-1].reason == "stop"
    await bare.aclose()


async def test_the_search_for_local_servers_can_be_switched_off(model_server):
    port = int(model_server.base.rpartition(":")[2])
    endpoints = Endpoints(Settings(probe_local=False))
    await endpoints.find_local({"ollama": port})
    assert list(endpoints) == ["simulated"]
    assert not model_server.requests


async def test_infos_show_prices_and_no_secrets(model_server):
    model_server.models = [
        {"id": "m", "type": "chat", "pricing": {"input": 0.5, "output": 1.5}}
    ]
    endpoints = Endpoints(
        Settings.from_mapping(
            {
                "TOGETHER_BASE_URL": model_server.base,
                "TOGETHER_API_KEY": "tgp-secret-12345",
            }
        )
    )
    await endpoints.refresh()
    info = endpoints.infos()[1]
    assert (info.name, info.label, info.connected) == ("together", "Together", True)
    assert info.key_variable == "TOGETHER_API_KEY"
    assert info.models.models[0].id == "m"
    assert "secret" not in repr(endpoints.infos())
    await endpoints.aclose()


async def test_it_is_settled_when_all_that_is_connected_has_answered(endpoints):
    assert not endpoints.settled
    await endpoints.refresh()
    await endpoints.find_local({})
    assert endpoints.settled


async def test_a_local_server_that_is_busy_is_not_forgotten_in_passing(model_server):
    port = int(model_server.base.rpartition(":")[2])
    endpoints = Endpoints(Settings())
    await endpoints.find_local({"ollama": port})
    assert "ollama" in endpoints
    await endpoints.find_local({"ollama": 9}, forget=False)
    assert "ollama" in endpoints
    await endpoints.find_local({"ollama": 9})
    assert "ollama" not in endpoints
    await endpoints.aclose()


async def test_a_local_server_that_was_started_later_is_found(
    model_server, monkeypatch
):
    """One that answers 503 while it loads its model is none yet."""
    port = int(model_server.base.rpartition(":")[2])
    listed = model_server.models
    model_server.models = {"error": {"code": 503, "message": "Loading model"}}
    endpoints = Endpoints(Settings())
    monkeypatch.setattr(endpoints_module, "_LOOK_EVERY_S", 0.0)
    await endpoints.find_local({"llama-cpp": port})
    assert "llama-cpp" not in endpoints
    model_server.models = listed
    endpoints.start_finding_local(asyncio.get_running_loop(), {"llama-cpp": port})
    await eventually_async(lambda: endpoints.models_of("llama-cpp").ids == ["good"])
    await endpoints.aclose()
