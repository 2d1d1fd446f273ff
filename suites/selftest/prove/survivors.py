"""What became of the mutants, and which survivors are explained: what is changed there, no promise is about."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from suites.selftest.prove.mutants import Mutant
from suites.selftest.prove.trial import Said, Trial

FILE = Path(__file__).with_name("survivors.toml")
ENDS = {
    Said.VIOLATED: "killed",
    Said.UNUSABLE: "killed",
    Said.HOLDS: "survived",
    Said.BROKEN: "broken",
    Said.HUNG: "hung",
    Said.UNBORN: "unborn",
}
"""What became of a mutant by what the gate said: killed where it does not say that it holds."""


class ExplanationError(ValueError):
    """An entry of the file says too little or too much; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why some mutants may survive; a member that is empty fits all."""

    reason: str
    file: str
    where: str = ""
    """The function or class, or one that it is in."""
    text: str = ""
    """How the line in the file begins."""
    operator: str = ""
    before: str = ""
    after: str = ""

    @property
    def name(self) -> str:
        """What it is about, for a reader."""
        parts = (self.file, self.where, self.text, self.operator, self.before and f"{self.before} →", self.after)
        return " ".join(filter(None, parts))

    def fits(self, mutant: Mutant) -> bool:
        """Whether it is about this mutant."""
        return (
            mutant.file == self.file
            and f"{mutant.where}.".startswith(f"{self.where}." if self.where else "")
            and mutant.text.startswith(self.text)
            and self.operator in ("", mutant.operator)
            and self.before in ("", mutant.before)
            and self.after in ("", mutant.after)
        )


def explanations(text: str) -> list[Explanation]:
    """The entries of the file.

    Raises:
        ExplanationError: an entry lacks file or reason, or has a member that is none.
    """
    found = []
    known = {each.name for each in fields(Explanation)}
    for number, table in enumerate(tomllib.loads(text).get("survivor", ()), 1):
        wrong = sorted({"file", "reason"} - set(table)) or sorted(set(table) - known)
        if wrong or not all(isinstance(each, str) for each in table.values()):
            raise ExplanationError(
                f"{FILE.name}: entry {number} needs file and reason, and may have {', '.join(sorted(known))},"
                f" each a string; look at {', '.join(wrong) or 'its values'}"
            )
        found.append(Explanation(**table))
    return found


def about(explained: Sequence[Explanation], everyone: Sequence[Mutant]) -> list[Explanation]:
    """The explanations of mutants of the same files: the gateway's and the judges' stand in one file."""
    files = {each.file for each in everyone}
    return [each for each in explained if each.file in files]


@dataclass(frozen=True, slots=True)
class Census:
    """What became of some mutants."""

    tried: Mapping[Mutant, Trial]
    explained: Sequence[Explanation]
    everyone: Sequence[Mutant]
    """All mutants that there are, for an explanation may be of one that was not drawn."""

    def ended(self, end: str) -> list[Mutant]:
        """Those that ended so."""
        return [each for each, trial in self.tried.items() if ENDS[trial.said] == end]

    @property
    def unexplained(self) -> list[Mutant]:
        """Survivors that nobody has explained."""
        return [each for each in self.ended("survived") if not any(entry.fits(each) for entry in self.explained)]

    @property
    def stale(self) -> list[tuple[Explanation, str]]:
        """Explanations that explain nothing any more, and why."""
        survived = self.ended("survived")
        found = []
        for entry in self.explained:
            tried = [each for each in self.tried if entry.fits(each)]
            if not any(entry.fits(each) for each in self.everyone):
                found.append((entry, "there is no such mutant any more"))
            elif tried and not any(each in survived for each in tried):
                found.append((entry, "it does not survive any more"))
        return found

    @property
    def right(self) -> bool:
        """Whether every mutant was killed or explained, and every explanation is needed."""
        return not (self.unexplained or self.stale or self.ended("broken"))


def told(census: Census) -> Iterator[str]:
    """The census for the terminal."""
    counted = Counter(ENDS[trial.said] for trial in census.tried.values())
    for mutant in census.unexplained:
        yield f"SURVIVOR {mutant.name}\n           in {mutant.where or 'the module'}: {mutant.text}"
    for word in ("broken", "hung"):
        for mutant in census.ended(word):
            yield f"{word.upper():8} {mutant.name}\n           {census.tried[mutant].fault}"
    for entry, why in census.stale:
        yield f"STALE    {entry.name}: {why}; take it out of {FILE.name}"
    ends = ", ".join(f"{counted[word]} {word}" for word in ("killed", "survived", "unborn", "hung", "broken"))
    explained = counted["survived"] - len(census.unexplained)
    yield (
        f"{len(census.tried)} of {len(census.everyone)} mutants: {ends};"
        f" of the survivors {explained} are explained, {len(census.unexplained)} are not"
    )
