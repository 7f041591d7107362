"""A stand-in for the platform's cloud API: real HTTP on loopback, signatures checked from scratch, faults on demand."""

import hashlib
import hmac
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

APP_ID = 1400264214
SECRET_ID = "AKIDstandin"
SECRET_KEY = "a-key-that-only-the-stand-in-knows"
DAY = 86_400


class RefusalError(Exception):
    """An error of the platform: code and message."""


class TcccApi:
    """What the platform holds, what it was asked, and what goes wrong next."""

    def __init__(self) -> None:
        self.cdrs: list[dict[str, Any]] = []
        self.staff: list[dict[str, Any]] = []
        self.groups: list[dict[str, Any]] = []
        self.numbers: list[dict[str, Any]] = []
        self.online: set[str] = set()
        # By session: what DescribeSessionDetail and DescribeTelRecordAsr tell of it.
        self.sessions: dict[str, dict[str, Any]] = {}
        self.asr: dict[str, list[dict[str, Any]]] = {}
        self.refused: dict[str, tuple[str, str]] = {}
        # Of each action the faults to come, in order: an error code, "500", "hang", "cut", "page" or "charset:CODE".
        self.faults: dict[str, list[str]] = defaultdict(list)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        # What happens elsewhere while a request is being answered.
        self.meanwhile: Callable[[str, dict[str, Any]], None] = lambda action, body: None
        self.expired: set[str] = set()
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """For TCCC_ENDPOINT."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Let go of whoever hangs, and stop."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def actions(self, name: str) -> list[dict[str, Any]]:
        """The parameters of each request of that action so far."""
        return [body for action, body in self.asked if action == name]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body in one packet: on a connection that is kept, two would wait for each other.
            wbufsize = -1
            disable_nagle_algorithm = True
            timeout = 20

            def do_POST(self) -> None:
                payload = self.rfile.read(int(self.headers["Content-Length"]))
                api._answer(self, payload)

            def do_GET(self) -> None:
                """A recording, behind a link that may have run out."""
                gone = self.path.rpartition("/")[2] in api.expired
                send(self, 403 if gone else 200, b"" if gone else b"ID3-sound", "audio/mpeg")

            def log_message(self, *arguments: Any) -> None:
                """Quiet."""

        return Handler

    def _answer(self, handler: BaseHTTPRequestHandler, payload: bytes) -> None:
        action, fault = handler.headers["X-TC-Action"], ""
        try:
            check_signature(handler, payload)
            body = json.loads(payload)
            self.asked.append((action, body))
            fault = self.faults[action].pop(0) if self.faults[action] else ""
            if fault in SPOILED:
                SPOILED[fault](self, handler)
                return
            if fault:
                raise RefusalError(fault.removeprefix("charset:"), "as the test wished")
            answer = getattr(self, ACTIONS[action])(body)
            self.meanwhile(action, body)
        except RefusalError as refusal:
            code, message = refusal.args
            answer = {"Error": {"Code": code, "Message": message}}
        kind = "application/json" + "; charset=utf-8" * fault.startswith("charset:")
        text = json.dumps({"Response": {**answer, "RequestId": f"request-{len(self.asked)}"}})
        send(handler, 200, text.encode(), kind)

    def _tel_cdr(self, body: dict[str, Any]) -> dict[str, Any]:
        start, end = body["StartTimeStamp"], body["EndTimeStamp"]
        if not 0 <= end - start < 90 * DAY:
            raise RefusalError("InvalidParameterValue", "the window is longer than 90 days")
        if start < time.time() - 180 * DAY:
            raise RefusalError("InvalidParameterValue", "too long ago")
        found = [cdr for cdr in self.cdrs if start <= cdr["StartTimestamp"] <= end]
        found.sort(key=lambda cdr: -cdr["StartTimestamp"])
        return {"TotalCount": len(found), "TelCdrList": page_of(found, body, 100)}

    def _staff_list(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"TotalCount": len(self.staff), "StaffList": page_of(self.staff, body, 9999)}

    def _group_list(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"TotalCount": len(self.groups), "SkillGroupList": page_of(self.groups, body, 100)}

    def _number_list(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"TotalCount": len(self.numbers), "Numbers": page_of(self.numbers, body, 100)}

    def _session_detail(self, body: dict[str, Any]) -> dict[str, Any]:
        start, end = body["StartTimestamp"], body["EndTimestamp"]
        if not 0 <= end - start < 90 * DAY or start < time.time() - 180 * DAY:
            raise RefusalError("InvalidParameterValue", "the window")
        if body["SessionId"] not in self.sessions:
            raise RefusalError("FailedOperation.SessionNotExists", "no such session")
        return self.sessions[body["SessionId"]]

    def _record_asr(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"AsrDataList": self.asr.get(body["SessionId"], [])}

    def _create_staff(self, body: dict[str, Any]) -> dict[str, Any]:
        if len(body["Staffs"]) > 10:
            raise RefusalError("InvalidParameterValue", "at most 10")
        errors = []
        for person in body["Staffs"]:
            if refused := self.refused.get(person["Mail"]):
                code, message = refused
                errors.append({"StaffEmail": person["Mail"], "Code": code, "Message": message})
            else:
                self.staff.append({"SkillGroupList": [], **person})
        return {"ErrorStaffList": errors}

    def _delete_staff(self, body: dict[str, Any]) -> dict[str, Any]:
        if len(body["StaffList"]) > 200:
            raise RefusalError("InvalidParameterValue", "at most 200")
        online = [mail for mail in body["StaffList"] if mail in self.online]
        gone = set(body["StaffList"]) - set(online)
        self.staff = [person for person in self.staff if person["Mail"] not in gone]
        words = "Members in OnlineStaffList are online and cannot be deleted" if online else ""
        return {"OnlineStaffList": online, "DeleteStatusInfo": words}


def page_of(rows: list[Any], body: dict[str, Any], most: int) -> list[Any]:
    """A page, counted from 0."""
    if body.get("SdkAppId") != APP_ID:
        raise RefusalError("InvalidParameterValue.InstanceNotExist", "no such application")
    size, number = body["PageSize"], body["PageNumber"]
    if not 0 < size <= most:
        raise RefusalError("InvalidParameterValue", "PageSize")
    return rows[number * size : (number + 1) * size]


def check_signature(handler: BaseHTTPRequestHandler, payload: bytes) -> None:
    """Reckon TC3-HMAC-SHA256 anew from what arrived; raises RefusalError as the platform does."""
    algorithm, _, rest = handler.headers["Authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    secret_id, date, service, last = parts["Credential"].split("/")
    stamp = handler.headers["X-TC-Timestamp"]
    if secret_id != SECRET_ID:
        raise RefusalError("AuthFailure.SecretIdNotFound", "no such key")
    if abs(time.time() - int(stamp)) > 300:
        raise RefusalError("AuthFailure.SignatureExpire", "the clock is wrong")
    names = parts["SignedHeaders"].split(";")
    headers = "".join(f"{name}:{handler.headers[name].strip().lower()}\n" for name in names)
    digest = hashlib.sha256(payload).hexdigest()
    request = "\n".join(
        [handler.command, handler.path, "", headers, parts["SignedHeaders"], digest]
    )
    scope = f"{date}/{service}/{last}"
    text = "\n".join([algorithm, stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"TC3{SECRET_KEY}".encode()
    for word in (date, service, "tc3_request"):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    right = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    day = datetime.fromtimestamp(int(stamp), UTC).strftime("%Y-%m-%d")
    whole = {"content-type", "host"} <= set(names) and (algorithm, last, service, date) == (
        "TC3-HMAC-SHA256",
        "tc3_request",
        "ccc",
        day,
    )
    if not whole or not hmac.compare_digest(right, parts["Signature"]):
        raise RefusalError("AuthFailure.SignatureFailure", "the signature does not fit")
    if handler.headers["X-TC-Version"] != "2020-02-10":
        raise RefusalError("InvalidParameter", "version")


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _break(api: TcccApi, handler: BaseHTTPRequestHandler) -> None:
    send(handler, 500, b"<h1>oops</h1>", "text/html")


def _hang(api: TcccApi, handler: BaseHTTPRequestHandler) -> None:
    api.released.wait(30)
    handler.close_connection = True


def _cut(api: TcccApi, handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"Response": {"Tot')
    handler.close_connection = True


def _page(api: TcccApi, handler: BaseHTTPRequestHandler) -> None:
    send(handler, 200, b"<html>sign in to the hotel's network</html>", "text/html")


SPOILED = {"500": _break, "hang": _hang, "cut": _cut, "page": _page}
ACTIONS = {
    "DescribeTelCdr": "_tel_cdr",
    "DescribeStaffInfoList": "_staff_list",
    "DescribeSkillGroupInfoList": "_group_list",
    "DescribeNumbers": "_number_list",
    "DescribeSessionDetail": "_session_detail",
    "DescribeTelRecordAsr": "_record_asr",
    "CreateStaff": "_create_staff",
    "DeleteStaff": "_delete_staff",
}
