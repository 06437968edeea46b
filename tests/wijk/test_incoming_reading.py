"""What no mail can do: keep us waiting, fill the memory, or end more than the process that reads it."""

# ruff: noqa: E501  (a bomb is as long as it is)

import os
import resource
import signal
import subprocess
import sys

import pytest
from django.conf import settings

from tests.wijk.mail_corpus import mail, part
from wijk.incoming import reading
from wijk.incoming.child import MEMORY
from wijk.incoming.letter import Unreadable
from wijk.incoming.reader import read
from wijk.incoming.structure import LARGEST as MOST

HEAD = b"From: bram@thuis-voorbeeld.nl\r\n"
MAIL = mail(part("text/plain", "Graag."))


def nested(levels):
    lines = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    return HEAD + b"".join(lines % (level, level) for level in range(levels))


def filled(line, *, kind="text/plain", coding="7bit"):
    """A mail of the largest size, full of one line."""
    head = HEAD + f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {coding}\r\n\r\n".encode()
    return head + line * ((MOST - len(head)) // len(line))


BOMBS = {
    "nested parts": nested(20_000),
    "empty parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\n\n" * 390_000,
    "boundaries that are none": HEAD + b"Content-Type: multipart/mixed; boundary=" + b"b" * 1900 + b"\r\n\r\n" + (b"--" + b"b" * 1899 + b"\n") * 1000,
    "mails in mails": (b"Content-Type: message/rfc822\r\n\r\n" * 80_000)[:MOST],
    "long header": b"Subject: " + b"x" * (MOST - 9),
    "many headers": b"a:\n" * 660_000,
    **{f"From of {sign!r}": b"From: " + sign * (1_000_000 // len(sign)) for sign in (b"<", b"(", b",", b'"', b"a@b,", b"=?a?q?")},
    **{f"short From of {sign!r}": b"From: " + sign * (190_000 // len(sign)) + b"\r\n\r\n" for sign in (b"<", b"(", b",", b'"', b" ")},
    "parameters": b"Content-Type: text/plain" + b'; a="' * 38_000 + b"\r\n\r\n",
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 14_000 + b"\r\n\r\n",
    "quoted-printable": filled(b"=0A", coding="quoted-printable"),
    "base64": filled(b"Cg==", coding="base64"),
    "utf-32": filled(b"AAABAA==", kind="text/plain; charset=utf-32", coding="base64"),
    "utf-16 markup": filled(b"PAA+AA==", kind="text/html; charset=utf-16", coding="base64"),
    "verdicts of comments": b"Authentication-Results: " + b"(" * 190_000 + b"\r\n\r\n",
    "bounce": HEAD + b"Return-Path: <>\r\nSubject: failure notice\r\n\r\n" + b"4.4." * 490_000,
    "bounce of errors": HEAD + b"Return-Path: <>\r\nSubject: failure notice\r\n\r\n" + b"error " * 330_000,
    **{
        f"html {sign!r}": filled(sign, kind="text/html")
        for sign in (b"<div>", b"<", b"<a ", b"</", b"<!--", b"<!", b"<?", b"&", b"&#", b"&lt", b"<blockquote>", b"<p>a</p>", b"<style>", b"a ")
    },
    **{
        f"one tag of {sign!r}": HEAD + b"Content-Type: text/html\r\n\r\n<a" + sign * (1_990_000 // len(sign))
        for sign in (b' b="', b" b=c", b" =", b"/", b" ", b"'", b" style='display:")
    },
    "script": HEAD + b"Content-Type: text/html\r\n\r\n<script>" + b"</" * 40_000,
    **{
        f"text {line!r}": filled(line)
        for line in (b"> ", b"> \n", b">\na\n", b"Op ", b"Op 3\n", b"Op 3:\n", b" ", b"\n", b"Van:\n", b"-", b"-----\n", b"--\n", b"* ", b"0 ", b"a@", b"a\n")
    },
    **{f"line {line!r}": filled(line * (250 // len(line)) + b"\n") for line in (b"met ", b"Op 3 ", b"0 ", b"verzonden ", b"van ", b"dit mail ")},
    "flowed": filled(b"a \n", kind="text/plain; format=flowed"),
    "flowed quotes": filled(b"> \n", kind="text/plain; format=flowed"),
    "blank lines": filled(b"Op 1 schreef:" + b"\n" * 2000),
    "sealed": filled(b"-----BEGIN PGP SIGNED MESSAGE-----\n"),
}  # fmt: skip


def cpu_seconds():
    """What all reading processes used until now."""
    past, alive = resource.getrusage(resource.RUSAGE_CHILDREN), reading._reading.child
    if alive is None:
        return past.ru_utime + past.ru_stime
    with open(f"/proc/{alive.process.pid}/stat") as stat:
        ticks = stat.read().rpartition(")")[2].split()[11:13]
    return past.ru_utime + past.ru_stime + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("raw", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_read_or_refused_within_five_seconds_and_the_memory(raw):
    assert len(raw) <= MOST
    before = cpu_seconds()
    try:
        reading.read(raw)
    except Unreadable as problem:
        assert str(problem) in ("size", "parts", "depth", "memory")
    assert cpu_seconds() - before < reading.SECONDS
    if reading._reading.child:
        with open(f"/proc/{reading._reading.child.process.pid}/status") as status:
            peak = next(int(line.split()[1]) for line in status if line.startswith("VmPeak"))
        assert peak * 1024 <= MEMORY
    assert reading.read(MAIL).words == "Graag."


def test_the_process_has_its_limits_and_none_of_our_secrets():
    assert reading.read(MAIL) == read(MAIL)
    process = f"/proc/{reading._reading.child.process.pid}"
    with open(f"{process}/limits") as file:
        limits = {line[:26].strip(): line[26:].split()[:2] for line in file}
    for limit, most in (
        ("Max address space", MEMORY),
        ("Max data size", MEMORY),
        ("Max core file size", 0),
        ("Max file size", 0),
    ):
        assert limits[limit] == [str(most)] * 2
    with open(f"{process}/environ", "rb") as file:
        assert file.read() == b""


def test_who_takes_too_long_is_stopped_and_another_goes_on(monkeypatch):
    reading.read(MAIL)
    os.kill(reading._reading.child.process.pid, signal.SIGSTOP)
    monkeypatch.setattr(reading, "SECONDS", 0.2)
    with pytest.raises(Unreadable, match="time"):
        reading.read(MAIL)
    monkeypatch.undo()
    assert reading.read(MAIL).words == "Graag."


def test_a_process_that_died_is_replaced_and_one_that_dies_refuses_the_mail(monkeypatch):
    reading.read(MAIL)
    reading._reading.child.process.kill()
    reading._reading.child.process.wait()
    assert reading.read(MAIL).words == "Graag."
    monkeypatch.setattr(reading._reading.child, "alive", lambda: True)
    reading._reading.child.process.kill()
    with pytest.raises(Unreadable, match="broken"):
        reading.read(MAIL)
    assert reading.read(MAIL).words == "Graag."


def test_a_process_that_does_not_start_is_not_the_fault_of_the_mail(monkeypatch):
    reading._reading.end()
    monkeypatch.setattr(reading.sys, "executable", "/bin/false")
    with pytest.raises(OSError):
        reading.read(MAIL)
    monkeypatch.undo()
    assert reading.read(MAIL).words == "Graag."


def ran(code):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60
    )


def test_the_process_knows_no_site():
    code = "import sys, wijk.incoming.child; print([m for m in sys.modules if m.startswith(('django', 'content', 'accounts'))])"
    assert ran(code).stdout == "[]\n"


def test_a_fork_has_a_process_of_its_own_and_none_is_left_behind():
    code = """
import os
from wijk.incoming import reading
mail = b"From: a@b.nl\\r\\n\\r\\nGraag."
reading.read(mail)
first = reading._reading.child.process.pid
if os.fork() == 0:
    same = reading._reading.child is not None or reading.read(mail).words != "Graag." or reading._reading.child.process.pid == first
    reading._reading.end()
    os._exit(same)
assert os.wait()[1] == 0
assert reading.read(mail).words == "Graag." and reading._reading.child.process.pid == first
print(first)
"""
    done = ran(code)
    assert done.returncode == 0, done.stderr
    assert not os.path.exists(f"/proc/{done.stdout.strip()}")
