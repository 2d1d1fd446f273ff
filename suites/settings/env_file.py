"""Variables from a file of KEY=VALUE lines: what can be changed while a run goes on, which the environment can't.

Quotes, `export` and comments are for shells that read the same file. No value of it is ever shown or written.
"""

from __future__ import annotations

import re
from pathlib import Path

from suites.settings.given import shown, text_of
from suites.target import UsageError

LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'#]*))\s*(?:#.*)?")


def variables(path: Path) -> dict[str, str]:
    """What a file sets.

    Raises:
        UsageError: it can't be read, or a line sets nothing; the sentence has the line's number and never its text.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(text_of(path).splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = LINE.fullmatch(line.strip())
        if match is None:
            raise UsageError(f"{shown(path)}: line {number} is not KEY=VALUE; write it so")
        found[match[1]] = next((each for each in match.groups()[1:] if each is not None), "")
    return found
