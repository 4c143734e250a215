"""What every script here starts from: the servers to talk to, what they must answer, and a list of checks.

PANALLAMA_SERVERS names a JSON file {"urls": {name: url}, "expected": {…}}. A check is a function whose name the
runner prints; the script ends with `run()`, which exits 1 if any failed.
"""

import json
import os
import sys
import time
import traceback
import urllib.error
import urllib.request

with open(os.environ["PANALLAMA_SERVERS"], encoding="utf-8") as file:
    _servers = json.load(file)
urls = _servers["urls"]
expected = _servers["expected"]
_checks = []


def check(title):
    """Makes a function one of the checks."""

    def add(function):
        _checks.append((title, function))
        return function

    return add


def equal(actual, wanted, what=""):
    assert actual == wanted, f"{what} {actual!r} is not {wanted!r}"


def near(actual, wanted, tolerance=1e-4):
    assert abs(actual - wanted) <= tolerance, f"{actual} is not {wanted}"


def failure(kind, call, *arguments, **named):
    """The error that a call ends with, which must be of this class."""
    try:
        value = call(*arguments, **named)
    except kind as error:
        return error
    raise AssertionError(f"expected {kind.__name__}, got {value!r}")


def within(seconds, busy, call):
    """Asks again while the server has no free place."""
    end = time.monotonic() + seconds
    while True:
        try:
            return call()
        except Exception as error:
            if getattr(error, "status_code", None) != busy or time.monotonic() > end:
                raise
            time.sleep(0.05)


def post(server, path, body):
    """A request without a client: what the client would not send. Returns status and body."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(urls[server] + path, data, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def run():
    failed = 0
    for title, function in _checks:
        start = time.monotonic()
        try:
            function()
            print(f"ok   {title} ({(time.monotonic() - start) * 1000:.0f} ms)", flush=True)
        except Exception:
            failed += 1
            print(f"FAIL {title}\n{traceback.format_exc()}", flush=True)
    print(f"{len(_checks) - failed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed or not _checks else 0)
