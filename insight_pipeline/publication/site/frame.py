"""The frame around every page: page modules found, templates filled, links relative.

Belongs here: what is the same on all pages. Does not belong here: what any of them says (pages/).
A page is a module in pages/ with `pages(store) -> Iterator[Page]`; no list of them exists. One that
belongs in the navigation says so: `NAVIGATION = (place, label, path)`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from insight_pipeline.publication.open_data.terms import LICENCE, PREVIEW
from insight_pipeline.publication.site import pages as pages_folder
from insight_pipeline.publication.site import words
from insight_pipeline.publication.site.store import Store

HERE = Path(__file__).parent
STYLE = "style.css"
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:"


@dataclass(frozen=True)
class Page:
    """path: below site/. html: the whole document."""

    path: PurePosixPath
    title: str
    html: str


@dataclass(frozen=True)
class Link:
    """path: below site/, with a fragment if need be; '../indicators.csv' is beside site/."""

    label: str
    path: str


def all_pages(store: Store) -> Iterator[Page]:
    """Every page of every module in pages/, in the order of the modules' names."""
    for module in _modules():
        yield from module.pages(store)


def page(
    path: str, template: str, store: Store, *, title: str, trail: Sequence[Link] = (), **values: Any
) -> Page:
    """A page from a template that extends base.html and is given `store` and `values`.

    title: of the page, without the borough's name. trail: the pages above it, below home.
    In templates: `href(path)` is the link to a page or file from here. A page that may do more than
    the others gives its own `policy`.
    """
    given: dict[str, Any] = {
        "path": path,
        "title": title,
        "trail": trail,
        "navigation": navigation(),
        "store": store,
        "style": STYLE,
        "policy": POLICY,
        "licence": LICENCE,
        "preview": PREVIEW if store.release.is_preview else "",
        "href": lambda target: href(path, target),
        **values,
    }
    html = _environment().get_template(template).render(given)
    return Page(PurePosixPath(path), title, html)


def href(path: str, target: str) -> str:
    """The link on page `path` to `target`, both below site/; '#…' alone stays on the page."""
    place, mark, fragment = target.partition("#")
    if not place or place == path:
        return f"{mark}{fragment}" or posixpath.basename(path)
    return posixpath.relpath(place, posixpath.dirname(path) or ".") + mark + fragment


def anchor(path: str, link: Link) -> Markup:
    """A link on page `path` as markup, for cells of tables."""
    return Markup('<a href="{}">{}</a>').format(href(path, link.path), link.label)


@lru_cache(maxsize=1)
def navigation() -> tuple[Link, ...]:
    """The links at the top of every page, in the order of the places their modules name."""
    found = sorted(
        module.NAVIGATION for module in _modules() if getattr(module, "NAVIGATION", None)
    )
    return tuple(Link(label, path) for _, label, path in found)


def _modules() -> list[ModuleType]:
    names = sorted(each.name for each in iter_modules(pages_folder.__path__))
    return [import_module(f"{pages_folder.__name__}.{name}") for name in names]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = words.day
    return environment
