"""Everything read from a file is a frozen model that forbids unknown keys (rule 6).

Belongs here: strict YAML and JSON, and the did-you-mean error. Does not belong here: any file's
own keys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Hashable
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from insight_pipeline.kernel.errors import Fault, InsightError, nearest


class StrictModel(BaseModel):
    """Frozen, typed without coercion, and closed to keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML without aliases, custom tags or duplicate keys; dates stay text."""

    def compose_node(self, parent: Any, index: int) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="an alias", problem_mark=mark)
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "tag", None) is not None:
            raise yaml.MarkedYAMLError(problem="a tag", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        repeated = sorted({str(key) for key in keys if keys.count(key) > 1})
        if repeated:
            problem = f"duplicate key {', '.join(repeated)}"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark)
        return super().construct_mapping(node, deep=deep)


_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

Model = TypeVar("Model", bound=BaseModel)
NESTED = "values nested too deep"


def parse_yaml(text: str, where: str) -> Any:
    """Plain values from YAML text; an InsightError names `where` and the position of a fault."""
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 (a safe loader's subclass)
    except yaml.YAMLError as error:
        # The problem and its place only: the snippet PyYAML adds could hold anything.
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        found = f"{getattr(error, 'problem', None) or error}{place}"
    except ValueError:
        # A number PyYAML recognises but Python cannot hold, such as 0x_.
        found = "a number that cannot be read"
    except RecursionError:
        found = NESTED
    raise InsightError([_unusable(where, "YAML without duplicate keys, aliases or tags", found)])


def parse_json(text: str, where: str, known: Collection[str] = ()) -> Any:
    """Plain values from JSON text without repeated keys, or an InsightError that names `where`.

    Senders write it: of repeated keys only those that are `known` are told by name.
    """

    def without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        repeated = {key for key in keys if keys.count(key) > 1}
        if repeated:
            named = ", ".join(sorted(repeated & set(known)))
            raise ValueError(f"duplicate key {named}" if named else "an unknown key twice")
        return dict(pairs)

    try:
        return json.loads(text, object_pairs_hook=without_repeats)
    except json.JSONDecodeError as error:
        found = f"{error.msg} at line {error.lineno}, column {error.colno}"
    except ValueError as error:
        found = str(error)
    except RecursionError:
        found = NESTED
    raise InsightError([_unusable(where, "JSON without duplicate keys", found)])


def read_text(path: Path, where: str) -> str:
    """The text of a UTF-8 file, with or without a byte order mark."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        found = "bytes that are not UTF-8"
    raise InsightError([_unusable(where, "a text file in UTF-8", found)])


def _unusable(where: str, expected: str, found: str) -> Fault:
    return Fault(
        where=where,
        expected=expected,
        found=found,
        consequence="the file is not used",
        next_step="correct the file at the position named, or write it again as it is expected",
    )


def validate(values: Any, model: type[Model], where: str, *, sent: bool = False) -> Model:
    """A frozen `model` from plain values, or one InsightError listing every wrong key.

    Validated as JSON: strict about types, yet a list may fill a tuple and ISO text a date.
    `sent`: somebody outside wrote it, so that a key may hold anything, such as a person's name.
    """
    try:
        return _validated(json.dumps(values), model, where, sent=sent)
    except RecursionError:
        raise InsightError([_unusable(where, "values of the known keys", NESTED)]) from None


def _validated(
    document: str | bytes, model: type[Model], where: str, *, sent: bool = False
) -> Model:
    try:
        return model.model_validate_json(document)
    except ValidationError as error:
        raise InsightError(
            _fault(item, model, where, sent=sent) for item in error.errors()
        ) from None


def _fault(item: Any, model: type[BaseModel], where: str, *, sent: bool) -> Fault:
    key = ".".join(str(part) for part in item["loc"])
    unknown = item["type"] == "extra_forbidden"
    known = _known_keys(model, item["loc"][:-1]) if unknown else []
    if unknown and sent and not _misspelt(str(item["loc"][-1]), known):
        return Fault(
            where=where,
            expected=f"one of the known keys: {', '.join(known)}",
            found="an unknown key",
            consequence="the file is not used",
            next_step="take out every key that is not one of these",
        )
    hint = nearest(str(item["loc"][-1]), known) if unknown else item["msg"]
    return Fault(
        where=f"{where}: {key}" if key else where,
        expected=f"one of the known keys: {', '.join(known)}" if unknown else item["msg"],
        found=f"unknown key '{key}'" if unknown else f"a {type(item['input']).__name__}",
        consequence="the file is not used",
        next_step=hint if unknown else f"correct '{key}'",
    )


def _misspelt(key: str, known: Collection[str]) -> bool:
    """Whether a key is nearly a known one, so that it holds nothing else."""
    match = get_close_matches(key, sorted(known), n=1, cutoff=0.75)
    return bool(match and re.fullmatch(r"\w+", key) and abs(len(key) - len(match[0])) <= 2)


def _known_keys(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    """The keys that files may use at `place` inside `model`, in the order of the model."""
    models = [model]
    for part in place:
        fields = [
            field
            for each in models
            for name, field in each.model_fields.items()
            if part in (name, field.alias)
        ]
        # A list's index, a mapping's key or a union's branch stays among the same models.
        models = [inner for field in fields for inner in _models(field.annotation)] or models
    names = [field.alias or name for each in models for name, field in each.model_fields.items()]
    return list(dict.fromkeys(names))


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Every model an annotation mentions, such as Price in `tuple[Price, ...] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]


def load_yaml(path: Path, model: type[Model]) -> Model:
    """Read one strict YAML file into a frozen model."""
    where = str(path)
    return validate(parse_yaml(read_text(path, where), where), model, where)


def load_json(path: Path, model: type[Model]) -> Model:
    """Read one JSON file of our own making into a frozen model; much faster than YAML."""
    content = path.read_bytes()
    try:
        return _validated(content, model, str(path))
    except InsightError:
        try:
            json.loads(content)
        except ValueError:
            raise InsightError([_damaged(path)]) from None
        raise


def _damaged(path: Path) -> Fault:
    return Fault(
        where=str(path),
        expected="the whole file as this program wrote it",
        found="one that was cut short or damaged since",
        consequence="what it tells of is not known, and what needs it stops",
        next_step="restore it from backup; what stands under accepted/ may be removed instead: the "
        "next run makes it again from landing",
    )
