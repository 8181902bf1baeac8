"""Other programs ask presets, where they are installed.

`POLYPHONY_CLIENTS_PYTHON` names a Python that has litellm, langchain-openai and llm;
`POLYPHONY_CLIENTS_NODE` a folder in which `npm install openai ai@6
@ai-sdk/openai-compatible@2 zod` was run.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from together import APIStatusError, Together

SCRIPTS = Path(__file__).parent / "scripts"
PYTHON = os.environ.get("POLYPHONY_CLIENTS_PYTHON", "")
NODE = os.environ.get("POLYPHONY_CLIENTS_NODE", "")
WITHIN_S = 150


def run(served, *command, **how):
    """Run a client's script; what it found fails the test."""
    arguments = [*command, served.url, served.key]
    done = subprocess.run(
        arguments, capture_output=True, text=True, timeout=WITHIN_S, **how
    )
    assert done.stdout.endswith("ok\n"), done.stdout + done.stderr


def test_togethers_own_package(served):
    asked = [{"role": "user", "content": "Why is the sea salty?"}]
    address = served.url.removesuffix("/v1")
    with Together(base_url=address, api_key=served.key) as client:
        create = client.chat.completions.create
        answer = create(model="polyphony/quick", messages=asked)
        assert answer.choices[0].message.content.endswith(" word29")
        chunks = create(model="polyphony/quick", messages=asked, stream=True)
        texts = [each.choices[0].delta.content or "" for each in chunks if each.choices]
        assert "".join(texts).endswith(" word29")
        with pytest.raises(APIStatusError, match="No model of layer 1 answered"):
            create(model="polyphony/all-fail", messages=asked)


@pytest.mark.skipif(not PYTHON, reason="POLYPHONY_CLIENTS_PYTHON is not set")
@pytest.mark.parametrize("name", ["litellm", "langchain_openai"])
def test_packages_for_python(served, name):
    if subprocess.run([PYTHON, "-c", f"import {name}"], capture_output=True).returncode:
        pytest.skip(f"no {name}")
    script = SCRIPTS / f"{name.removesuffix('_openai')}_client.py"
    run(served, PYTHON, script)


def test_llm_in_a_shell(served):
    beside = str(Path(PYTHON).parent) if PYTHON else ""
    path = os.pathsep.join([beside, os.environ["PATH"]]).strip(os.pathsep)
    if shutil.which("llm", path=path) is None:
        pytest.skip("no llm")
    run(served, "sh", SCRIPTS / "llm_cli.sh", env={**os.environ, "PATH": path})


@pytest.mark.skipif(not NODE, reason="POLYPHONY_CLIENTS_NODE is not set")
@pytest.mark.parametrize("name", ["openai_npm.mjs", "ai_sdk.mjs"])
def test_packages_for_javascript(served, tmp_path, name):
    shutil.copy(SCRIPTS / name, tmp_path)  # node looks for packages beside a script
    (tmp_path / "node_modules").symlink_to(Path(NODE).absolute() / "node_modules")
    run(served, "node", tmp_path / name)
