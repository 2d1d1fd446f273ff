"""Whom TLS trusts: the machine's authorities, or those of one file instead. Nothing turns the check off."""

from __future__ import annotations

import ssl
from pathlib import Path

from suites.settings.given import shown
from suites.target import UsageError


def context(bundle: Path | None) -> ssl.SSLContext:
    """A context that verifies chain and name, for HTTP and WebSocket alike."""
    return ssl.create_default_context(cafile=bundle)


def checked(bundle: Path | None) -> Path | None:
    """A file that holds authorities, or None where none is given.

    Raises:
        UsageError: it can't be read, or no certificate stands in it.
    """
    if bundle is None:
        return None
    try:
        found = context(bundle).get_ca_certs()
    except OSError as error:  # ssl.SSLError is one
        why = "no certificate can be read in it" if isinstance(error, ssl.SSLError) else error.strerror
        raise UsageError(f"--ca-bundle: {shown(bundle)}: {why}; give the authorities as PEM") from None
    if not found:
        raise UsageError(f"--ca-bundle: {shown(bundle)} holds no authority; give the authorities as PEM")
    return bundle
