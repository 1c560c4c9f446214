"""What can go wrong before the system is up."""

from __future__ import annotations


class LauncherError(Exception):
    """Something the user can put right; the message says how."""


class MissingPrerequisite(LauncherError):
    """A program is missing. `command` is the one command that gets it."""

    def __init__(self, what: str, command: str) -> None:
        super().__init__(f"{what}\n  Get it with:  {command}")
        self.command = command


class StepFailed(LauncherError):
    """A program the launcher ran has failed; `log` holds what it said."""
