"""Nothing secret: what a replay prints and writes holds no key, seed, secret or signature, in any spelling."""

from __future__ import annotations

import base64
import urllib.parse
from pathlib import Path

import pytest

from gateway.auth import SIGNATURE_HEADER
from gateway.faults import FAULTS
from gateway.messages import Reply, Request
from gateway.server import EmbeddedGateway
from suites.selftest.replay.bundles import bundle_of, shell, variables_of

SEED_BYTES = 32
SHOWING = [name for name, kind in FAULTS.items() if kind.breaks == "disclosure.secrets"]
"""Gateways that show secrets in their answers."""


def spellings(text: str) -> set[bytes]:
    """A secret in clear, without padding, percent-encoded, in URL-safe base64, in hexadecimal, and of its bytes."""
    found = {text, text.rstrip("="), urllib.parse.quote(text, safe=""), text.encode().hex()}
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        return {each.encode() for each in found}
    for each in {raw, raw[:SEED_BYTES]}:
        found |= {each.hex(), each.hex().upper(), base64.b64encode(each).decode().rstrip("=")}
        found |= {base64.urlsafe_b64encode(each).decode().rstrip("=")}
    return {each.encode() for each in found}


@pytest.mark.parametrize("fault", [*SHOWING, "SortsTheEcho"])
def test_no_secret_in_any_output(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = bundle_of(fault, tmp_path)
    core = FAULTS[fault]()
    signatures: list[str] = []
    handle = core.handle

    def listening(request: Request, now_ms: int) -> Reply:
        signatures.extend(request.values(SIGNATURE_HEADER))
        return handle(request, now_ms)

    monkeypatch.setattr(core, "handle", listening)
    with EmbeddedGateway(core) as server:
        run = shell(variables_of(server), str(found), "--rate", "0", "--patience", "1", "--out", str(tmp_path / "out"))
        out, err = run.communicate(timeout=120)
        accounts = server.accounts
    assert (run.returncode, err) == (1, ""), out
    assert len(signatures) > 3
    said = {"the screen": (out + err).encode()}
    said |= {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any(name.endswith("exchanges.ndjson") for name in said)
    secrets = {each for one in accounts for text in (one.key_id, one.secret_key) for each in spellings(text)}
    secrets |= {each for text in signatures if len(text) > 40 for each in spellings(text)}
    shown = [(name, secret[:8]) for name, text in said.items() for secret in secrets if secret in text]
    assert not shown
