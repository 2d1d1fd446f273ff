"""Texts that are almost a batch: what is not JSON, and what JSON leaves to its readers."""

from __future__ import annotations

from collections.abc import Iterator

NOT_JSON: dict[str, str] = {
    "a second value on a line of its own": "{batch}\n{batch}",
    "a vertical tab behind the value": "{batch}\v",
    "a comma behind the last entry": '{{"orders":[{entry},]}}',
    "a comment to the end of the line": '{{"orders":[{entry}]}}// all of them',
    "a comment before the value": "/* all of them */{batch}",
    "NaN in an unknown member": '{{"orders":[{entry}],"x":NaN}}',
    "a number with a leading zero": '{{"orders":[{entry}],"x":01}}',
    "single quotes": "{{'orders':[{{'orderId':'{id}','marketSlug':'{market}'}}]}}",
    "a plus sign before a number": '{{"orders":[{entry}],"x":+1}}',
    "TRUE in an unknown member": '{{"orders":[{entry}],"x":TRUE}}',
    "a comma before the first entry": '{{"orders":[,{entry}]}}',
    "a NUL behind the value": "{batch}\0",
    "a tab in a string": '{{"orders":[{{"orderId":"{id}\t","marketSlug":"{market}"}}]}}',
    "a line feed in a string": '{{"orders":[{{"orderId":"{id}\n","marketSlug":"{market}"}}]}}',
}


def not_json(order_id: str, market: str) -> Iterator[tuple[str, bytes]]:
    """Every kind of text that is not JSON around one lawful entry: (kind, bytes)."""
    open_entry = f'{{"orderId":"{order_id}","marketSlug":"{market}"'
    entry = open_entry + "}"
    values = {
        "id": order_id,
        "market": market,
        "open_entry": open_entry,
        "entry": entry,
        "batch": f'{{"orders":[{entry}]}}',
    }
    for kind, template in NOT_JSON.items():
        yield kind, template.format(**values).encode()


NOT_UTF_8: dict[str, bytes] = {
    "a byte that no character has": b"\xff",
    "two surrogates in three bytes each": b"\xed\xa0\xbd\xed\xb8\x80",
    "a slash in two bytes": b"\xc0\xaf",
}


def spaced(order_ids: list[str], market: str) -> bytes:
    """A batch with every kind of white space between and around all tokens."""
    entries = [f' {{\n\t"orderId" \r\n: "{order_id}"\t,\r"marketSlug"  :\n"{market}" }} ' for order_id in order_ids]
    return ('\n \r\n\t{ \n"orders"\t:\r\n [\n' + "\n,\r".join(entries) + "\t] \n}\r\n \t\n").encode()


def escaped(text: str, *, upper: bool = False) -> str:
    """Every character of a text as a JSON escape."""
    return "".join(f"\\u{ord(char):04X}" if upper else f"\\u{ord(char):04x}" for char in text)
