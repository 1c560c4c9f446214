"""What a ring of tests needs of the machine beyond what the set-up installs."""

from __future__ import annotations

import os
import shutil
import sys

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
IMAGE_BUILDERS = ("buildah", "mmdebstrap")


def find_browser() -> str | None:
    """A Chromium: the one `CHROMIUM_PATH` names, or one on the PATH."""
    named = os.environ.get("CHROMIUM_PATH")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def nothing() -> str | None:
    """For rings that run everywhere."""
    return None


def a_browser() -> str | None:
    """What is missing to test in a browser, with the command that gets it; None if nothing is."""
    if find_browser():
        return None
    return "no Chromium here. Get it with:  apt-get install --yes chromium"


def an_image_builder() -> str | None:
    """What is missing to build and run a container image; None if nothing is."""
    if sys.platform != "linux":
        return "the image is built on Linux only, by Debian's tools"
    if missing := [program for program in IMAGE_BUILDERS if not shutil.which(program)]:
        wanted = f"apt-get install --yes {' '.join(IMAGE_BUILDERS)}"
        return f"no {' and no '.join(missing)} here. Get it with:  {wanted}"
    if os.geteuid() != 0:
        return "only root can build the image here"
    return None


def a_php() -> str | None:
    """What is missing to run the plugin for WooCommerce; None if nothing is."""
    if shutil.which("php"):
        return None
    return "no PHP here. Get it with:  apt-get install --yes php-cli"
