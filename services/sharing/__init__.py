"""Opens shared links, for whoever has one and nobody else."""

from services.sharing.guesses import Guesses
from services.sharing.opened_link import OpenedLink, open_link

__all__ = ["Guesses", "OpenedLink", "open_link"]
