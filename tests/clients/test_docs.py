"""The examples of docs/api.md and the README do what they say."""

import re
import subprocess
from pathlib import Path

from tests.browser.app.running_app import ROOT

HERE = "http://127.0.0.1:8501/v1"


def examples(path: Path, language: str) -> list[str]:
    text = path.read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def for_app(served, example):
    return (
        example.replace(HERE, served.url)
        .replace("poly-...", served.key)
        .replace("polyphony/default", "polyphony/quick")
    )


def test_openais_package(served, capsys):
    [example, *_] = examples(ROOT / "docs" / "api.md", "python")
    exec(for_app(served, example), {})
    said = capsys.readouterr().out
    assert " word29\n" in said
    assert f"{served.app.url}/?c=" in said


def test_curl(served):
    ours = examples(ROOT / "docs" / "api.md", "sh")
    ours += [each for each in examples(ROOT / "README.md", "sh") if "/v1/" in each]
    assert len(ours) == 2
    for example in ours:
        environment = {"POLYPHONY_KEY": served.key, "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            ["sh", "-c", for_app(served, example)],
            capture_output=True, text=True, env=environment, check=True,
        )  # fmt: skip
        assert done.stdout.endswith("data: [DONE]\n\n")
