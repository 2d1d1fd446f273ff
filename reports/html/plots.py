"""Two small plots of a run, as paths in a box of 1000 by 100 that the page stretches; labels are text beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from contracts.messages import Exchange
from reports import witness
from reports.results import History, Point, Result

WIDTH, HEIGHT = 1000, 100
POINTS_MAX = 800
BINS = 60
KINDS = ("taken", "refused", "void", "unanswered")
STEPS = (1, 2, 5)
TREND = ("holds", "violated", "unsure")
TREND_LEAST = 4.0
"""Broken promises up to which the trend always reaches."""
TREND_LOW = 0.04
LEAST_MS = 0.01
"""Quicker answers are drawn as if they took this long."""


@dataclass(frozen=True, slots=True)
class Series:
    """A path of one kind, drawn as dots or bars, and how many exchanges it stands for."""

    kind: str
    path: str
    count: int


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot: its series, its labels, and in a sentence what it shows."""

    title: str
    mark: str
    """How its paths are drawn: `dots` or `bars`."""
    series: tuple[Series, ...]
    top: str
    middle: str
    bottom: str
    """Labels of the upper edge, the middle and the lower edge."""
    axis: tuple[str, str, str]
    """Labels of the beginning, the middle and the end of time."""
    sentence: str


def plots(exchanges: Sequence[Exchange]) -> tuple[Plot, ...]:
    """Latency and requests over time; none where fewer than two exchanges were recorded."""
    usable = (each for each in exchanges if each.sent_ms > 0 and 0 <= each.elapsed_ms < math.inf)
    timed = sorted(usable, key=lambda each: each.sent_ms)
    if len(timed) < 2 or timed[-1].sent_ms == timed[0].sent_ms:
        return ()
    return _latency(timed), _rate(timed)


def kind(exchange: Exchange) -> str:
    """What became of a request, in one word."""
    if exchange.reply is None:
        return "unanswered"
    if exchange.void:
        return "void"
    return "taken" if 200 <= exchange.reply.status < 300 else "refused"


def _latency(timed: Sequence[Exchange]) -> Plot:
    values = sorted(each.elapsed_ms for each in timed)
    low, high = _decades(values[0], values[-1])
    span = timed[-1].sent_ms - timed[0].sent_ms
    shown = _sample(timed)
    series = []
    for name in KINDS:
        dots = [
            f"M{(each.sent_ms - timed[0].sent_ms) / span * WIDTH:.1f} {_height(each.elapsed_ms, low, high):.1f}h0"
            for each in shown
            if kind(each) == name
        ]
        count = sum(kind(each) == name for each in timed)
        if count:
            series.append(Series(name, "".join(dots), count))
    cuts = quantiles(values, n=20, method="inclusive")
    usual, most = _ms(cuts[9]), _ms(cuts[18])
    sentence = f"Half of the answers came within {usual}, 95 % within {most}; the slowest took {_ms(values[-1])}."
    if len(shown) < len(timed):
        sentence += f" Drawn are the quickest and the slowest of each stretch, {len(shown):,} of {len(timed):,}."
    return Plot(
        "Time to the answer",
        "dots",
        tuple(series),
        _ms(10**high),
        _ms(10 ** ((low + high) / 2)),
        _ms(10**low),
        _axis(span),
        sentence,
    )


def _axis(span_ms: float) -> tuple[str, str, str]:
    return "0 s", f"{span_ms / 2000:.1f} s", f"{span_ms / 1000:.1f} s"


def trend(history: History | None) -> Plot | None:
    """Promises broken, run by run; None where there is no run before this one.

    A run without a broken promise is a low bar, so that it is told from one that is not there.
    """
    if history is None or len(history.points) < 2:
        return None
    points = history.points
    top = max(TREND_LEAST, *(each.broken for each in points))
    series = []
    for name in TREND:
        heights = [
            (max(each.broken, top * TREND_LOW) if kind_of(each) == name else 0.0) / top * HEIGHT for each in points
        ]
        path, _ = _bars(heights, [0.0] * len(points), len(points), 1.0)
        if path:
            series.append(Series(name, path, sum(each > 0 for each in heights)))
    unsure = sum(kind_of(each) == "unsure" for each in points)
    sentence = f"{len(points):,} runs; the last one has {witness.counted(points[-1].broken, 'promise')} broken."
    sentence += f" {witness.counted(unsure, 'run')} could say nothing." if unsure else ""
    first, middle, last = (each.started[:10] for each in (points[0], points[len(points) // 2], points[-1]))
    return Plot(
        "Promises broken, run by run",
        "bars",
        tuple(series),
        f"{top:g}",
        f"{top / 2:g}",
        "0",
        (first, middle, last),
        sentence,
    )


def kind_of(point: Point) -> str:
    """What a run said, in one word of `TREND`."""
    if point.broken:
        return "violated"
    return "holds" if point.result is Result.HOLDS else "unsure"


def _decades(least: float, most: float) -> tuple[int, int]:
    """The powers of ten around some milliseconds: one late answer must not press all others flat."""
    low = math.floor(math.log10(max(least, LEAST_MS)))
    return low, max(low + 1, math.ceil(math.log10(max(most, LEAST_MS))))


def _height(elapsed_ms: float, low: int, high: int) -> float:
    return HEIGHT * (high - math.log10(max(elapsed_ms, LEAST_MS))) / (high - low)


def _sample(timed: Sequence[Exchange]) -> list[Exchange]:
    """All, or of each stretch of a long run the quickest and the slowest."""
    if len(timed) <= POINTS_MAX:
        return list(timed)
    size = -(-len(timed) * 2 // POINTS_MAX)
    stretches = [timed[start : start + size] for start in range(0, len(timed), size)]
    return [pick(part, key=lambda each: each.elapsed_ms) for part in stretches for pick in (min, max)]


def _rate(timed: Sequence[Exchange]) -> Plot:
    begin, span = timed[0].sent_ms, timed[-1].sent_ms - timed[0].sent_ms
    bins = min(BINS, max(1, span // 1000))
    width = span / bins
    counted: dict[str, list[int]] = {name: [0] * bins for name in KINDS}
    for each in timed:
        counted[kind(each)][min(bins - 1, int((each.sent_ms - begin) / width))] += 1
    top = _ceiling(max(sum(column) for column in zip(*counted.values(), strict=True)) / width * 1000)
    floor = [0.0] * bins
    series = []
    for name in KINDS:
        path, floor = _bars(counted[name], floor, bins, HEIGHT / top / width * 1000)
        if path:
            series.append(Series(name, path, sum(counted[name])))
    mean = len(timed) / span * 1000
    sentence = f"{len(timed):,} exchanges in {span / 1000:.1f} s, {mean:.1f} a second on average."
    return Plot("Requests a second", "bars", tuple(series), f"{top:g}/s", f"{top / 2:g}/s", "0", _axis(span), sentence)


def _bars(counts: Sequence[float], floor: list[float], bins: int, scale: float) -> tuple[str, list[float]]:
    """The bars of one kind standing on those below, as one path, and where the next kind stands."""
    step = WIDTH / bins
    parts, ceiling = [], []
    for place, (count, base) in enumerate(zip(counts, floor, strict=True)):
        high = count * scale
        ceiling.append(base + high)
        if count:
            left = place * step + step * 0.1
            parts.append(f"M{left:.1f} {HEIGHT - base:.1f}h{step * 0.8:.1f}v{-high:.1f}h{-step * 0.8:.1f}z")
    return "".join(parts), ceiling


def _ceiling(value: float) -> float:
    """The next round number: 1, 2 or 5 times a power of ten."""
    scale = 1e-3
    while True:
        for step in STEPS:
            if step * scale >= value:
                return step * scale
        scale *= 10


def _ms(value: float) -> str:
    if value >= 1000:
        return f"{value / 1000:.3g} s"
    return f"{value:.3g} ms"
