"""What no HTTP library sends: a request in pieces, and header bytes and names at the edges of the grammar.

All goes over a plain socket (`Framing.SPLIT`, `Framing.RAW`), and plans and reports say so. Pieces are TCP's matter, so
the batch must be taken; headers that the grammar allows may be refused, but never make a 5xx, silence or a torn answer.
Two things are left out, for a lawful gateway may end either without an answer: a connection whose sending half was
closed, and a second request before the first one's answer.
"""

from __future__ import annotations

from hypothesis import strategies as st

from contracts.messages import JSON_TYPE, Framing, Label, Plan
from suites.nightly.bodies import CHANCE
from suites.nightly.doors import lawful

REFUSALS = (200, 400, 431)
TOKENS = "!#$%&'*+-.^_`|~"
"""What a header's name may hold beside letters and digits: RFC 9110, 5.6.2."""
ODD_HEADERS = {
    "bytes beyond ASCII in a header that means nothing": st.sampled_from(
        ("\udce9t\udce9", "café", "\udcff\udcfe", "\udc80", "日本")
    ).map(lambda value: (("X-Nobody", value),)),
    "a tab in a header that means nothing": st.just((("X-Nobody", "a\tb"),)),
    "an empty header that means nothing": st.just((("X-Nobody", ""),)),
    "a header's name with punctuation": st.text(TOKENS, min_size=1, max_size=4).map(lambda name: (("X" + name, "1"),)),
    "many headers that mean nothing": st.integers(10, 60).map(
        lambda count: tuple((f"X-Nobody-{number}", "1") for number in range(count))
    ),
    "a header that means nothing, several times": st.integers(2, 9).map(lambda count: (("X-Nobody", "1"),) * count),
}


@st.composite
def framings(draw: st.DrawFn) -> Plan:
    """A lawful batch in pieces, or with an odd header."""
    chance = draw(CHANCE)
    body = lawful(chance.choice((1, 2, 19, 20)))
    if not chance.randrange(12):  # it takes as long as ten others
        return Plan("reply.taken/", "reply.taken", kind="a request in pieces", body=body, framing=Framing.SPLIT)
    kind = chance.choice(tuple(ODD_HEADERS))
    headers = (JSON_TYPE, *draw(ODD_HEADERS[kind]))
    clause = "robustness.no-5xx"
    open_ = {"label": Label.OPEN, "answers": REFUSALS, "probes": ("robustness.answers", "robustness.whole-answers")}
    return Plan(f"{clause}/", clause, kind=kind, body=body, headers=headers, framing=Framing.RAW, **open_)  # type: ignore[arg-type]  # a mixed dict
