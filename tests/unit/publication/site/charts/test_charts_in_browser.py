"""All charts in a browser: no axe violation, no sideways scroll, text that can be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.publication.site.charts.samples import page
from tests.unit.publication.site.charts.test_charts_css import contrast

pytestmark = pytest.mark.browser
WIDTHS = (320, 1280)
SCHEMES = ("light", "dark")
# Of every text on show: what it says, pixels of its letters, its box and that of its picture, its
# colour, and the colour of what lies behind it.
_TEXTS = """() => {
  const two = n => (+n).toString(16).padStart(2, '0');
  const hex = c => '#' + c.match(/\\d+/g).slice(0, 3).map(two).join('');
  const place = e => {
    const b = e.getBoundingClientRect();
    return [b.left, b.top, b.right, b.bottom];
  };
  const boxes = [...document.querySelectorAll('.chart svg rect')];
  const texts = [...document.querySelectorAll('.chart text')];
  return texts.filter(t => t.getClientRects().length).map(t => {
    const box = place(t), svg = t.ownerSVGElement, style = getComputedStyle(t);
    const x = (box[0] + box[2]) / 2, y = (box[1] + box[3]) / 2;
    const under = boxes.map(r => [r, place(r)])
      .filter(([r, b]) => b[0] < b[2] && b[0] <= x && x <= b[2] && b[1] <= y && y <= b[3])
      .map(([r]) => getComputedStyle(r).fill).pop();
    return {
      said: t.textContent, kind: t.getAttribute('class') || '', box, frame: place(svg),
      pixels: parseFloat(style.fontSize) * t.getScreenCTM().a,
      fill: hex(style.fill),
      ground: hex(under || getComputedStyle(svg.parentElement).backgroundColor),
    };
  });
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("charts") / "charts.html"
    path.write_text(page(), encoding="utf-8")
    return Path(path).as_uri()


@pytest.fixture(params=[(width, scheme) for width in WIDTHS for scheme in SCHEMES], ids=str)
def shown(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    width, scheme = request.param
    found = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    found.goto(address)
    yield found
    found.close()


def test_charts_have_no_axe_violation(shown: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(shown)
    assert found.violations_count == 0, found.generate_report()


def test_charts_are_no_wider_than_the_window_and_one_layout_is_shown(shown: Any) -> None:
    width = shown.viewport_size["width"]
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    layout = "wide" if width == 1280 else "narrow"
    visible = "[...document.querySelectorAll('.chart > svg')].filter(s => s.clientWidth)"
    kinds = shown.evaluate(f"{visible}.map(s => s.getAttribute('class'))")
    assert kinds == [layout] * shown.locator(".chart").count()


def test_text_has_contrast_size_and_stays_inside_its_picture(shown: Any) -> None:
    found = shown.evaluate(_TEXTS)
    assert len(found) > 80
    for each in found:
        assert contrast(each["fill"], each["ground"]) >= 4.5, each
        assert each["pixels"] >= 11, each
        (left, top, right, bottom), frame = each["box"], each["frame"]
        assert frame[0] - 1 <= left and right <= frame[2] + 1, each
        assert frame[1] - 3 <= top and bottom <= frame[3] + 3, each


def test_labels_at_axes_lie_apart_as_the_browser_measures_them(shown: Any) -> None:
    found = [each for each in shown.evaluate(_TEXTS) if "tick" in each["kind"]]
    for n, one in enumerate(found):
        for other in found[n + 1 :]:
            (a, b, c, d), (e, f, g, h) = one["box"], other["box"]
            across, down = min(c, g) - max(a, e), min(d, h) - max(b, f)
            # A box of text is higher than its letters by a quarter above and below.
            assert across <= 0 or down <= 0.5 * (d - b), (one, other)


def test_printed_charts_are_light_and_wide(browser: Any, address: str) -> None:
    shown = browser.new_page(viewport={"width": 720, "height": 900}, color_scheme="dark")
    shown.goto(address)
    shown.emulate_media(media="print", color_scheme="dark")
    ink = "getComputedStyle(document.querySelector('.chart text')).fill"
    assert shown.evaluate(ink) == "rgb(0, 0, 0)"
    assert shown.evaluate("document.querySelector('.chart > .wide').clientWidth") > 600
    shown.close()
