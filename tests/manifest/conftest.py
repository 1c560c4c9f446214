"""What a deploy would find: the functions as the platform's own discovery lists them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FUNCTIONS = ROOT / "functions"

#: What firebase-tools asks of a codebase before a deploy, printed instead of served.
_DISCOVERY = """
from firebase_functions.private.serving import functions_as_yaml, get_functions
print(functions_as_yaml(get_functions()))
"""

Discover = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def discover() -> Discover:
    """Calls the SDK's discovery in a process of its own, with an environment and no more."""

    def run(**environment: str) -> dict[str, Any]:
        project = {
            "projectId": "demo-manifest",
            "storageBucket": "demo-manifest.firebasestorage.app",
        }
        told = {
            "PATH": os.environ["PATH"],
            "GCLOUD_PROJECT": "demo-manifest",
            "FIREBASE_CONFIG": json.dumps(project),
            **environment,
        }
        ran = subprocess.run(
            [sys.executable, "-W", "error", "-c", _DISCOVERY],
            cwd=FUNCTIONS,
            env=told,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert ran.returncode == 0, ran.stderr
        found: dict[str, Any] = yaml.safe_load(ran.stdout)
        return found

    return run


@pytest.fixture(scope="session")
def manifest(discover: Discover) -> dict[str, Any]:
    """The manifest that a deploy without any setting starts from."""
    return discover()


@pytest.fixture(scope="session")
def endpoints(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each function's endpoint by name."""
    found: dict[str, dict[str, Any]] = manifest["endpoints"]
    return found
