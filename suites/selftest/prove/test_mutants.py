"""Mutants: what the operators change, what they leave alone, and that a changed gateway really is another one."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Sequence

import pytest

from suites.selftest.prove import judges, mutants, running, survivors
from suites.selftest.prove.mutants import Mutant
from suites.selftest.prove.operators import OPERATORS, changes
from suites.selftest.prove.subjects import subjects
from suites.selftest.prove.survivors import Census, Explanation, ExplanationError, explanations
from suites.selftest.prove.trial import Said, Subject, Trial

CHANGED = {
    "x = a < b <= c": ["comparison a <= b <= c", "comparison a < b < c"],
    "x = a == b": ["comparison a != b"],
    "x = a not in b": ["comparison a in b"],
    "x = 20": ["boundary 21", "boundary 19"],
    "x = True": ["constants swapped False"],
    "if a < b: pass": ["comparison a <= b", "negation not a < b"],
    "if a == b: pass": ["comparison a != b"],
    "while a: pass": ["negation not a"],
    "x = [y for y in z if y]": ["negation not y"],
    "x = a if not b else c": ["not removed b"],
    "x = a and b": ["and/or a or b"],
    "f()": ["statement dropped pass"],
    "raise ValueError": ["statement dropped pass"],
    "a.b = c": ["statement dropped pass"],
    "x += y": ["statement dropped pass"],
    "x = 'ab'": ["text 'a'"],
    "x = b''": ["text b'x'"],
    "x = f(2.5, 1.5)": ["constants swapped f(1.5, 2.5)"],
    "x = a.startswith((2.5, 1.5))": [],
    "x = a in (2.5, 1.5)": ["comparison a not in (2.5, 1.5)"],
    "x = f'{a:>x}'": [],
    "def f() -> bool: return a": ["return return True", "return return False"],
    "def f() -> bool: return True": ["constants swapped False"],
    "def f() -> str: return a": ["return return None", "return return ''"],
    "def f() -> str: return ''": ["return return None", "text 'x'"],
    "def f() -> A: return a": ["return return None"],
    "def f(): return": [],
    "def f(x: Literal['a']) -> 'b':\n    'what it does'": [],
    "@d(True)\nclass A:\n    x: 'int'\n    'what it is'": [],
    "if TYPE_CHECKING: x = 1": [],
    "from a import b": [],
}


@pytest.mark.parametrize("source", CHANGED)
def test_a_program_is_changed_so_and_not_otherwise(source: str) -> None:
    assert [f"{each.operator} {each.after}" for each in changes(ast.parse(source))] == CHANGED[source]


def test_each_operator_is_shown_by_an_example() -> None:
    assert {each.operator for source in CHANGED for each in changes(ast.parse(source))} == set(OPERATORS)


@pytest.fixture(scope="module")
def everyone() -> list[Mutant]:
    return mutants.every()


def test_every_mutant_has_a_name_of_its_own_and_says_where_it_is(everyone: list[Mutant]) -> None:
    assert len({each.name for each in everyone}) == len(everyone) > 1000
    assert {each.file for each in everyone} >= {"gateway/auth.py", "gateway/batch.py", "gateway/core.py"}
    assert not [each for each in everyone if "/faults/" in each.file or "/variants/" in each.file]
    sources = {each.file: (mutants.FOLDER.parent / each.file).read_text("utf-8").splitlines() for each in everyone}
    assert all(sources[each.file][each.line - 1].strip() == each.text for each in everyone)


def test_every_mutant_compiles_and_one_differs_from_the_next(everyone: list[Mutant]) -> None:
    some = [each for each in everyone if each.file == "gateway/auth.py"]
    codes = [each.code() for each in some]
    assert not [one.name for one, (a, b) in zip(some, itertools.pairwise(codes), strict=False) if a == b]


def test_more_mutants_are_the_same_and_some_more(everyone: list[Mutant]) -> None:
    few, many = mutants.drawn(everyone, 20, 1), mutants.drawn(everyone, 60, 1)
    assert len(few) == 20
    assert set(few) < set(many)
    assert set(few) != set(mutants.drawn(everyone, 20, 2))
    elsewhere = [each for each in everyone if each.file != "gateway/book.py"]  # as if that were changed
    assert {each for each in many if each in elsewhere} < set(mutants.drawn(elsewhere, 60, 1))


def limit_of(subject: Subject) -> Trial:
    """In place of a trial: the limit that the gateway has."""
    return Trial(subject.name, "", Said.HOLDS, requests=subject.serve().core.settings.batch_limit)


def test_a_mutant_is_the_gateway_with_the_change_and_nothing_here_is_changed(everyone: list[Mutant]) -> None:
    changed = [each for each in everyone if each.text == "batch_limit: int = 20"]
    tried = running.run([each.subject() for each in changed], limit_of)
    assert {each.name.rpartition(" ")[2]: each.requests for each in tried} == {"21": 21, "19": 19}
    assert [each.requests for each in running.run(subjects(["honest"]), limit_of)] == [20]


# --- survivors --------------------------------------------------------------------------------------------------------

SOURCE = "class A:\n    def f(self) -> int:\n        return 7\n\n    def g(self) -> str:\n        return 'x'\n"
MADE = mutants.of("gateway/a.py", SOURCE)
ANY = {"reason": "nobody can see it", "file": "gateway/a.py"}


@pytest.mark.parametrize(
    ("more", "fitting"),
    [
        ({}, 7),
        ({"where": "A"}, 7),
        ({"where": "A.f"}, 4),
        ({"where": "A.fg"}, 0),
        ({"text": "return"}, 7),
        ({"text": "return 'x'"}, 3),
        ({"operator": "boundary"}, 2),
        ({"operator": "boundary", "after": "8"}, 1),
        ({"before": "return 7"}, 2),
        ({"file": "gateway/b.py"}, 0),
    ],
)
def test_an_explanation_is_about_what_it_names(more: dict[str, str], fitting: int) -> None:
    assert sum(Explanation(**(ANY | more)).fits(each) for each in MADE) == fitting


def census(ends: Sequence[Said], *entries: Explanation) -> Census:
    """What became of the first mutants of the made-up file, in their order."""
    tried = {each: Trial(each.name, "", said) for each, said in zip(MADE, ends, strict=False)}
    return Census(tried, entries, MADE)


def test_only_what_is_said_to_hold_has_survived() -> None:
    whole = census(list(Said))
    assert {word: len(whole.ended(word)) for word in ("killed", "survived", "broken", "hung", "unborn")} == {
        "killed": 2,
        "survived": 1,
        "broken": 1,
        "hung": 1,
        "unborn": 1,
    }
    assert not whole.right


def test_a_survivor_wants_an_explanation() -> None:
    ends = [Said.HOLDS, Said.HOLDS, Said.VIOLATED]
    assert census(ends).unexplained == MADE[:2]
    explained = census(ends, Explanation(**(ANY | {"before": "return 7"})))
    assert explained.right
    assert list(survivors.told(explained))[-1].endswith("of the survivors 2 are explained, 0 are not")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"text": "return 8"}, "there is no such mutant any more"),
        ({"operator": "boundary", "after": "8"}, "it does not survive any more"),
        ({"where": "A.g"}, None),  # none of those was drawn
        ({"where": "A.f"}, None),  # one of them survives
    ],
)
def test_an_explanation_that_explains_nothing_is_stale(more: dict[str, str], why: str | None) -> None:
    entry = Explanation(**(ANY | more))
    whole = census([Said.HOLDS, Said.HOLDS, Said.VIOLATED], Explanation(**(ANY | {"before": "return 7"})), entry)
    assert whole.stale == ([(entry, why)] if why else [])
    assert whole.right is (why is None)


@pytest.mark.parametrize(
    "text",
    [
        "[[survivor]]\nfile = 'gateway/a.py'",
        "[[survivor]]\nreason = 'none'",
        "[[survivor]]\nfile = 'a'\nreason = 'b'\nline = 'c'",
        "[[survivor]]\nfile = 'a'\nreason = 'b'\ntext = 1",
    ],
)
def test_an_entry_that_says_too_little_or_too_much_is_told(text: str) -> None:
    with pytest.raises(ExplanationError, match="entry 1 needs file and reason"):
        explanations(text)


def test_the_explanations_are_of_mutants_that_there_are(everyone: list[Mutant]) -> None:
    entries = explanations(survivors.FILE.read_text(encoding="utf-8"))
    of_judges = judges.every()
    assert [each.name for each in entries if not any(each.fits(mutant) for mutant in everyone + of_judges)] == []
    shares = [survivors.about(entries, each) for each in (everyone, of_judges)]
    assert all(shares)
    assert sum(map(len, shares)) == len(entries)
