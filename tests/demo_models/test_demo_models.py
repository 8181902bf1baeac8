"""The tiny models of one process: begun, cancelled, failed, gone."""

import sys
import threading

import pytest

from moa_core.settings import LOCAL_SERVERS, TINY
from services.demo_models import command as commanding
from services.demo_models import demo_models as keeping
from services.demo_models.command import main
from services.demo_models.demo_models import DemoModels
from services.demo_models.install import DemoCancelledError, Installed

PATIENCE_S = 60.0


@pytest.fixture
def announced():
    return []


@pytest.fixture
def models(announced):
    demo = DemoModels(lambda *servers: announced.append(servers))
    yield demo
    demo.stop()


def ended(models):
    models._worker.join(PATIENCE_S)
    return models.state


@pytest.mark.slow
def test_a_server_that_ends_is_told_with_its_last_words(
    models, announced, monkeypatch, tmp_path
):
    broken = Installed(tmp_path, tmp_path / "no.gguf")  # there is no llama.cpp in it
    monkeypatch.setattr(keeping, "install", lambda *_: broken)
    models.start()
    state = ended(models)
    assert state.phase == "failed"
    assert "No module named 'xllamacpp'" in str(state.error)
    assert state.error.advice
    assert announced == [()]


def test_a_download_can_be_cancelled_and_begun_again(models, announced, monkeypatch):
    begun = threading.Event()

    def download(progress, cancelled):
        progress(5_000_000)
        begun.set()
        cancelled.wait(PATIENCE_S)
        raise DemoCancelledError("cancelled")

    monkeypatch.setattr(keeping, "install", download)
    for _ in range(2):
        models.start()
        assert begun.wait(PATIENCE_S)
        assert models.state.phase == "downloading"
        assert models.state.downloaded_mb == 5
        models.stop()
        assert models.state.phase == "off"
        begun.clear()
    assert announced == []


def test_a_surprise_is_no_traceback(models, monkeypatch):
    monkeypatch.setattr(keeping, "install", lambda *_: 1 / 0)
    models.start()
    state = ended(models)
    assert state.phase == "failed"
    assert str(state.error) == "The tiny models failed."


def test_real_models_start_and_stop(real_model, models, announced):
    """``real_model`` says that they are installed; these run beside it."""
    models.start()
    while models.state.under_way:
        models._cancelled.wait(0.05)
    assert models.state.phase == "ready", models.state
    ((endpoint,),) = announced
    assert (endpoint.name, endpoint.kind) == (TINY, "local")
    models.stop()
    assert models.state.phase == "off"
    assert announced == [(endpoint,), ()]


@pytest.mark.parametrize(
    ("prog", "asks"),
    [
        ("polyphony demo-models", "polyphony ask"),
        ("python -m services.demo_models", f"{sys.executable} -m moa_core"),
    ],
)
def test_the_terminal_says_how_to_ask_with_what_is_there(real_model, prog, asks):
    told = commanding._found_by(real_model, real_model.port, prog)
    assert f'{asks} "Why is the sky blue?" --preset tiny' in told
    assert "press Refresh" in told
    elsewhere = commanding._found_by(real_model, LOCAL_SERVERS[TINY], prog)
    assert f'POLYPHONY_ENDPOINTS="tiny={real_model.base_url}"' in elsewhere


def test_a_taken_port_is_told_in_the_terminal(real_model, capsys):
    """In the thread that may set signal handlers, which are set back."""
    assert main(["--port", str(real_model.port)], "polyphony demo-models") == 1
    told = capsys.readouterr().err
    assert f"Port {real_model.port} is already in use" in told
    assert "Traceback" not in told
    assert real_model.port != LOCAL_SERVERS[TINY]
