"""What a run without Firebase may be told, from a file or as arguments."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, StringConstraints, ValidationError

from kindred.errors import InvalidInput
from kindred.segments.definitions.parsing import parse_definition
from kindred.segments.rules.custom_rules import OwnDimension
from kindred.segments.rules.rule_book import whole_words
from kindred.sources.payloads import SourceOptions
from kindred.wire import Payload

Label = Annotated[str, StringConstraints(min_length=1, max_length=60)]
#: The name of a merchant's own dimension; the rule book's three are taken.
Dimension = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
TAKEN = frozenset({"purchase_frequency", "spending", "category"})


class CustomRule(Payload):
    """A value, and for whom: a definition as `segments.definitions.parsing` reads it."""

    value: Label
    when: dict[str, Any]


class CustomRules(Payload):
    """A dimension of the merchant's own: the first rule that fits counts."""

    name: Dimension
    rules: Annotated[list[CustomRule], Field(min_length=1, max_length=50)]
    otherwise: Label | None = None


class Configuration(SourceOptions):
    """The options of an upload, and what only a run without Firebase takes."""

    mapping: dict[str, str | list[str]] | None = None
    #: Words by which a category is known to be for whom, instead of the rule book's own.
    audiences: (
        Annotated[
            dict[Label, Annotated[list[Label], Field(min_length=1, max_length=200)]],
            Field(min_length=1, max_length=20),
        ]
        | None
    ) = None
    custom_rules: Annotated[tuple[CustomRules, ...], Field(max_length=20, strict=False)] = ()

    def thresholds(self) -> dict[str, Any]:
        words = self.audiences or {}
        own = {name: whole_words(given) for name, given in words.items()}
        return {**super().thresholds(), **({"audiences": own} if own else {})}

    def dimensions(self) -> tuple[OwnDimension, ...]:
        """The custom rules, each definition read; `InvalidInput` names the place that is wrong."""
        return tuple(
            OwnDimension(
                own.name,
                tuple((rule.value, parse_definition(rule.when)) for rule in own.rules),
                own.otherwise,
            )
            for own in self.custom_rules
        )


def configure(given: Mapping[str, Any]) -> Configuration:
    """Settings, checked; `InvalidInput` names the setting that is wrong."""
    try:
        made = Configuration.model_validate(dict(given))
    except ValidationError as err:
        problems = [
            f"{'.'.join(str(part)[:60] for part in problem['loc'])}: {problem['msg']}"
            for problem in err.errors(include_url=False, include_input=False)[:5]
        ]
        raise _wrong("; ".join(problems)) from err
    names = [dimension.name for dimension in made.custom_rules]
    for name in names:
        if name in TAKEN or names.count(name) > 1:
            raise _wrong(f"custom_rules: the name {name!r} is taken")
    return made


def read_settings(path: Path) -> dict[str, Any]:
    """The settings in a TOML or JSON file, not yet checked."""
    try:
        content = path.read_text("utf-8")
        given = tomllib.loads(content) if path.suffix == ".toml" else json.loads(content)
    except (OSError, ValueError) as err:  # both kinds of syntax error are values
        reason = err.strerror if isinstance(err, OSError) else str(err)
        raise InvalidInput(
            f"{path} can't be read: {reason}.",
            code="invalid-configuration",
            hint="Give a TOML or JSON file with settings.",
        ) from err
    if not isinstance(given, dict):
        raise InvalidInput(
            f"{path} holds no settings.",
            code="invalid-configuration",
            hint='Write an object, such as {"currency": "EUR"}.',
        )
    return given


def _wrong(what: str) -> InvalidInput:
    return InvalidInput(
        f"The settings aren't right: {what}.",
        code="invalid-configuration",
        hint="docs/segments.md lists every setting.",
    )
