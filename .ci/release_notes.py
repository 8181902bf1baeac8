"""Prints what the changelog says of a version that is about to be released.

`release_notes.py v0.2.0`; fails if the tag is not the program's version, or if the
changelog still calls that unreleased.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))


def release_notes(tag: str, version: str, changelog: str) -> str:
    """The newest part of ``changelog``, without its heading.

    Raises:
        SystemExit: It is not that of ``tag``.
    """
    if tag != f"v{version}":
        sys.exit(f"The tag is {tag}, the program is {version} (moa_core/__init__.py).")
    _, _, newest = changelog.partition("\n## ")
    heading, _, rest = newest.partition("\n")
    if heading.split(",")[0] != version or "unreleased" in heading:
        sys.exit(f"CHANGELOG.md begins with {heading!r}: write '{version}, <date>'.")
    return rest.partition("\n## ")[0].strip() + "\n"


if __name__ == "__main__":
    from moa_core import __version__

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sys.stdout.write(release_notes(sys.argv[1], __version__, changelog))
