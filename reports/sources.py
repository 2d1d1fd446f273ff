"""Where a clause stands, as a link that a reader can follow."""

from __future__ import annotations

import re

DOCUMENT = "contracts/orders.openapi.yaml"
SCAFFOLDING = frozenset({"components", "schemas", "properties", "securitySchemes", "description", "paths"})
"""Parts of a pointer that tell a person nothing."""
SEPARATOR = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
PROTOBUF = "Protocol Buffers, JSON mapping"
PROTOBUF_URL = "https://protobuf.dev/programming-guides/json/"
STANDARD = re.compile(r"RFC (?P<number>\d+)(?:, (?P<section>[\d.]+))?")


def url(source: str) -> str | None:
    """The address of a source: a pointer into the document, or a section of a standard; None where it is neither."""
    if source.startswith("#/"):
        return DOCUMENT + source
    if source == PROTOBUF:
        return PROTOBUF_URL
    found = STANDARD.fullmatch(source)
    if found is None:
        return None
    section = f"#section-{found['section']}" if found["section"] else ""
    return f"https://www.rfc-editor.org/rfc/rfc{found['number']}{section}"


def words(source: str) -> str:
    """The source as a person reads it: the telling end of a pointer, or the standard's own name."""
    if not source.startswith("#/"):
        return source
    parts = [part.replace("~1", "/").replace("~0", "~") for part in source[2:].split("/")]
    telling = [part for part in parts if part not in SCAFFOLDING]
    return "document: " + SEPARATOR.join(telling[-3:] or parts[-1:])
