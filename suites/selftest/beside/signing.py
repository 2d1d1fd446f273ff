"""What Schemathesis needs to speak to this API at all: a hook module that signs, each request anew, and no more."""

from __future__ import annotations

import os
import time
from typing import Any

import schemathesis

from contracts.messages import PATH, Account
from contracts.signing import HEADERS, sign, signed_text
from suites.strategies.credentials import b64
from suites.target import Key, key_of


@schemathesis.auth(refresh_interval=None)  # its way for credentials: it leaves them off where it tests without
class Signed:
    """Three headers, made when a case is about to be sent."""

    def get(self, _case: schemathesis.Case[Any], _context: object) -> Key | None:
        """The account of the environment."""
        return key_of(os.environ, Account.OWN)

    def set(self, case: schemathesis.Case[Any], key: Key, _context: object) -> None:
        """Sign a case."""
        stamp = str(int(time.time() * 1000))
        signature = b64(sign(key.seed, signed_text(stamp, case.method.upper(), PATH)))
        case.headers.update(dict(zip(HEADERS, (key.id, stamp, signature), strict=True)))
