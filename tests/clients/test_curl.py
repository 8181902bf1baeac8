"""curl asks a preset, without saying what it sends."""

import json
import shutil
import subprocess
from dataclasses import replace

import pytest

from tests.support.api_client import question

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")


def curl(served, *arguments, body=None):
    key = f"Authorization: Bearer {served.key}"
    data = ["-d", json.dumps(body)] if body else []
    command = ["curl", "-sS", "--max-time", "60", "-H", key, *data, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_models_whole_answers_and_streams(served):
    url = f"{served.url}/chat/completions"
    listed = json.loads(curl(served, f"{served.url}/models"))
    assert "polyphony/quick" in [each["id"] for each in listed["data"]]
    answer = json.loads(curl(served, url, body=question()))
    assert answer["choices"][0]["finish_reason"] == "stop"
    for more in (["-N"], ["-N", "--compressed"], ["-N", "--http1.0"]):
        stream = curl(served, "-i", *more, url, body=question(stream=True))
        assert stream.endswith("data: [DONE]\n\n")
        assert "content-encoding" not in stream.lower()


def test_a_status_that_scripts_can_see(served):
    seen = ["-o", "/dev/null", "-w", "%{http_code}"]
    assert curl(replace(served, key="wrong"), *seen, f"{served.url}/models") == "401"
    assert curl(served, *seen, f"{served.url}/models") == "200"
