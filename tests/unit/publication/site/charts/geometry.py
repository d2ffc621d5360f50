"""Reading a chart back: every place it draws at, and every box its text takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from insight_pipeline.publication.site.charts.model import Chart
from insight_pipeline.publication.site.charts.text import SIZE, width_of

_TOKEN = re.compile(r"[A-Za-z]|-?\d+(?:\.\d+)?")
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "A": 7, "Z": 0}


@dataclass(frozen=True)
class Words:
    """One text and the box it takes at most."""

    said: str
    kind: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Words) -> bool:
        across = self.left < other.right - 0.05 and other.left < self.right - 0.05
        return across and self.top < other.bottom - 0.05 and other.top < self.bottom - 0.05


def pictures(chart: Chart) -> list[etree._Element]:
    """The <svg> elements of a chart: two layouts, or one."""
    root = etree.fromstring(chart.svg)
    return [root] if root.tag == "svg" else list(root)


def of_kind(picture: etree._Element, kind: str) -> list[etree._Element]:
    return [each for each in picture.iter() if kind in each.get("class", "").split()]


def size(picture: etree._Element) -> tuple[float, float]:
    left, top, width, height = map(float, picture.get("viewBox").split())
    assert (left, top) == (0, 0)
    return width, height


def places(picture: etree._Element) -> Iterator[tuple[float, float]]:
    """Every place that is drawn at, copies of shared paths among them."""
    shared = {each.get("id"): each.get("d") for each in picture.iterfind("defs/path")}
    for each in picture.iter("path", "rect", "use"):
        if each.getparent().tag == "defs":
            continue
        x, y = float(each.get("x", 0)), float(each.get("y", 0))
        if each.tag == "rect":
            yield x, y
            yield x + float(each.get("width")), y + float(each.get("height"))
            continue
        data = each.get("d") if each.tag == "path" else shared[each.get("href")[1:]]
        yield from ((x + across, y + down) for across, down in walked(data))


def walked(data: str) -> Iterator[tuple[float, float]]:
    """The places on a path of the commands M, L, H, V, C, A and Z, absolute and relative."""
    tokens, x, y, command = _TOKEN.findall(data), 0.0, 0.0, ""
    start = (0.0, 0.0)
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
        count = _TAKES[command.upper()]
        taken, tokens = [float(each) for each in tokens[:count]], tokens[count:]
        before = (x, y) if command.islower() else (0.0, 0.0)
        match command.upper():
            case "Z":
                x, y = start
            case "H":
                x = before[0] + taken[0]
            case "V":
                y = before[1] + taken[0]
            case _:
                x, y = before[0] + taken[-2], before[1] + taken[-1]
        start = (x, y) if command.upper() == "M" else start
        yield x, y


def texts(picture: etree._Element) -> Iterator[Words]:
    """Every text with its box by the widths that charts reckon with."""
    for each in picture.iter("text"):
        said, kind = "".join(each.itertext()), each.get("class", "")
        width = width_of(said, bold="strong" in kind)
        share = 1.0 if "end" in kind.split() else 0.5 if "mid" in kind.split() else 0.0
        x, baseline = float(each.get("x")), float(each.get("y"))
        left = x - share * width
        yield Words(said, kind, left, baseline - SIZE * 0.75, left + width, baseline + SIZE * 0.25)


def ticks(picture: etree._Element) -> list[Words]:
    return [each for each in texts(picture) if {"tick", "symbol"} & set(each.kind.split())]


def tooltips(picture: etree._Element) -> list[str]:
    return [each.text or "" for each in picture.iterfind(".//path/title")]
