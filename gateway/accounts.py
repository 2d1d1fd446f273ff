"""Accounts, each bound to one key id and one Ed25519 key pair."""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass, field
from functools import cached_property

from nacl.signing import SigningKey, VerifyKey


@dataclass(frozen=True)
class Account:
    """A customer with one API key."""

    key_id: str
    seed: bytes = field(repr=False)

    @classmethod
    def fresh(cls) -> Account:
        """A new account with a key nobody has seen before."""
        # Faults that mix up letter case need a letter to mix up; one id in fifty thousand has too few.
        key_id = str(uuid.uuid4())
        while sum(character.isalpha() for character in key_id) < 4:
            key_id = str(uuid.uuid4())
        return cls(key_id, bytes(SigningKey.generate()))

    @cached_property
    def verify_key(self) -> VerifyKey:
        """The public key, ready to verify with."""
        return SigningKey(self.seed).verify_key

    @property
    def secret_key(self) -> str:
        """The secret as the venue hands it out: base64 of seed and public key, 64 bytes."""
        return base64.b64encode(self.seed + bytes(self.verify_key)).decode("ascii")
