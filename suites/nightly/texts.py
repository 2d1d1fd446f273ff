"""Texts that are almost a batch: a lawful body with something deleted, put in, cut off or written otherwise."""

from __future__ import annotations

from hypothesis import strategies as st

from suites.nightly.bodies import CHANCE
from suites.nightly.drafts import Draft
from suites.strategies.batches import entry, text_of

PIECES = (
    *(each.encode() for each in ",:{}[]\"'\\/ \t\n\r\v\f\x00\x01\x1b\x7f#;01-+.eE"),
    *(each.encode() for each in ("\u00a0", "\u2028", "\u3000", "\ufeff", "é", "/**/", "//", "#x\n", "<!--", "\\u0000")),
    *(
        each.encode()
        for each in ("null", "true", "NaN", "Infinity", "-Infinity", "undefined", "None", "True", "0x1", "01")
    ),
    *(
        each.encode()
        for each in ("1.", ".5", "+1", "1e", "\\x41", "\\'", "\\0", "\\v", "\\u12", "\\U00000041", "`", "''")
    ),
)
BAD_BYTES = (
    b"\xff", b"\xfe", b"\x80", b"\xbf", b"\xc0\xaf", b"\xc1\x81", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xed\xb0\x80",
    b"\xf0\x80\x80\xaf", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xc3", b"\xe2\x82", b"\xe9", b"\xa0",
)  # fmt: skip
TAILS = (
    b"x", b";", b",", b"}", b"]", b"\x00", b"{}", b"[]", b"null", b"\n{}", b" 1", b'"', b"\v", b"\xc2\xa0", b"//",
    b"/*",     b"\x1a", b"\xef\xbb\xbf", b"#", b"&x=1", b")", b"\xff", b"\\n", b"//x\n",
)  # fmt: skip
HEADS = (
    b",",
    b";",
    b"x",
    b"\x00",
    b"\xc2\xa0",
    b")]}',\n",
    b"while(1);",
    b"/**/",
    b"//x\n",
    b"#x\n",
    b"orders=",
    b"\x1e",
    b"=",
)
SWAPS = (
    (b'"', b"'"), (b'"orderId"', b"orderId"), (b'"orders"', b"orders"), (b":", b"="), (b",", b";"), (b",", b",,"),
    (b"]", b",]"), (b"}", b",}"), (b"[", b"[,"), (b"{", b"{,"), (b",", b""), (b":", b""), (b"]", b")"), (b"}", b""),
    (b":", b"::"), (b'"', b'""'), (b"}]", b"]}"), (b'"', b"`"), (b"{", b"("), (b'"', b"\xe2\x80\x9c"), (b":", b"=>"),
)  # fmt: skip
NUMBERS = (
    "01",
    "+1",
    "1.",
    ".5",
    "0x10",
    "1e",
    "-",
    "1_000",
    "NaN",
    "Infinity",
    "-Infinity",
    "undefined",
    "--1",
    "1,0",
)
CASES = ("True", "NULL", "nil", "None", "FALSE")


@st.composite
def broken(draw: st.DrawFn) -> Draft:
    """A lawful body that was changed in one way."""
    chance = draw(CHANCE)
    rows = [entry(f"nobody-{n}") for n in range(chance.choice((1, 1, 2, 20)))]
    body = text_of({"orders": rows})
    at = chance.randint(0, len(body))
    how = chance.choice(tuple(HOWS))
    if how == "cut":
        return Draft(body[:at], kind=HOWS[how])
    if how == "without":
        return Draft(body[:at] + body[at + 1 :], kind=HOWS[how])
    if how == "put in":
        return Draft(body[:at] + chance.choice(PIECES) + body[at:], kind=HOWS[how])
    if how == "bytes":
        place = chance.choice((at, _inside_string(body, chance.randint(1, len(rows)))))
        return Draft(body[:place] + chance.choice(BAD_BYTES) + body[place:], kind=HOWS[how])
    if how == "tail":
        return Draft(body + chance.choice(TAILS), kind=HOWS[how])
    if how == "twice":
        return Draft(body + chance.choice((b"", b"\n", b",", b" ")) + body, kind=HOWS[how])
    if how == "head":
        return Draft(chance.choice(HEADS) + body, kind=HOWS[how])
    if how == "swap":
        old, new = chance.choice(SWAPS)
        return Draft(body.replace(old, new, chance.choice((1, -1))), kind=HOWS[how])
    if how == "control":
        place = _inside_string(body, chance.randint(1, len(rows)))
        return Draft(body[:place] + bytes([chance.randrange(32)]) + body[place:], kind=HOWS[how])
    number = chance.choice((*NUMBERS, *CASES))
    where = chance.choice((b"}]}", b"]}"))
    end = {b"}]}": b',"x":%b}]}', b"]}": b'],"x":%b}'}[where] % number.encode()
    return Draft(body.removesuffix(where) + end, kind=HOWS[how])


HOWS = {
    "cut": "a text that was cut short",
    "without": "a text without one of its characters",
    "put in": "a text with something put in",
    "bytes": "a text with bytes that are no character",
    "tail": "a text with something behind it",
    "twice": "a text that stands twice",
    "head": "a text with something before it",
    "swap": "a text with other punctuation",
    "control": "a control character in a string",
    "literal": "a literal that JSON does not know",
}


def _inside_string(body: bytes, count: int) -> int:
    """A place in the so-manyth id."""
    place = 0
    for _ in range(count):
        place = body.index(b"nobody-", place) + len(b"nobody-") + 1
    return place
