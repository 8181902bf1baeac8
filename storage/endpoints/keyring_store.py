"""Keeps keys in the keyring of the operating system, where there is one.

That is the Keychain of macOS, the Credential Locker of Windows, or the Secret Service
of a Linux desktop; a server or a container has none.
"""

from functools import cache
from typing import TYPE_CHECKING, Final

from storage.errors import KeyringError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "Polyphony"
_TRUSTED_FROM: Final = 1
"""Priority that `keyring` gives to what it recommends: none that writes plain files."""


class KeyringStore:
    """The keys of one installation in the system's keyring.

    Args:
        backend: The keyring.
        installation: Tells the keys of several installations of one user apart.
    """

    def __init__(self, backend: "KeyringBackend", installation: str) -> None:
        self._backend = backend
        self._installation = installation

    def get(self, name: str) -> str | None:
        """The key of an endpoint; ``None`` where the keyring has none.

        Raises:
            KeyringError: It is locked, or does not answer.
        """
        try:
            return self._backend.get_password(SERVICE, self._entry(name))
        except Exception as error:  # noqa: BLE001 - each system raises its own
            raise _translated(error) from None

    def put(self, name: str, key: str) -> None:
        """Keep a key in the place of the one before.

        Raises:
            KeyringError: It is locked, or refuses it.
        """
        try:
            self._backend.set_password(SERVICE, self._entry(name), key)
        except Exception as error:  # noqa: BLE001 - each system raises its own
            raise _translated(error) from None

    def delete(self, name: str) -> None:
        """Forget a key; one that is not there is forgotten already.

        Raises:
            KeyringError: It is locked, or refuses it.
        """
        from keyring.errors import PasswordDeleteError

        try:
            self._backend.delete_password(SERVICE, self._entry(name))
        except PasswordDeleteError:
            return
        except Exception as error:  # noqa: BLE001 - each system raises its own
            raise _translated(error) from None

    def _entry(self, name: str) -> str:
        return f"{name} ({self._installation})"


@cache
def system_keyring() -> "KeyringBackend | None":
    """The keyring of this system; ``None`` where there is none to trust."""
    try:
        import keyring  # imported late: half a second of CPU

        backend = keyring.get_keyring()
        return backend if backend.priority >= _TRUSTED_FROM else None
    except Exception:  # noqa: BLE001 - not installed, or broken: then there is none
        return None


def _translated(error: Exception) -> KeyringError:
    """Without the words of the keyring, which might repeat a key."""
    return KeyringError("of this system", type(error).__name__)
