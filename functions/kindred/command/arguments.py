"""The command line of `scripts/segment`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Final

from kindred.command.results import FORMATS
from kindred.errors import InvalidInput
from kindred.pipeline.configuration import Configuration, configure, read_settings

#: Options of the command line that are settings too, and come before those of a file.
_SETTINGS: Final = ("algorithm", "as_of", "date_order", "currency", "duplicate_customers")


def read_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """Ends the process with status 2 and a usage line if they don't go together."""
    parser = _parser()
    options = parser.parse_args(arguments)
    given = [options.file is not None, options.watch is not None, options.source == "mongodb"]
    if sum(given) != 1:
        parser.error("give one of FILE, --watch FOLDER, or --source mongodb")
    if options.source == "mongodb" and not (options.database and options.collection):
        parser.error("--source mongodb needs --database and --collection")
    if options.watch is not None and options.json:
        parser.error("--watch writes a file for each that arrives: use --output FOLDER")
    if options.read_only and options.format == "rules":
        parser.error("--format rules needs the segments that --read-only leaves out")
    if options.format == "rules" and options.watch is None:
        options.json = options.json or "-"
    if options.check_freshness and options.watch is None and options.json in (None, "-"):
        parser.error("--check-freshness needs --json OUT")
    return options


def configuration_of(options: argparse.Namespace) -> Configuration:
    """The settings of ``--config``, changed by those of the command line.

    Raises `InvalidInput`, which names the setting that is wrong.
    """
    settings = read_settings(Path(options.config)) if options.config else {}
    settings |= {
        name: getattr(options, name) for name in _SETTINGS if getattr(options, name) is not None
    }
    mapping = _json_argument(options.mapping, "mapping")
    if mapping is not None:
        settings["mapping"] = mapping
    rules = _json_argument(options.rules, "rules")
    if rules is not None:
        earlier = settings.get("rules")
        settings["rules"] = {**(earlier if isinstance(earlier, dict) else {}), **rules}
    return configure(settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/segment",
        description="Segment the customers in a file of orders; no Firebase, nothing leaves here.",
    )
    parser.add_argument(
        "file", metavar="FILE", nargs="?", help="a CSV, spreadsheet or gzip of orders"
    )
    parser.add_argument("--json", metavar="OUT", help="write the result as JSON ('-': to stdout)")
    parser.add_argument(
        "--format", choices=FORMATS, default="full",
        help="'rules': only [{customer_id, segmentation}], what the rule book says of each",
    )  # fmt: skip
    parser.add_argument("--read-only", action="store_true", help="stop after reading the file")
    _add_settings(parser)
    _add_automation(parser)
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("settings (docs/segments.md lists those of a file)")
    group.add_argument("--config", metavar="FILE", help="a TOML or JSON file with settings")
    group.add_argument(
        "--mapping",
        metavar="JSON",
        help='which column is what: \'{"customer_id": "Client"}\', or a file that holds it',
    )
    group.add_argument(
        "--rules",
        metavar="JSON",
        help="thresholds of the rule book, '{\"lapsed_days\": 120}' or a file that holds them",
    )
    group.add_argument("--algorithm", choices=["auto", "kmeans", "dbscan"])
    group.add_argument("--as-of", metavar="DATE", help="look from this day (YYYY-MM-DD)")
    group.add_argument("--date-order", choices=["auto", "dmy", "mdy", "ymd"])
    group.add_argument("--currency", metavar="CODE", help="ISO code, where the file has none")
    group.add_argument("--duplicate-customers", choices=["merge", "keep_last", "reject"])


def _add_automation(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("automation")
    group.add_argument(
        "--check-freshness",
        action="store_true",
        help="do nothing if neither the file nor the settings changed since OUT was written",
    )
    group.add_argument("--force", action="store_true", help="work even if nothing changed")
    group.add_argument("--watch", metavar="FOLDER", help="segment every file that arrives there")
    group.add_argument(
        "--output", metavar="FOLDER", help="where --watch writes (default: segments in FOLDER)"
    )
    group.add_argument("--status", metavar="FILE", help="keep there what is going on, as JSON")
    group.add_argument("--log", metavar="FILE", help="add a line of JSON there for each run")
    group.add_argument("--source", choices=["file", "mongodb"], default="file")
    group.add_argument(
        "--uri", help="the address of MongoDB; better in KINDRED_MONGODB_URI, where nobody sees it"
    )
    group.add_argument("--database", metavar="NAME")
    group.add_argument("--collection", metavar="NAME")


def _json_argument(text: str | None, what: str) -> dict[str, Any] | None:
    """A JSON object given as such, or in a file."""
    if not text:
        return None
    try:
        content = text if text.lstrip().startswith("{") else Path(text).read_text("utf-8")
        given = json.loads(content)
    except (OSError, ValueError) as err:
        raise InvalidInput(
            f"The {what} can't be read.",
            code=f"invalid-{what}",
            hint="Give a JSON object, or a file that holds one.",
        ) from err
    if not isinstance(given, dict):
        raise InvalidInput(f"The {what} must be a JSON object.", code=f"invalid-{what}")
    return given
