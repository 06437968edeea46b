"""What is taken of a mail: the new words and no more, whatever program wrote it and whatever it tries."""

# ruff: noqa: E501  (a header is as long as it is)

import json

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from tests.wijk.mail_corpus import corpus, mail, many, part
from wijk.incoming.letter import Report, Unreadable
from wijk.incoming.reader import read

CASES = list(corpus())
MOST = 2_000_000
HEAD = b"From: bram@thuis-voorbeeld.nl\r\n"


def flat(text):
    return " ".join(text.split())


def test_the_corpus_is_wide():
    assert len(CASES) >= 300 and len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_new_words_are_whole_and_nothing_private_is_left(case):
    found = read(case.raw)
    words = flat(found.words)
    assert [line for line in case.keeps if flat(line) not in words] == []
    assert [value for value in case.private if flat(value) in words] == []
    assert found.left_out == case.left_out
    assert found.automatic == case.automatic
    assert found.report == (Report(*case.report) if case.report else None)
    assert not (case.empty and words)


AUTHORS = [
    "a@b.nl",
    "<a@b.nl>",
    "Anna <a@b.nl>",
    '"Jansen, Anna" <a@b.nl>',
    '"a@b.nl" <a@b.nl>',
    "Anna (werk) <a@b.nl>",
]
AUTHORS += ["=?utf-8?q?Ann=C3=A9?= <a@b.nl>", "Anna\r\n <a@b.nl>", '"O\\"Brien" <a@b.nl>']
DOUBTFUL = ["", "Anna", "<>", "a@b.nl, c@d.nl", "Anna <a@b.nl>, Bram <c@d.nl>", "Groep: a@b.nl;", "Groep:;", "a@b@c.nl"]
DOUBTFUL += [
    '"c@d.nl" <a@b.nl>',
    "c@d.nl <a@b.nl>",
    "<c@d.nl> <a@b.nl>",
    "<@c.nl:a@b.nl>",
    '"a b"@c.nl',
    "a@b.nl (c@d.nl)",
]
DOUBTFUL += [
    "=?utf-8?q?c=40d.nl?= <a@b.nl>",
    "=?utf-8?b?Y0BkLm5s?= <a@b.nl>",
    "=?utf-8?q?a=40b.nl?=",
    "c＠d.nl <a@b.nl>",
]
DOUBTFUL += ['"Anna <a@b.nl>', "=?utf-8?q?x?=@b.nl", "a@b.nl\r\nFrom: c@d.nl", "a@b.nl\r\nFROM : a@b.nl", "a＠x@b.nl"]


@pytest.mark.parametrize("header", AUTHORS)
def test_the_author_is_the_one_address(header):
    assert read(f"From: {header}\r\n\r\ndag".encode()).author == "a@b.nl"


@pytest.mark.parametrize("header", DOUBTFUL)
def test_in_doubt_there_is_no_author(header):
    assert read(f"From: {header}\r\n\r\ndag".encode()).author == ""


def test_what_a_mail_server_takes_for_text_is_no_header():
    """A lone carriage return ends no line there, and the first line that is no header ends them all."""
    for forged in (
        b"Subject: x\rAuthentication-Results: mx; dmarc=pass",
        b"geen kop\r\nAuthentication-Results: mx; dmarc=pass",
    ):
        assert read(HEAD + forged + b"\r\n\r\ndag").verdicts == []


def test_headers_are_read_and_unfolded():
    raw = (
        b"Authentication-Results: mx.wijk.example;\r\n\tdmarc=pass\r\n  header.from=b.nl\r\nAuthentication-Results: ander; x\r\n"
        b"Subject: =?utf-8?B?4oKs?= =?utf-8?Q?_1?= en\r\n =?iso-8859-1?q?=E9?= =?x?q?y?=\r\nMessage-ID:\r\n <1@x>\r\n"
    )
    found = read(HEAD + raw + b"\r\ndag")
    assert found.verdicts == ["mx.wijk.example; dmarc=pass header.from=b.nl", "ander; x"]
    assert (found.subject, found.message_id) == ("€ 1 en éy", "<1@x>")
    split = read(b"Subject: =?utf-8?q?caf=C3?=\r\n =?utf-8?q?=A9?=\r\n\r\n")
    assert split.subject == "café"


def test_too_many_verdicts_are_none():
    assert read(b"Authentication-Results: x\r\n" * 51 + b"\r\n").verdicts == []
    assert read(b"Authentication-Results: " + b"x" * 5000 + b"\r\n\r\n").verdicts == []


def nested(levels):
    raw = HEAD
    for level in range(levels):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
    return raw


def test_the_limits():
    for raw, code in (
        (b"x" * (MOST + 1), "size"),
        (HEAD + b"X: " + b"x" * 200_000, "size"),
        (nested(9), "depth"),
        (mail(many("mixed", *[part("text/plain", "x")] * 50)), "parts"),
    ):
        with pytest.raises(Unreadable, match=code):
            read(raw)
    assert read(nested(8)) and read(mail(many("mixed", *[part("text/plain", "x")] * 49))).words


def unharmed(raw):
    """What any bytes give: a finding that can be stored as text, or a refusal."""
    try:
        found = read(raw)
    except Unreadable as problem:
        assert str(problem) in ("size", "parts", "depth")
        return
    for text in (found.words, found.subject, found.author, found.message_id, *found.verdicts):
        text.encode()
    assert not set(found.words) & set(map(chr, [*range(9), *range(11, 32), 127]))
    json.dumps(found.verdicts)


often = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
HARD = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"--",
    b"=?utf-8?b?",
    b"?=",
    b"<",
    b">",
    b'"',
    b"(",
    b"&#",
    b"\xff",
    b"\xe2\x80",
    b"=",
    b";",
    b":",
]
pieces = strategies.one_of(strategies.sampled_from(HARD), strategies.binary(max_size=8))
changes = strategies.lists(strategies.tuples(strategies.floats(0, 1), strategies.integers(0, 40), pieces), max_size=12)


@often
@given(strategies.sampled_from(CASES), changes)
def test_a_damaged_mail_harms_nothing(case, changes):
    raw = case.raw
    for where, length, piece in changes:
        at = int(where * len(raw))
        raw = raw[:at] + piece + raw[at + length :]
    unharmed(raw)


NAMES = [
    "From",
    "Subject",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "Auto-Submitted",
    "Message-ID",
]
VALUES = [
    "multipart/mixed; boundary=",
    "text/html; charset=",
    "base64",
    "=?x?q?",
    "<a@b.nl>",
    "utf-16",
    "unicode_escape",
    "idna",
]
values = strategies.lists(strategies.one_of(strategies.sampled_from(VALUES), strategies.text(max_size=10)), max_size=4)


@often
@given(strategies.lists(strategies.tuples(strategies.sampled_from(NAMES), values), max_size=6), strategies.binary())
def test_strange_headers_harm_nothing(headers, body):
    head = "".join(f"{name}: {''.join(value)}\r\n" for name, value in headers)
    unharmed(head.encode("utf-8", "surrogatepass") + b"\r\n" + body)


@often
@given(strategies.binary(max_size=400))
def test_any_bytes_harm_nothing(raw):
    unharmed(raw)


@often
@given(strategies.text(alphabet="<>/!-ab =\"'&;#div", max_size=200))
def test_any_markup_harms_nothing(markup):
    unharmed(mail(part("text/html", markup)))
