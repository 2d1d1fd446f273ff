"""Whom the gate is tried on by name: the honest gateway, the lawful variants, the faults of the cabinet."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.core import Gateway
from gateway.faults import FAULTS
from gateway.server import EmbeddedGateway
from gateway.variants import VARIANTS
from suites.selftest.prove.trial import Subject

HONEST = "honest"


class UnknownError(ValueError):
    """A name that no gateway has."""


def lawful() -> tuple[str, ...]:
    """The names of all gateways that must not alarm anybody."""
    return HONEST, *VARIANTS


def subject(name: str) -> Subject:
    """The gateway of a name.

    Raises:
        UnknownError: there is none.
    """
    cores: dict[str, type[Gateway]] = {HONEST: Gateway, **VARIANTS, **FAULTS}
    if name not in cores:
        raise UnknownError(f"no fault and no variant is named {name}; python -m gateway --list-faults names them")
    core = cores[name]
    return Subject(name, lambda: EmbeddedGateway(core()), core.breaks)


def subjects(names: Sequence[str], times: int = 1) -> list[Subject]:
    """The gateways of some names, each lawful one so often.

    Raises:
        UnknownError: a name is nobody's.
    """
    known = [subject(name) for name in names]
    again = [each for each in known if not each.breaks] * (times - 1)
    return [*known, *again]
