"""Loads the names that a package offers when they are first asked for (PEP 562)."""

from collections.abc import Callable, Mapping
from importlib import import_module


def names_on_demand(
    package: str, modules: Mapping[str, str]
) -> Callable[[str], object]:
    """The ``__getattr__`` of a package that imports some of its modules late.

    Args:
        package: Full name of the package.
        modules: By module of the package: the names it is asked for, with blanks
            between them.
    """
    home = {name: module for module, names in modules.items() for name in names.split()}

    def load(name: str) -> object:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{home[name]}"), name)

    return load
