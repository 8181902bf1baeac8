"""Names that stand in addresses: nobody can guess one."""

import secrets


def new_uid() -> str:
    """128 random bits, as 32 hexadecimal digits."""
    return secrets.token_hex(16)
