"""What a newer document says otherwise is named, with the clauses that stand on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.document import FILE
from suites import drift

OURS = FILE.read_text(encoding="utf-8")


def _answer(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str], name: str = "new.yaml") -> tuple[int, str]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    status = drift.main([str(path)])
    shown = capsys.readouterr()
    return status, shown.out + shown.err


def test_our_own_document_is_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _answer(tmp_path, OURS, capsys) == (0, "The same promises.\n")


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("page.md", "# Title\n\n```yaml\n{}\n```\n"),
        ("indented.md", "<div>\n~~~yaml POST /v1\n{}\n~~~\n</div>\n"),
        ("page.html", "<html><pre class='x'><code>{}</code></pre></html>"),
    ],
)
def test_a_page_with_the_document_is_the_same(
    name: str, page: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = OURS.replace("&", "&amp;").replace("<", "&lt;") if name.endswith("html") else OURS
    assert _answer(tmp_path, page.replace("{}", text), capsys, name)[0] == 0


def test_the_version_and_the_order_of_required_members_are_no_promises(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = OURS.replace("v1.0.0", "v1.0.1").replace(
        "- orderId\n        - marketSlug", "- marketSlug\n        - orderId"
    )
    assert other != OURS
    assert _answer(tmp_path, other, capsys)[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "word", "clause"),
    [
        ("maxItems: 20", "maxItems: 50", "changed", "size.full"),
        ("          minItems: 1\n", "", "gone", "size.empty"),
        ("within 30 seconds", "within 5 seconds", "changed", "window.past-inside"),
        ("          minItems: 1\n", "          minItems: 1\n          uniqueItems: true\n", "new", "size.between"),
    ],
)
def test_a_changed_promise_names_its_clauses(
    old: str, new: str, word: str, clause: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert old in OURS
    status, shown = _answer(tmp_path, OURS.replace(old, new), capsys)
    assert status == 1
    assert shown.startswith(word)
    assert clause in shown


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nothing here", "holds no OpenAPI document"),
        ("openapi: [", "holds no OpenAPI document"),
        ("openapi: 3.0.1\npaths: {}\n", "says nothing of /v1/orders/batched/cancel"),
        ("openapi: 3.0.1\npaths:\n  /v1/orders/batched/cancel: &a\n    x: *a\n", "deeper than"),
    ],
)
def test_what_is_no_such_document_is_told_in_a_sentence(
    text: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, shown = _answer(tmp_path, text, capsys)
    assert status == drift.USAGE_EXIT
    assert why in shown
    assert shown.count("\n") == 1
