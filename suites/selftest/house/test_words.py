"""What no file of the project says: the places and hosts of the machine it was written on."""

from __future__ import annotations

import re

from suites.selftest.house.tree import ROOT, files

PLACES = re.compile(r"(?<![\w.~-])/(?:wor[k]|roo[t]|home/\w+|Users/\w+|opt/\w+)/\w")
"""Absolute paths of one machine."""


def test_no_file_names_a_place_of_one_machine() -> None:
    found = []
    for path in files():
        text = (ROOT / path).read_bytes().decode("utf-8", "replace")
        found += [f"{path}:{text.count(chr(10), 0, hit.start()) + 1} names {hit[0]}" for hit in PLACES.finditer(text)]
    assert not found, "\n".join(found)
