"""Identifiers: what an id may look like, and what programs do to strings that look like it.

Each hazard stands beside its neighbours (what it would be mistaken for), so that a batch of them shows any folding,
trimming, converting or deduplicating in its echo.
"""

from __future__ import annotations

# Plain by the document's reading: 1 to 128 of ASCII letters, digits and . _ : -
NUMBERS = (
    "0",
    "00",
    "007",
    "7",
    "7.0",
    "7.00",
    "1e3",
    "1000",
    "1E3",
    "-1",
    "-0",
    "0x1F",
    "31",
    "9007199254740993",
    "9007199254740992",
    "18446744073709551616",
    "9223372036854775808",
    "123456789012345678901234567890",
    "1.0000000000000000001",
    "0.1",
)
WORDS = (
    "null",
    "NULL",
    "true",
    "True",
    "false",
    "NaN",
    "Infinity",
    "-Infinity",
    "undefined",
    "None",
    "__proto__",
    "constructor",
    "urn:uuid:550e8400-e29b-41d4-a716-446655440000",
    "ends-with:",
    "yes",
    "no",
    "1_000",
    "ORDER-123",  # it stands in another batch in another case
    "orderId",
    "marketSlug",
)
ALIKE = (
    "abc-DEF",
    "abc-def",
    "ABC-DEF",
    "Abc-Def",
    "abc-de",
    "abc-def-",
    "-abc-def",
    "abc_def",
    "abc.def.",
    "abc:def",
    "abc--def",
    "a",
    "A",
    "aa",
    "z",
    "Z",
    ".",
    "..",
    "-",
    "_",
)
SHAPES = (
    "550e8400-e29b-41d4-a716-446655440000",
    "550E8400-E29B-41D4-A716-446655440000",
    "00000000-0000-0000-0000-000000000000",
    "550e8400e29b41d4a716446655440000",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "2026-11-24",
    "2026-11-24T10:00:00Z",
    "2026-11-24T10:00:00.50Z",
    "12:30:00",
    "10.0.0.1",
    "::1",
    "order-123",
    "order:123",
    "union-select-drop-table",
    "-rf",
    "--help",
    "x" * 36,
    "y" * 64,
    "z" * 127 + "0",
    "Z" * 128,
)
PLAIN = {
    "ids that look like numbers": NUMBERS,
    "ids that look like words of programming languages": WORDS,
    "ids that differ in case, length or punctuation only": ALIKE,
    "ids that look like UUIDs, dates, addresses, options, and the longest": SHAPES,
}

# On these the document is silent: taken to the letter, or refused.
UNICODE = (
    "é",
    "e\u0301",
    "ß",
    "SS",
    "ı",
    "İ",
    "ﬁ",
    "fi",
    "１２３",
    "123",
    "Ω",
    "Ω",
    "日本語\ue000\ufe0f\u1112\u1161",
    "שלום",
    "a\u200bb",
    "a\u202eb\u00ad\u2013\u2019",
    "\ufeffa",
    "😀",
    "👩\u200d👩\u200d👧",
    "a\u2028b\uffff",
)
MARKUP = (
    "<b>a</b>",
    "&lt;b&gt;",
    "&amp;",
    "&",
    "a<b>c",
    '"quoted"',
    "'single'",
    "back\\slash\\0\\\\\\u0041",
    "http://sla/sh",
    "a+b",
    "a%20b",
    "%00",
    "${x}",
    "a" * 40 + "!",
    "a$&b$'c",
    "`x`",
    "a, b",
    "a;b",
    "{x}",
    "a=b?c#d",
    "%s%d",
    "{}",
    "*",
    "%",
    "../x",
)
CONTROL = ("a\tb", "a\r\nb", "a\rb", "a\x0cb", "a\x7fb\x85", "a\x1fb", "a\x08b", "a\x1b[31mb", "a\x00b", "\x00")
"""Those that the most gateways refuse stand last, here and below: refused, a batch is asked again by its halves."""
BLANK = (" a", "a ", "a b", "a  b", "\u00a0a", "a\u3000", "b\u00a0", "c\ufeff", " ", "  ")
LATIN = ("é", "ß", "ÿ", "£7", "naïve")
"""What Latin-1 can write as well: whoever answers in it is not found out by the rest of Unicode."""
SURROGATES = ("\ud800", "a\udc00b", "\ude00\ud83d")
LONG = ("l" * 129, "m" * 255, "n" * 256, ("😀" * 40 + "o") * 12 + "o" * 28)
"""The last of 1,000 UTF-16 units: wherever a text is cut into blocks, a pair is cut in two."""
ODD: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ids outside ASCII": (("unicode-ids",), UNICODE),
    "ids with markup and punctuation, and of Latin-1": (("markup-ids", "unicode-ids"), (*MARKUP[:15], *LATIN)),
    "ids with control characters and white space": (("control-ids", "blank-ids"), (*CONTROL, *BLANK)),
    "empty and very long ids, with punctuation, and with the escape of a lone surrogate": (
        ("surrogate-ids", "long-ids", "empty-strings", "markup-ids"),
        (*SURROGATES, *LONG, "", *MARKUP[15:]),
    ),
}
"""What is asked of them at once, with the questions: where all are taken, each is answered."""
ODD_SLUGS = ("UPPER-CASE", "under_score", "dot.ted", "sp ace's", "nul\x00", "é-😀", "a/b", "-", "a" * 300, "a%20b", "")

SLUGS = ("a", "0", "nobody-1", "1-2-3", "0-b-c-d-e", "nobody-" + "y" * 93, "null", "true", "2026-11-24")
"""Plain slugs that nobody has."""
