"""What files for running it elsewhere promise, without building anything."""

import importlib.util
import re
import shutil
import subprocess

import pytest
import yaml

import moa_core
from tests.deploy.images import ROOT

DIGEST = re.compile(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
APP, POSTGRES = COMPOSE["services"]["polyphony"], COMPOSE["services"]["postgres"]


def test_images_of_others_are_pinned_by_digest():
    base, *stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert DIGEST.fullmatch(base)
    assert set(stages) == {"base"}
    assert DIGEST.fullmatch(POSTGRES["image"])


def test_packages_are_installed_by_hash_and_nothing_of_them_is_run():
    assert "--only-binary :all: --require-hashes" in DOCKERFILE


def test_nothing_goes_into_the_image_that_is_not_named():
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    named = {line[1:] for line in rules if line.startswith("!")}
    copied = re.findall(
        r"^COPY (?!--from)(?:--\S+ )?(.+) \S+$", DOCKERFILE, re.MULTILINE
    )
    assert named == {source for line in copied for source in line.split()}
    assert all((ROOT / source).exists() for source in named)


def test_compose_gives_the_app_no_rights_and_nobody_outside_a_port():
    assert all(port.startswith("127.0.0.1:") for port in APP["ports"])
    assert "ports" not in POSTGRES
    assert APP["read_only"] is True
    assert APP["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in APP["security_opt"]
    assert [mount.split(":")[0] for mount in APP["tmpfs"]] == ["/tmp"]
    assert APP["volumes"] == ["data:/data"]
    assert APP["stop_grace_period"] == "15s"
    assert "privileged" not in APP


def test_postgresql_comes_only_when_it_is_asked_for():
    assert POSTGRES["profiles"] == ["postgres"]
    assert APP["depends_on"]["postgres"] == {
        "condition": "service_healthy",
        "required": False,
    }
    assert set(COMPOSE["volumes"]) == {"data", "postgres"}


@pytest.mark.parametrize("profile", [(), ("--profile", "postgres")])
def test_docker_understands_the_compose_file(profile):
    docker = shutil.which("docker")
    command = [docker, "compose", *profile, "-f", ROOT / "compose.yaml", "config", "-q"]
    if (
        not docker
        or subprocess.run(
            [docker, "compose", "version"], capture_output=True
        ).returncode
    ):
        pytest.skip("`docker compose` is not installed")
    said = subprocess.run(command, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr


def test_the_version_stands_in_one_place_and_what_repeats_it_agrees():
    version = re.escape(moa_core.__version__)
    space = (ROOT / "deploy/space/Dockerfile").read_text("utf-8")
    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert re.search(rf"^ARG IMAGE=\S+/polyphony:{version}$", space, re.MULTILINE)
    assert re.search(rf"^version: {version}$", citation, re.MULTILINE)


def test_a_space_says_what_it_needs():
    readme = (ROOT / "deploy/space/README.md").read_text("utf-8")
    front = yaml.safe_load(readme.split("---")[1])
    assert front["sdk"] == "docker"
    assert front["app_port"] == 8501
    assert len(front["short_description"]) <= 80


@pytest.fixture(scope="module")
def release_notes():
    path = ROOT / ".ci" / "release_notes.py"
    spec = importlib.util.spec_from_file_location("release_notes", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.release_notes


CHANGELOG = """# Changelog

## 0.2.0, 3 March 2027

- New.
- Better.

## 0.1.0, 2026

- Old.
"""


def test_the_notes_of_a_release_are_the_newest_part_of_the_changelog(release_notes):
    assert release_notes("v0.2.0", "0.2.0", CHANGELOG) == "- New.\n- Better.\n"
    first = CHANGELOG.partition("\n## 0.1.0")[0]
    assert release_notes("v0.2.0", "0.2.0", first) == "- New.\n- Better.\n"


@pytest.mark.parametrize(
    ("tag", "version", "changelog"),
    [
        ("v0.3.0", "0.2.0", CHANGELOG),
        ("0.2.0", "0.2.0", CHANGELOG),
        ("v0.3.0", "0.3.0", CHANGELOG),
        ("v0.2.0", "0.2.0", CHANGELOG.replace("3 March 2027", "unreleased")),
        ("v0.2.0", "0.2.0", ""),
    ],
)
def test_nothing_is_released_that_the_changelog_does_not_tell_of(
    release_notes, tag, version, changelog
):
    with pytest.raises(SystemExit):
        release_notes(tag, version, changelog)


def test_jobs_get_no_more_rights_than_they_need():
    for file in (ROOT / ".github" / "workflows").glob("*.yml"):
        workflow = yaml.safe_load(file.read_text("utf-8"))
        assert workflow["permissions"] == {"contents": "read"}, file.name
