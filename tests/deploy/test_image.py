"""The image is built and started for real; takes minutes, so only when asked for.

`make image-test` asks; POLYPHONY_IMAGE_TEST=registry builds on the base that the
Dockerfile names, which any other value replaces by a Debian from its own packages.
"""

import json
import os
import socket
import sqlite3
import stat
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.deploy.images import ROOT, Image, build, debian_base, missing

ASKED = os.environ.get("POLYPHONY_IMAGE_TEST", "")
"""Read before a fixture takes all such variables away."""

GRACE_S = 10
"""So long does `docker stop` wait before it kills."""

READY_WITHIN_S = 120
MAKE_KEY = """
from storage.api import ApiKeys
from storage.database import Database, home_folder
home = home_folder() / "data"
home.mkdir(parents=True, exist_ok=True)
print(ApiKeys(Database.open(f"sqlite:///{home}/polyphony.db")).create("test")[1])
"""
READ_FILE = """
from moa_core.attachments import read_attachment
print(read_attachment("table.csv", b"fruit,price\\napple,2").text)
"""
LOOK_AROUND = """
import os
for path in ("/app/x", "/opt/polyphony/x", "/etc/x", "/x", "/usr/local/bin/x"):
    try:
        open(path, "w")
        print("written:", path)
    except OSError:
        pass
for path in ("/data/x", "/tmp/x"):
    open(path, "w").close()
    os.unlink(path)
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(os.getpid(), os.getuid(), os.getgid(), os.getgroups(), int(status["CapEff"], 16),
      int(status["CapBnd"], 16), status["NoNewPrivs"].strip())
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.xdist_group("image"),
    pytest.mark.skipif(
        not ASKED, reason="takes minutes; `make image-test` asks for it"
    ),
    pytest.mark.skipif(bool(ASKED and missing()), reason=missing()),
]


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode().strip()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode().strip()
    except OSError:
        return 0, ""


def ready(url, running):
    ends = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < ends:
        assert running.process.poll() is None, running.log.read_text()[-3000:]
        if get(f"{url}/readyz") == (200, "ready"):
            return True
        time.sleep(0.3)
    return False


def built():
    if ASKED == "registry":
        return build("polyphony", ROOT)
    return build("polyphony", ROOT, f"--from={debian_base()}")


@pytest.fixture(scope="module")
def image():
    image = Image.mounted(built())
    yield image
    image.remove()


@pytest.fixture
def data(tmp_path, image):
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    os.chown(folder, int(image.user_id), int(image.user_id))
    for above in (tmp_path, *tmp_path.parents):
        if above.owner() == "root" and above != Path("/"):
            above.chmod(above.stat().st_mode | stat.S_IXOTH)
    return folder


@pytest.fixture
def start(image, data, tmp_path):
    """Starts the image's command; gives its address and what runs."""
    started = []

    def start(**environ):
        port = free_port()
        running = image.start(
            data,
            environ={"STREAMLIT_SERVER_PORT": str(port), **environ},
            log=tmp_path / "app.log",
        )
        started.append(running)
        url = f"http://127.0.0.1:{port}"
        assert ready(url, running), running.log.read_text()[-3000:]
        return url, running

    yield start
    for running in started:
        running.kill()


def test_it_says_how_it_is_run(image):
    config = image.config
    assert config["User"] == "10001:10001"
    assert config["Volumes"] == {"/data": {}}
    assert config["ExposedPorts"] == {"8501/tcp": {}}
    assert config["StopSignal"] == "SIGTERM"
    assert config["Healthcheck"]["Test"] == ["CMD", "healthcheck"]
    assert "STREAMLIT_SERVER_ADDRESS=0.0.0.0" in config["Env"]


def test_its_code_is_roots_and_nobody_else_can_write_it(image):
    """And nothing can make its user another one."""
    for top in ("app", "opt/polyphony"):
        for path in (image.files / top).rglob("*"):
            if path.is_symlink():
                continue
            seen = path.stat()
            assert (seen.st_uid, seen.st_gid) == (0, 0), path
            assert not seen.st_mode & (stat.S_IWGRP | stat.S_IWOTH), path
            assert seen.st_mode & stat.S_IROTH, path
    data = (image.files / "data").stat()
    assert (data.st_uid, stat.S_IMODE(data.st_mode)) == (10001, 0o700)
    able = stat.S_ISUID | stat.S_ISGID
    programs = (each for each in (image.files / "usr").rglob("*") if each.is_file())
    assert [each for each in programs if each.lstat().st_mode & able] == []


def test_it_holds_the_app_and_nothing_else(image):
    inside = {path.name for path in (image.files / "app").iterdir()} - {"__pycache__"}
    rooms = {"moa_core", "storage", "services", "pages"}
    assert inside == {"app.py", ".streamlit", *rooms}
    packages = next((image.files / "opt/polyphony/lib").glob("python3*/site-packages"))
    assert not (packages / "pip").exists()
    assert not (packages / "pytest").exists()


def test_it_runs_without_rights_on_a_root_that_cannot_be_written(image, data):
    said = image.run(data, "python", "-c", LOOK_AROUND, environ={})
    assert said.split() == ["1", "10001", "10001", "[]", "0", "0", "1"]


def test_files_of_questions_are_read_in_a_process_of_their_own(image, data):
    assert "apple" in image.run(data, "python", "-c", READ_FILE, environ={})


def test_its_commands_work_and_keep_their_data_in_the_volume(image, data):
    environ = {"POLYPHONY_SIMULATED_PACE": "0"}
    said = image.run(data, "polyphony", "ask", "Why is the sky blue?", environ=environ)
    assert "sky" in said
    assert "0." in image.run(data, "polyphony", "--version", environ=environ)
    image.run(data, "polyphony", "export", "/data/all.json", environ=environ)
    assert json.loads((data / "all.json").read_text())
    assert (data / "polyphony/data/polyphony.db").exists()


def test_it_is_healthy_and_gone_in_time_with_a_run_recorded(image, data, start):
    key = image.run(data, "python", "-c", MAKE_KEY, environ={}).strip()
    url, running = start(POLYPHONY_LOG="json")
    port = url.rpartition(":")[2]
    asked = {"STREAMLIT_SERVER_PORT": port}
    assert (
        image.run(data, *image.config["Healthcheck"]["Test"][1:], environ=asked) == ""
    )
    assert get(f"{url}/healthz") == (200, "ok")
    assert running.settled()  # what is being imported cannot be stopped
    begun, chunks = threading.Event(), []

    def follow():
        question = {"role": "user", "content": "Why is the sea salty?"}
        body = {"model": "polyphony/default", "stream": True, "messages": [question]}
        request = urllib.request.Request(
            f"{url}/v1/chat/completions",
            json.dumps(body).encode(),
            {"Authorization": f"Bearer {key}"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            for line in answer:
                chunks.append(line.decode())
                if "layer_started" in chunks[-1]:
                    begun.set()

    client = threading.Thread(target=follow)
    client.start()
    assert begun.wait(60), chunks
    running.terminate()
    code = running.process.wait(GRACE_S)
    client.join(10)
    log = running.log.read_text()
    assert code in (0, 143), log[-2000:]
    assert any("run_stopped" in each for each in chunks), chunks[-3:]
    file = data / "polyphony/data/polyphony.db"
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT status FROM runs").fetchall() == [("stopped",)]
    lines = [json.loads(line) for line in log.splitlines()]
    assert any(line["message"] == "Application startup complete." for line in lines)
    assert key not in log
    assert "salty" not in log


def test_what_it_keeps_is_there_after_a_new_start(start, data):
    _, first = start()
    first.terminate()
    first.process.wait(GRACE_S)
    made = (data / "polyphony/data/polyphony.db").stat().st_ino
    _, second = start()
    assert (data / "polyphony/data/polyphony.db").stat().st_ino == made
    second.terminate()
    assert second.process.wait(GRACE_S) in (0, 143)


@pytest.fixture(scope="module")
def space(image):
    space = Image.mounted(
        build("space", ROOT / "deploy/space", "--build-arg=IMAGE=localhost/polyphony")
    )
    yield space
    space.remove()


def test_the_space_runs_as_its_user_and_may_be_framed_by_its_host(
    space, tmp_path, data
):
    """What it writes lies in memory here, and is lost with the Space there."""
    assert space.user_id == "1000"
    os.chown(data, 1000, 1000)
    port = free_port()
    running = space.start(
        data,
        environ={"STREAMLIT_SERVER_PORT": str(port), "XDG_DATA_HOME": "/tmp/home"},
        log=tmp_path / "space.log",
    )
    try:
        url = f"http://127.0.0.1:{port}"
        assert ready(url, running), running.log.read_text()[-3000:]
        with urllib.request.urlopen(f"{url}/healthz") as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.endswith("frame-ancestors https://huggingface.co")
            assert answer.headers["X-Frame-Options"] is None
        running.terminate()
        assert running.process.wait(GRACE_S) in (0, 143)
    finally:
        running.kill()
