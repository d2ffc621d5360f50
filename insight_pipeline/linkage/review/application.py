"""What the review pages answer to a request; knows nothing of sockets.

Belongs here: routes, who may ask, and the headers that keep pages to themselves. Does not belong
here: HTML (page) or the server (server). Addresses hold a secret, a word and a question's id, which
is a hash: no address, header or log line ever holds what a record says.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs

from insight_pipeline.linkage.review import page
from insight_pipeline.linkage.review.agreement import agreements
from insight_pipeline.linkage.review.audit import audit
from insight_pipeline.linkage.review.desk import Desk
from insight_pipeline.linkage.review.queue import Item
from insight_pipeline.linkage.review.refusal import Refused

LARGEST_BODY = 64 * 1024
POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    # Forms of a page without any referrer would not say where they come from.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True)
class Request:
    """`host` and `origin` as the browser sent them; `form` the fields of a posted form."""

    method: str
    path: str
    host: str
    origin: str | None = None
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    """`route` is what may be logged of the request; `is_last` ends the server."""

    status: int
    route: str
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_last: bool = False


def parsed_form(body: bytes) -> dict[str, str]:
    """Fields of a form, the first value of each."""
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[0] for name, values in fields.items()}


class Application:
    """`address` is `127.0.0.1:port`; only requests to it that know the secret are answered."""

    def __init__(self, desk: Desk, address: str) -> None:
        self._desk, self._address = desk, address
        self._secret, self._token = secrets.token_urlsafe(24), secrets.token_urlsafe(24)

    @property
    def root(self) -> str:
        return f"/{self._secret}"

    @property
    def url(self) -> str:
        return f"http://{self._address}{self.root}/"

    def respond(self, request: Request) -> Response:
        """The answer to one request; strangers learn nothing, not even that this is a review."""
        # A path without any slash, as `*`, has no parts, and is a stranger's.
        parts = request.path.split("?")[0].split("/")[1:] or [""]
        known = hmac.compare_digest(parts[0].encode(), self._secret.encode())
        if not known or request.host != self._address:
            return Response(404, "unknown")
        if request.method == "POST" and not self._is_own_form(request):
            return Response(403, "foreign form")
        nonce = secrets.token_urlsafe(16)
        frame = page.Frame(self.root, nonce, self._token, self._desk.reviewer)
        answer = self._route(request, [part for part in parts[1:] if part], frame)
        policy = {"Content-Security-Policy": POLICY.format(nonce=nonce)}
        return replace(answer, headers={**HEADERS, **policy, **answer.headers})

    def _is_own_form(self, request: Request) -> bool:
        told = request.form.get("token", "").encode()
        own = request.origin == f"http://{self._address}"
        return own and hmac.compare_digest(told, self._token.encode())

    def _route(self, request: Request, parts: list[str], frame: page.Frame) -> Response:
        desk = self._desk
        match (request.method, *parts):
            case ("GET",):
                agreed = agreements(desk.workspace.con)
                return Response(200, "queue", page.queue_page(frame, desk, agreed))
            case ("GET", "item", item_id) if item := desk.item(item_id):
                layout = desk.lay_out(item)
                return Response(200, "item", page.item_page(frame, layout, desk.workspace.join))
            case ("POST", "item", item_id) if item := desk.item(item_id):
                return self._judge(item, request.form, frame)
            case ("GET", "audit"):
                return self._audit(frame)
            case ("POST", "withdraw", decision_id):
                return self._withdraw(decision_id, request.form.get("reason", ""), frame)
            case ("POST", "write"):
                written = desk.write()
                count = written[1] if written else 0
                return Response(200, "write", page.written_page(frame, count))
            case ("POST", "done"):
                left = len(desk.waiting())
                return Response(200, "done", page.done_page(frame, left), is_last=True)
        return Response(404, "unknown")

    def _judge(self, item: Item, form: Mapping[str, str], frame: page.Frame) -> Response:
        typed = form.get("reason", "")
        try:
            judged = self._desk.judge(
                item, form.get("verdict", ""), form.get("reason_code", ""), typed
            )
        except Refused as refused:
            layout = self._desk.lay_out(item)
            join = self._desk.workspace.join
            body = page.item_page(frame, layout, join, refused.words, typed)
            return Response(422, "verdict", body)
        following = self._desk.next_after(item)
        return Response(200, "verdict", page.judged_page(frame, judged, item, following))

    def _audit(self, frame: page.Frame, wrong: Sequence[str] = ()) -> Response:
        told, waiting = audit(self._desk.workspace.con), self._desk.waiting()
        body = page.audit_page(frame, told, waiting, wrong)
        return Response(422 if wrong else 200, "audit", body)

    def _withdraw(self, decision_id: str, reason: str, frame: page.Frame) -> Response:
        try:
            self._desk.withdraw(decision_id, reason)
        except Refused as refused:
            return self._audit(frame, refused.words)
        return self._audit(frame)
