"""What the service is told by its environment; nothing else reads it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_MODELS = Path(__file__).resolve().parent.parent / "models"
PROFILES = ("bundled", "reference")


class SettingsRefused(Exception):
    """The environment asks for something that can't be; the message says what to set."""


@dataclass(frozen=True)
class Settings:
    """How one service runs. ``token`` (emulators) or ``audience`` and ``callers`` (Cloud Run)."""

    models: tuple[Path, ...]
    token: str = ""
    audience: str = ""
    callers: frozenset[str] = frozenset()
    host: str = "127.0.0.1"
    port: int = 8080
    threads: int = 2
    waiting: int = 16  # requests that may be in the house at once
    deadline_seconds: float = 60.0
    max_texts: int = 256
    max_characters: int = 5_000
    max_body_bytes: int = 8_000_000


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from ``environment``. Raises :class:`SettingsRefused`."""
    token = environment.get("ML_SERVICE_TOKEN", "")
    audience = environment.get("ML_SERVICE_AUDIENCE", "")
    callers = frozenset(environment.get("ML_SERVICE_CALLERS", "").replace(",", " ").split())
    if not token and not (audience and callers):
        raise SettingsRefused(
            "Say who may call: ML_SERVICE_TOKEN (a shared secret, for emulators), or "
            "ML_SERVICE_AUDIENCE (this service's URL) and ML_SERVICE_CALLERS (service accounts)."
        )
    return Settings(
        models=find_models(environment.get("ML_SERVICE_PROFILE", "bundled")),
        token=token,
        audience=audience,
        callers=callers,
        host=environment.get("ML_SERVICE_HOST", "127.0.0.1"),
        port=int(environment.get("PORT", "8080")),
        threads=int(environment.get("ML_SERVICE_THREADS", "") or min(os.cpu_count() or 1, 8)),
        waiting=int(environment.get("ML_SERVICE_WAITING", "16")),
        deadline_seconds=float(environment.get("ML_SERVICE_DEADLINE_SECONDS", "60")),
    )


def find_models(profile: str, models: Path = _MODELS) -> tuple[Path, ...]:
    """Folders of a profile's models: ``bundled`` is committed, ``reference`` exported."""
    if profile not in PROFILES:
        raise SettingsRefused(f"ML_SERVICE_PROFILE is one of {', '.join(PROFILES)}.")
    pattern = "kindred-small-*" if profile == "bundled" else "reference-*"
    folders = tuple(sorted(path for path in models.glob(pattern) if path.is_dir()))
    if not folders:
        raise SettingsRefused(
            f"There is no model of the profile '{profile}' in {models}. "
            "Run scripts/export-models to make the reference models."
        )
    return folders[-1:] if profile == "bundled" else folders
