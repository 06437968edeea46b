"""A small Mailchimp: checks every call against tests/mailchimp_contract.yaml, keeps members and campaigns, and fails on
command as the real one can.
"""

import base64
import hashlib
import json
import re
import secrets
import socket
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import yaml
from jsonschema import Draft202012Validator

CONTRACT = yaml.safe_load((Path(__file__).parent / "mailchimp_contract.yaml").read_text(encoding="utf-8"))
KEY = "0123456789abcdef0123456789abcdef-us7"
AUDIENCE = "a1b2c3d4e5"
METHODS = {"get", "post", "put", "patch", "delete"}


def md5(address):
    return hashlib.md5(address.strip().lower().encode()).hexdigest()


def resolved(thing):
    while "$ref" in thing:
        found = CONTRACT
        for name in thing["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        thing = found
    return thing


class Operation:
    """One operation of the contract."""

    def __init__(self, path, shared, method, described):
        self.name, self.method = described["operationId"], method.upper()
        names = re.split(r"\{(\w+)\}", path)
        self.path = re.compile("".join(f"(?P<{n}>[^/]+)" if i % 2 else re.escape(n) for i, n in enumerate(names)))
        self.parameters = [resolved(one) for one in (*shared, *described.get("parameters", ()))]
        body = described.get("requestBody")
        self.body = body["content"]["application/json"]["schema"] if body else None

    def problems(self, values, query, body):
        known = {one["name"]: one for one in self.parameters if one["in"] == "query"}
        yield from (f"query {name}" for name in query if name not in known)
        for one in self.parameters:
            value = (values if one["in"] == "path" else query).get(one["name"])
            if value is None:
                if one.get("required"):
                    yield f"missing {one['name']}"
            elif list(Draft202012Validator(one["schema"]).iter_errors(value)):
                yield f"{one['in']} {one['name']}"
        if self.body is None:
            if body is not None:
                yield "a body where there is none"
        elif body is None:
            yield "no body"
        else:
            yield from (f"body {error.json_path}" for error in Draft202012Validator(self.body).iter_errors(body))


OPERATIONS = [
    Operation(path, item.get("parameters", ()), method, described)
    for path, item in CONTRACT["paths"].items()
    for method, described in item.items()
    if method in METHODS
]


class Fault:
    """What goes wrong, for which operation (all, without a name), how often, and whether the call was done before."""

    def __init__(self, kind, operation="", times=1, *, done=False, **options):
        self.kind, self.operation, self.times, self.done, self.options = kind, operation, times, done, options


class Mailchimp:
    """The state of the service, and what was asked of it."""

    def __init__(self):
        self.key, self.audience = KEY, AUDIENCE
        self.members, self.forgotten, self.in_compliance = {}, set(), set()
        self.campaigns, self.sent_to, self.sends = {}, {}, 0
        self.calls, self.wrong, self.faults = [], [], []
        self.tick = 0
        self.lock = threading.Lock()

    def fail(self, kind, operation="", times=1, **options):
        self.faults.append(Fault(kind, operation, times, **options))

    def names(self):
        return [name for name, _values, _body in self.calls]

    def subscribed(self):
        return sorted(one["email_address"] for one in self.members.values() if one["status"] == "subscribed")

    def take_fault(self, operation):
        for fault in self.faults:
            if fault.times and fault.operation in {"", operation}:
                fault.times -= 1
                return fault
        return None

    def change(self, address, status):
        """Somebody stops, or an address dies, at Mailchimp itself."""
        self.touch(self.members[md5(address)], status=status)
        self.in_compliance.add(md5(address))

    def add(self, address, status="subscribed"):
        """Somebody typed an address into Mailchimp's own pages."""
        member = {"id": md5(address), "email_address": address, "merge_fields": {}}
        self.members[member["id"]] = member
        self.touch(member, status=status)

    def touch(self, member, **changes):
        self.tick += 1
        member.update(changes, last_changed=self.now())

    def now(self):
        return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())

    # What each operation does; each answers a status and a body.

    def getPing(self, values, query, body):  # noqa: N802  the names of the contract
        return 200, {"health_status": "Everything's Chimpy!"}

    def getListsId(self, values, query, body):  # noqa: N802
        count = len(self.subscribed())
        return 200, {"id": self.audience, "name": "Wijk", "stats": {"member_count": count}}

    def getListsIdMembers(self, values, query, body):  # noqa: N802
        found = sorted(self.members.values(), key=lambda one: one["id"])
        if "status" in query:
            found = [one for one in found if one["status"] == query["status"]]
        if "since_last_changed" in query:
            found = [one for one in found if one["last_changed"] >= query["since_last_changed"]]
        start, count = int(query.get("offset", 0)), int(query.get("count", 10))
        return 200, {"members": found[start : start + count], "total_items": len(found)}

    def getListsIdMembersId(self, values, query, body):  # noqa: N802
        member = self.members.get(values["subscriber_hash"])
        return (200, member) if member else problem(404, "Resource Not Found")

    def putListsIdMembersId(self, values, query, body):  # noqa: N802
        number = values["subscriber_hash"]
        if number != md5(body["email_address"]):
            return problem(400, "Invalid Resource")
        if number in self.forgotten:
            return problem(400, "Forgotten Email Not Subscribed", body["email_address"])
        if number in self.in_compliance and body.get("status") == "subscribed":
            return problem(400, "Member In Compliance State", body["email_address"])
        member = self.members.setdefault(number, {"id": number, "status": body["status_if_new"]})
        changed = {"email_address": body["email_address"], "merge_fields": body.get("merge_fields", {})}
        self.touch(member, **changed, status=body.get("status", member["status"]))
        return 200, member

    def patchListsIdMembersId(self, values, query, body):  # noqa: N802
        member = self.members.get(values["subscriber_hash"])
        if member is None:
            return problem(404, "Resource Not Found")
        self.touch(member, **body)
        return 200, member

    def postListsIdMembersHashActionsDeletePermanent(self, values, query, body):  # noqa: N802
        if self.members.pop(values["subscriber_hash"], None) is None:
            return problem(404, "Resource Not Found")
        self.forgotten.add(values["subscriber_hash"])
        return 204, None

    def getCampaigns(self, values, query, body):  # noqa: N802
        found = [one for one in self.campaigns.values() if one["recipients"].get("list_id") == query.get("list_id")]
        start, count = int(query.get("offset", 0)), int(query.get("count", 10))
        return 200, {"campaigns": found[::-1][start : start + count], "total_items": len(found)}

    def postCampaigns(self, values, query, body):  # noqa: N802
        number = secrets.token_hex(5)
        self.campaigns[number] = {"id": number, "status": "save", "emails_sent": 0, **body}
        return 200, self.campaigns[number]

    def getCampaignsId(self, values, query, body):  # noqa: N802
        campaign = self.campaigns.get(values["campaign_id"])
        return (200, campaign) if campaign else problem(404, "Resource Not Found")

    def putCampaignsIdContent(self, values, query, body):  # noqa: N802
        campaign = self.campaigns.get(values["campaign_id"])
        if campaign is None:
            return problem(404, "Resource Not Found")
        if campaign["status"] != "save":
            return problem(400, "Campaign is not in an editable state")
        campaign["content"] = body
        return 200, body

    def postCampaignsIdActionsSend(self, values, query, body):  # noqa: N802
        campaign = self.campaigns.get(values["campaign_id"])
        if campaign is None:
            return problem(404, "Resource Not Found")
        if campaign["status"] != "save" or "content" not in campaign:
            return problem(400, "Bad Request")
        readers = self.subscribed()
        campaign.update(status="sending", emails_sent=len(readers))
        for reader in readers:
            self.sent_to.setdefault(reader, []).append(campaign["settings"]["subject_line"])
        self.sends += 1
        return 204, None


def problem(status, title, detail="As it was asked, it cannot be done."):
    said = {"type": "https://mailchimp.com/", "title": title, "status": status, "detail": detail, "instance": "1"}
    return status, said


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def service(self):
        return self.server.service

    def answer(self):
        size = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(size)
        # The library sends the word null where an operation has no body.
        body = json.loads(raw) if raw else None
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        with self.service.lock:
            operation, values = self.find(url.path.removeprefix("/3.0"))
            status, made, fault = self.handle_one(operation, values, query, body)
        if fault is not None:
            self.go_wrong(fault)
        else:
            self.send(status, made)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

    def find(self, path):
        for one in OPERATIONS:
            found = one.path.fullmatch(path)
            if found and one.method == self.command and self.path.startswith("/3.0/"):
                return one, found.groupdict()
        return None, {}

    def handle_one(self, operation, values, query, body):
        if operation is None:
            self.service.wrong.append(f"{self.command} {self.path}")
            return *problem(404, "Resource Not Found"), None
        self.service.calls.append((operation.name, {**values, **query}, body))
        wrong = list(operation.problems(values, query, body)) + list(self.wrong_headers())
        self.service.wrong.extend(f"{operation.name}: {one}" for one in wrong)
        if wrong:
            return *problem(400, "Invalid Resource"), None
        fault = self.service.take_fault(operation.name)
        if fault is not None and not fault.done:
            return 0, None, fault
        if not self.is_known():
            return *problem(401, "API Key Invalid"), None
        if values.get("list_id", self.service.audience) != self.service.audience:
            return *problem(404, "Resource Not Found"), None
        return *getattr(self.service, operation.name)(values, query, body), fault

    def wrong_headers(self):
        if self.headers.get("Content-Type") != "application/json":
            yield "content type"
        if not self.headers.get("Authorization", "").startswith("Basic "):
            yield "no basic authentication"

    def is_known(self):
        typed = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        return typed.partition(":")[2] == self.service.key

    def send(self, status, made, kind="application/json; charset=utf-8", **headers):
        data = b"" if made is None else made.encode() if isinstance(made, str) else json.dumps(made).encode()
        if status >= 400 and kind.startswith("application/json"):
            kind = "application/problem+json; charset=utf-8"
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def go_wrong(self, fault):
        getattr(self, fault.kind, self.refuse)(fault)

    def hang(self, fault):
        time.sleep(fault.options.get("seconds", 1.5))
        self.close_connection = True

    def drop(self, fault):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "4000")
        self.end_headers()
        self.wfile.write(b'{"id": "')
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

    def html(self, fault):
        self.send(200, "<html><body>We are down for maintenance</body></html>", "text/html")

    def empty(self, fault):
        self.send(fault.options.get("status", 503), None)

    def elsewhere(self, fault):
        self.send(302, None, Location=fault.options["to"])

    def busy(self, fault):
        wait = fault.options.get("wait")
        self.send(*problem(429, "Too Many Requests"), **({"Retry_After": wait} if wait is not None else {}))

    def refuse(self, fault):
        self.send(*problem(int(fault.kind), "Trouble", fault.options.get("detail", "Something went wrong.")))

    def log_message(self, *words):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that gave up waiting is what some tests are about; a mistake of ours is not."""
        problem = sys.exception()
        if not isinstance(problem, OSError):
            self.service.wrong.append(repr(problem))


@contextmanager
def running():
    """The service at work; yields it with its address."""
    service = Mailchimp()
    server = Server(("127.0.0.1", 0), Handler)
    server.service = service
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}/3.0"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
