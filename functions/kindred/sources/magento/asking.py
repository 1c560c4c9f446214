"""Asks one Magento shop: searches, their pages, and what its refusals mean.

It is the outside of this folder: it reads the clock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from kindred.errors import InvalidInput, NotAllowed, NotFound
from kindred.sources.shops.fields import Fields
from kindred.sources.shops.http import Answer, AnswerUnusable, Throttled
from kindred.sources.shops.platform import Connection, Window
from kindred.sources.shops.quoting import without_secrets

if TYPE_CHECKING:
    from kindred.sources.shops.http import Client

OPERATION: Final = "rest"
#: Shops may allow fewer than 300 in a page; what they allow by default is more than this.
PAGE: Final = 100
Filter = tuple[str, str, str]  # field, condition, value


def utc_now() -> datetime:
    return datetime.now(UTC)


class Asking:
    """Requests to one shop's REST interface, version 1."""

    def __init__(self, connection: Connection, client: Client) -> None:
        self._base = f"{connection.shop}/rest/V1"
        self._token = connection.credentials.values["access_token"]
        self._client = client

    def search(
        self,
        path: str,
        filters: Sequence[Filter],
        order_by: str,
        *,
        page: int = 1,
        size: int = PAGE,
    ) -> tuple[Sequence[Fields], int]:
        """``(objects, how many there are in all)``, by rising ids.

        A page after the last is the last one again, so it is never asked for.
        """
        criteria = {
            "[sortOrders][0][field]": order_by,
            "[sortOrders][0][direction]": "ASC",
            "[pageSize]": str(size),
            "[currentPage]": str(page),
        }
        for place, (field, condition, value) in enumerate(filters):
            start = f"[filter_groups][{place}][filters][0]"
            criteria[f"{start}[field]"] = field
            criteria[f"{start}[condition_type]"] = condition
            criteria[f"{start}[value]"] = value
        found = Fields.read(
            self.get(path, {f"searchCriteria{name}": value for name, value in criteria.items()}),
            path,
        )
        total = found.number("total_count")
        if total is None:
            raise AnswerUnusable(f"The shop doesn't say how many {path} there are.")
        return [Fields(one.of, f"one of the {path}") for one in found.parts("items")], int(total)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        return self.answer(path, params or {}).json()

    def one(self, path: str) -> Mapping[str, Any]:
        """One object; empty where it is gone."""
        answer = self.answer(path, {}, allowed={404})
        found = answer.json()
        if answer.status == 404:
            return {}
        return Fields.read(found, path).of

    def answer(
        self, path: str, params: Mapping[str, str], *, allowed: Collection[int] = ()
    ) -> Answer:
        """Raises `InvalidInput` ``access-ended`` for a token that is refused, `NotAllowed` for a
        right that it lacks, `NotFound` for what the shop hasn't, and what the client does."""
        query = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in params.items())
        url = f"{self._base}/{path}?{query}" if query else f"{self._base}/{path}"
        self._client.paces.take(OPERATION)
        try:
            answer = self._client.ask(
                "GET", url, headers={"Authorization": f"Bearer {self._token}"}
            )
        except Throttled as err:
            self._client.paces.refuse(OPERATION, err.seconds)
            raise
        if answer.status < 300 or answer.status in allowed:
            return answer
        raise _refusal(answer, path)


def within(window: Window, field: str) -> Sequence[Filter]:
    """What changed in a window. Magento keeps and compares times in UTC, by whole seconds."""
    limits: list[Filter] = [(field, "lt", wire_time(window.end, up=True))]
    if window.start:
        limits.append((field, "gteq", wire_time(window.start)))
    return limits


def wire_time(time: datetime, *, up: bool = False) -> str:
    whole = time.astimezone(UTC).replace(microsecond=0)
    if up and whole != time:
        whole += timedelta(seconds=1)
    return whole.strftime("%Y-%m-%d %H:%M:%S")


def _refusal(answer: Answer, path: str) -> Exception:
    """A token that isn't taken and a right that it lacks get the same answer, so both hints.

    Without orders there is nothing to read: refusing those means that the token isn't good.
    """
    found = answer.json()
    given = Fields(found if isinstance(found, dict) else {}, path)
    message = without_secrets(given.text("message", 1000) or "", 200) or "it gives no reason"
    missing = without_secrets(given.part("parameters").text("resources", 200) or "", 200) or None
    what = path.split("/", 1)[0]
    if answer.status in (401, 403):
        ended = missing in (None, "self") or what == "orders"
        kind: type[InvalidInput | NotAllowed] = InvalidInput if ended else NotAllowed
        return kind(
            f"The shop doesn't let the token read its {what}: {missing or message}",
            code="access-ended" if ended else "shop-forbids",
            hint="Look whether the integration is active (System, Integrations), its token whole, "
            "and Sales, Customers, Catalog and Stores are among its resources. Since 2.4.4 tokens "
            "have to be allowed: Stores, Configuration, Services, OAuth, Consumer Settings, Allow "
            "OAuth Access Tokens to be used as standalone Bearer tokens: Yes.",
        )
    if answer.status == 404:
        return NotFound(
            f"The shop has no {what}: {message}",
            code="stream-missing",
            hint="Its module is switched off, or the address lacks the folder of the shop.",
        )
    return InvalidInput(
        f"The shop refused a request for its {what} ({answer.status}): {message}",
        code="shop-refuses",
        hint="Look into var/log/exception.log of the shop.",
    )
