"""A picture that stands alone: one SVG with its own colours, and the words that say what it shows.

Belongs here: from a drawing to an image inside a text, which needs no file and no server. Does not
belong here: what is drawn (the other modules), or where the text is shown (defs/). The elements are
those of the report site's charts; light and dark follow the reader's own setting.
"""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from insight_pipeline.publication.site.charts.frame import Drawing
from insight_pipeline.publication.site.charts.model import Chart
from insight_pipeline.publication.site.charts.shapes import coordinate
from insight_pipeline.publication.site.charts.text import clean, escaped

WIDTH = 720.0
MARGIN = 12.0
_SVG = "http://www.w3.org/2000/svg"
_STYLE = Path(__file__).with_name("picture.css")


@dataclass(frozen=True)
class Picture:
    """`svg` is a whole image; `finding` says the same in a sentence or two."""

    title: str
    finding: str
    svg: str


def picture(title: str, finding: str, drawing: Drawing, width: float = WIDTH) -> Picture:
    """A drawing on paper of its own, with a margin, its title and its description."""
    wide, high = coordinate(width + 2 * MARGIN), coordinate(drawing.height + 2 * MARGIN)
    begin = coordinate(-MARGIN)
    svg = (
        f'<svg xmlns="{_SVG}" class="chart" role="img" width="{wide}" height="{high}"'
        f' viewBox="{begin} {begin} {wide} {high}"><title>{escaped(title)}</title>'
        f"<desc>{escaped(finding)}</desc><style>{_style()}</style>"
        f'<rect class="paper" x="{begin}" y="{begin}" width="{wide}" height="{high}"/>'
        f"{drawing.body}</svg>"
    )
    return Picture(clean(title), clean(finding), svg)


def of_chart(title: str, chart: Chart) -> Picture:
    """The wide layout of a chart of the report site."""
    wide = next(
        layout
        for layout in ElementTree.fromstring(chart.svg)  # noqa: S314 (drawn by our own code)
        if layout.get("class") == "wide"
    )
    _, _, width, height = (float(size) for size in wide.attrib["viewBox"].split())
    for part in wide.iter():  # an image answers no pointer: what it would tell is left out
        for told in [*part.findall("title"), *part.findall("desc")]:
            part.remove(told)
    body = "".join(ElementTree.tostring(part, encoding="unicode") for part in wide)
    return picture(title, chart.alternative, Drawing(height, body), width)


def of_svg(svg: str) -> Picture:
    """An image drawn elsewhere that carries its own title and description."""
    root = ElementTree.fromstring(svg)  # noqa: S314 (drawn by our own code)
    title, finding = (root.findtext(f"{{{_SVG}}}{name}") or "" for name in ("title", "desc"))
    return Picture(clean(title), clean(finding), svg)


def markdown(pictures: Iterable[Picture]) -> str:
    """The pictures one below the other: title and finding as text, then the image."""
    return "\n\n".join(
        f"**{_plain(one.title)}.** {_plain(one.finding)}\n\n"
        f"![{_plain(one.title)}. {_plain(one.finding)}]"
        f"(data:image/svg+xml;base64,{base64.b64encode(one.svg.encode()).decode()})"
        for one in pictures
    )


def _plain(words: str) -> str:
    """Without what Markdown would take for a mark of its own."""
    return re.sub(r"([\\`*_\[\]<>|!])", r"\\\1", words)


@cache
def _style() -> str:
    return re.sub(r"\s+", " ", _STYLE.read_text(encoding="utf-8")).strip()
