"""Mails as programs write them, each with what must go on of it and what must not."""

# ruff: noqa: E501  (a mail has the lines it has)

import base64
import quopri
from dataclasses import dataclass, field
from html import escape
from itertools import cycle

from tests.wijk.mail_writers import BODIES, CARDS, FORWARDS, HISTORY, HTML, OTHER, OTHER_PHONE, OWN, PLAIN

PICTURE = base64.encodebytes(b"\x89PNG" + b"x" * 900).decode()
PIXEL = base64.encodebytes(b"GIF89a" + b"x" * 30).decode()
CODINGS = [
    ("utf-8", "8bit"),
    ("utf-8", "quoted-printable"),
    ("utf-8", "base64"),
    ("iso-8859-1", "quoted-printable"),
    ("iso-8859-1", "8bit"),
    ("iso-8859-15", "quoted-printable"),
    ("windows-1252", "8bit"),
    ("windows-1252", "base64"),
    ("utf-16", "base64"),
]


@dataclass
class Case:
    name: str
    raw: bytes
    keeps: list[str] = field(default_factory=list)
    private: list[str] = field(default_factory=list)
    left_out: int = 0
    automatic: str = ""
    report: tuple[str, str] | None = None
    # Whether the words are exactly what is kept, but for a greeting and a name.
    empty: bool = False


def part(kind, text, *, charset="utf-8", coding="8bit", head="", more=""):
    """One part: its headers and its encoded text."""
    raw = text.replace("\r\n", "\n").replace("\n", "\r\n").encode(charset)
    if coding == "base64":
        raw = base64.encodebytes(raw).replace(b"\n", b"\r\n")
    elif coding == "quoted-printable":
        raw = quopri.encodestring(raw.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    top = f"Content-Type: {kind}; charset={charset}{more}\r\nContent-Transfer-Encoding: {coding}\r\n{head}\r\n"
    return top.encode() + raw


def file(kind, name, content, *, placing="attachment", head=""):
    top = f'Content-Type: {kind}; name="{name}"\r\nContent-Disposition: {placing}; filename="{name}"\r\n{head}'
    return (
        f"{top}Content-Transfer-Encoding: base64\r\n\r\n{content}".replace("\r\n", "\n").replace("\n", "\r\n").encode()
    )


_numbers = iter(range(10_000))


def many(kind, *parts, more=""):
    """A part of parts."""
    line = f"=_{next(_numbers)}_grens"
    inner = b"".join(b"--" + line.encode() + b"\r\n" + one + b"\r\n" for one in parts)
    return (
        f'Content-Type: multipart/{kind}; boundary="{line}"{more}\r\n\r\n'.encode() + inner + f"--{line}--\r\n".encode()
    )


def mail(body, *, author=f"Bram de Vries <{OWN}>", subject="Re: lamp", more=""):
    head = (
        f"From: {author}\r\nTo: Anna via Wijk <abc@wijk.example>\r\nSubject: {subject}\r\nMessage-ID: <1@x>\r\n{more}"
    )
    return f"{head}MIME-Version: 1.0\r\n".encode() + body


def quoted(lines, level=1):
    return [(">" * level + " " + line).rstrip() for line in lines]


def as_html(lines):
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in lines)


def fits(lines, charset):
    try:
        "\n".join(lines).encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def corpus():
    """All of them; each name is another shape."""
    return [
        *plain_answers(), *html_answers(), *codings(), *cards(), *forwards(), *attached(), *odd(), *machines(), *reports()
    ]  # fmt: skip


def plain_answers():
    """Every program's history under, over and between what is new, with one to three levels."""
    bodies, some_cards = cycle(BODIES.items()), cycle(CARDS)
    for number, (program, intro, mark) in enumerate(PLAIN):
        for place in ("top", "bottom", "between") if mark else ("top",):
            name, body = next(bodies)
            card, lines, secret = next(some_cards)
            if place == "between":
                card, lines, secret = "none", [], []
            levels = 1 + number % 3
            old = _history(levels) if mark else HISTORY
            new = {"top": [*body, *lines, "", *intro, *old], "bottom": [*intro, *old, "", *body, *lines]}
            text = new.get(place) or [*intro, *old[:2], "", *body, "", *old[2:4], "", "Ja hoor.", "", *old[4:]]
            charset, coding = next(_coding(body + lines + intro))
            keeps = [*body, "Ja hoor."] if place == "between" else body
            yield Case(
                f"plain {program} {place} {levels} {name} {card} {charset} {coding}",
                mail(part("text/plain", "\n".join(text), charset=charset, coding=coding)),
                keeps, [OTHER, OTHER_PHONE, "De lamp staat klaar", "10:14", *secret],
            )  # fmt: skip


def _history(levels):
    deeper = [
        line for level in range(2, levels + 1) for line in quoted([f"On 1 Nov 2026 {OTHER} wrote:", "Dag"], level)
    ]
    return [*quoted(HISTORY), *deeper]


_turn = cycle(CODINGS)


def _coding(lines):
    while True:
        charset, coding = next(_turn)
        if fits(lines, charset):
            yield charset, coding


def html_answers():
    """Every program's HTML: alone, beside a plain form, with a picture inside, and with a file."""
    bodies, some_cards = cycle(BODIES.items()), cycle(CARDS[1:9])
    for program, form in HTML:
        for shape in ("alone", "alternative", "empty plain", "related", "mixed"):
            name, body = next(bodies)
            card, lines, secret = next(some_cards)
            markup = _filled(form, new=body, card=lines, old=HISTORY)
            charset, coding = next(_coding([markup]))
            html = part("text/html", markup, charset=charset, coding=coding)
            plain = part("text/plain", "\n".join([*body, *lines, "", *PLAIN[0][1], *quoted(HISTORY)]), coding="base64")
            shown = file("image/png", "foto.png", PICTURE, placing="inline", head="Content-ID: <a@b>\r\n")
            made = {
                "alone": (html, 0),
                "alternative": (many("alternative", plain, html), 0),
                "empty plain": (many("alternative", part("text/plain", " \n\n"), html), 0),
                "related": (many("related", many("alternative", plain, html), shown), 1),
                "mixed": (many("mixed", many("alternative", html), file("application/pdf", "a.pdf", PICTURE)), 1),
            }
            raw, left_out = made[shape]
            yield Case(
                f"html {program} {shape} {name} {card} {charset} {coding}",
                mail(raw), body, [OTHER, OTHER_PHONE, "De lamp staat klaar", "10:14", *secret], left_out,
            )  # fmt: skip


def _filled(form, **texts):
    for name, lines in texts.items():
        form = form.replace("{" + name + "}", as_html(lines))
    return form


def codings():
    """Every text in every set of characters it fits in, also named wrongly."""
    for name, body in BODIES.items():
        for charset, coding in CODINGS:
            if fits(body, charset):
                raw = part("text/plain", "\n".join(body), charset=charset, coding=coding)
                yield Case(f"coding {name} {charset} {coding}", mail(raw), body)
    text = "\n".join(BODIES["latin-accents"])
    for said in ("us-ascii", "x-unknown", "", "ISO-8859-1", '"utf-8"', "'utf-8'", "a b", "utf-7\x00", "rot13", "hex"):
        raw = part("text/plain", text).replace(b"charset=utf-8", b"charset=" + said.encode())
        keeps = [] if "\x00" in said else BODIES["latin-accents"]
        yield Case(f"charset named {said!r} is utf-8", mail(raw), keeps)
    for said in ("us-ascii", "x-unknown", "iso-8859-1"):
        raw = part("text/plain", text, charset="windows-1252").replace(
            b"charset=windows-1252", b"charset=" + said.encode()
        )
        yield Case(f"charset named {said!r} is windows-1252", mail(raw), BODIES["latin-accents"])
    flowed = " \n".join(["Als je wilt kan ik de lamp ook", "bij je thuis brengen, want ik kom", "er toch langs."])
    whole = "Als je wilt kan ik de lamp ook bij je thuis brengen, want ik kom er toch langs."
    below = f"\n\nOp 03-11-2026 om 10:14 schreef \nAnna:\n> Bel 06-12 34 56 \n> 78 of mail {OTHER}\n\n-- \nBram\n026-1234567\n"
    for delsp in ("", "; delsp=no", "; delsp=yes"):
        text = flowed.replace(" \n", "  \n") if "yes" in delsp else flowed
        raw = part("text/plain", text + below, more=f"; format=flowed{delsp}")
        yield Case(f"flowed {delsp}", mail(raw), [whole], [OTHER, "34 56", "1234567"])


def cards():
    """Every signature under three texts, with the history below it and without."""
    for card, lines, secret in CARDS:
        for name in ("ascii-short", "ascii-list", "ascii-op"):
            old = ["", *PLAIN[0][1], *quoted(HISTORY)] if name != "ascii-op" else []
            text = "\n".join([*BODIES[name], *lines, *old])
            yield Case(f"card {card} {name}", mail(part("text/plain", text)), BODIES[name], [*secret, OTHER])
    after = "Graag.\n\nGroeten,\nBram\n06-98765432\n\nPS neem je de ladder mee?"
    yield Case("card with afterthought", mail(part("text/plain", after)), ["PS neem je de ladder mee?"], ["98765432"])


def forwards():
    for program, intro in FORWARDS:
        for name, body in (("empty", []), ("new", BODIES["ascii-short"])):
            text = "\n".join([*body, "", *intro, *HISTORY])
            yield Case(
                f"forward {program} {name}", mail(part("text/plain", text)), body, [OTHER, OTHER_PHONE], empty=not body
            )
    whole = many(
        "mixed", part("text/plain", "Kijk eens."), b"Content-Type: message/rfc822\r\n\r\n" + mail(b"\r\ngeheim")
    )
    yield Case("forward as a file", mail(whole), ["Kijk eens."], ["geheim"], 1)
    digest = many("mixed", part("text/plain", "Kijk."), many("digest", b"\r\n" + mail(b"\r\ngeheim")))
    yield Case("forward as a digest", mail(digest), ["Kijk."], ["geheim"], 1)


def attached():
    """What may hang on a mail: cards, calendars, signatures, keys, pictures, texts, pixels."""
    text = part("text/plain", "Zie de bijlage.")
    invite = part("text/calendar", f"BEGIN:VCALENDAR\nORGANIZER:mailto:{OTHER}\nEND:VCALENDAR", more="; method=REPLY")
    seen = [
        ("vcard", file("text/vcard", "bram.vcf", base64.encodebytes(b"TEL:026-1234567").decode()), 1),
        ("vcard inline", part("text/x-vcard", f"BEGIN:VCARD\nEMAIL:{OWN}\nEND:VCARD"), 1),
        ("calendar", invite, 1),
        ("picture", file("image/jpeg", "a.jpg", PICTURE), 1),
        ("pixel", file("image/gif", "p.gif", PIXEL, placing="inline"), 0),
        ("text file", file("text/plain", "adres.txt", base64.encodebytes(OWN.encode()).decode()), 1),
        ("page", file("text/html", "adres.html", base64.encodebytes(OWN.encode()).decode(), placing="inline"), 1),
        ("winmail", file("application/ms-tnef", "winmail.dat", PICTURE), 1),
        ("key", file("application/pgp-keys", "OpenPGP_0x1.asc", PICTURE), 0),
    ]
    for name, other, count in seen:
        yield Case(
            f"attached {name}", mail(many("mixed", text, other)), ["Zie de bijlage."], [OWN, OTHER, "1234567"], count
        )
    for kind, name in (
        ("pkcs7-signature", "smime.p7s"),
        ("x-pkcs7-signature", "smime.p7s"),
        ("pgp-signature", "s.asc"),
    ):
        sealed = many("signed", text, file(f"application/{kind}", name, PICTURE), more=f"; protocol=application/{kind}")
        yield Case(f"signed {kind}", mail(sealed), ["Zie de bijlage."])
    armoured = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nGraag.\n- - een lamp\n-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----"
    yield Case("signed inside", mail(part("text/plain", armoured)), ["Graag.", "- een lamp"], ["PGP", "SHA512"])
    apple = many(
        "alternative",
        text,
        many("mixed", part("text/html", "<p>Zie</p>"), file("image/png", "a.png", PICTURE), part("text/html", "<br>")),
    )
    yield Case("apple picture in the text", mail(apple), ["Zie de bijlage."], [], 1)
    split = many("mixed", part("text/plain", "Voor."), file("image/png", "a.png", PICTURE), part("text/plain", "Na."))
    yield Case("text around a picture", mail(split), ["Voor.", "Na."], [], 1)
    yield Case("nothing but a picture", mail(file("image/png", "a.png", PICTURE)), [], [], 1, empty=True)
    yield Case("calendar in alternative", mail(many("alternative", text, invite)), ["Zie de bijlage."], [OTHER], 1)


def odd():
    """What is broken, empty or old."""
    whole = mail(part("text/plain", "Eerste.\n\nTweede.\n\nOp 3 nov 2026 om 10:14 schreef Anna <a@b.nl>:\n> oud"))
    for name, line_break in (("lf", b"\n"), ("cr lf lf", b"\r\n\n")):
        raw = (
            whole.replace(b"\r\n", line_break)
            if name == "lf"
            else whole.split(b"\r\n\r\n", 1)[0]
            + b"\r\n\r\n"
            + whole.split(b"\r\n\r\n", 1)[1].replace(b"\r\n", line_break)
        )
        yield Case(f"breaks {name}", raw, ["Eerste.", "Tweede."], ["a@b.nl", "oud"])
    yield Case("breaks cr", mail(b"\r\nEerste.\rTweede.\r> oud"), ["Eerste.", "Tweede."], ["oud"])
    for name, body in (
        ("nothing", b"\r\n"),
        ("no body", b""),
        ("spaces", b"\r\n  \r\n \r\n"),
        ("only a card", b"\r\n-- \r\nBram 026-1234567"),
        ("only history", b"\r\n> oud\r\n> ouder"),
    ):
        yield Case(f"empty {name}", mail(body), private=["1234567", "oud"], empty=True)
    unclosed = many("mixed", part("text/plain", "Graag.")).rsplit(b"\r\n--", 1)[0]
    yield Case("last boundary missing", mail(unclosed), ["Graag."])
    yield Case("no boundary named", mail(b"Content-Type: multipart/mixed\r\n\r\nGraag."), ["Graag."] * 0)
    yield Case("wrong kind", mail(b"Content-Type: tekst\r\n\r\nGraag."), ["Graag."])
    yield Case("damaged base64", mail(b"Content-Transfer-Encoding: base64\r\n\r\nR3JhYWcu!!*\r\nQQ"), ["Graag."])
    yield Case(
        "damaged qp", mail(b"Content-Transfer-Encoding: quoted-printable\r\n\r\nGraag=ZZ =\r\nja=E9=\r\n"), ["ja"]
    )
    yield Case(
        "utf-7 stays as it is", mail(b"Content-Type: text/plain; charset=utf-7\r\n\r\n+ADw-b+AD4-"), ["+ADw-b+AD4-"]
    )
    yield Case("mbox", b"From bram Tue Nov 3\r\n" + mail(b"\r\nGraag."), ["Graag."])
    yield Case("html without an end", mail(part("text/html", "<p>Graag<b")), ["Graag"])
    above = "Dit is wat ik kan.\nOp 3 mei om 10:30:\n> Wanneer kun je?\nOp 4 mei ook.\nOp ma 3 nov. 2026 om 10:14 schreef Anna <a@b.nl>:\n> oud"
    yield Case(
        "close to the history",
        mail(part("text/plain", above)),
        above.split("\n")[:2] + ["Op 4 mei ook."],
        ["a@b.nl", "oud", "Wanneer"],
    )
    hidden = '<div style="display:none">verborgen</div><p>Graag</p><!-- ook --><script>x="<p>nee</p>"</script>'
    yield Case("html with what is hidden", mail(part("text/html", hidden)), ["Graag"], ["verborgen", "ook", "nee"])
    pre = "<pre>a  b\n\n  c</pre><ul><li>een</li><li>twee</li></ul>1 &lt; 2 &euro; &eacute;&#8203;<br/>eind"
    yield Case(
        "html of all sorts", mail(part("text/html", pre)), ["a  b", "  c", "- een", "- twee", "1 < 2 € é", "eind"]
    )
    inline = '<div class="gmail_quote"><div class="gmail_attr">Op ma 3 nov. 2026 om 10:14 schreef Anna:</div><blockquote>oud</blockquote><div>Mijn antwoord.</div><blockquote>ouder</blockquote></div>'
    yield Case("html between", mail(part("text/html", inline)), ["Mijn antwoord."], ["oud", "10:14"])
    yield Case("nested seven deep", mail(_nested(7)), ["Diep."])


def _nested(levels):
    inner = part("text/plain", "Diep.")
    for _level in range(levels):
        inner = many("mixed", inner)
    return inner


SUBJECTS = [
    "Automatisch antwoord: lamp", "Automatic reply: lamp", "Out of Office: lamp", "Out of office", "Afwezig", "Afwezig: Re: lamp",
    "Afwezig Re: lamp", "Niet aanwezig", "Afwezigheidsbericht", "Ik ben op vakantie", "Auto-Reply: lamp", "Autoreply",
    "Automatische Antwort: lamp", "Abwesenheitsnotiz: lamp", "Abwesenheit: lamp", "Abwesend: lamp",
    "=?utf-8?q?R=C3=A9ponse_automatique_=3A_lamp?=", "Absence: lamp", "Gelezen: lamp", "On vacation", "Im Urlaub", "Ontvangstbevestiging",
]  # fmt: skip
PERSONS = [
    "Re: Afwezig",
    "Afwezig zaterdag, zondag wel",
    "Vakantie in Drenthe",
    "Re: Automatisch antwoord: lamp",
    "Gelezen boeken",
]
HEADERS = [
    ("Auto-Submitted: auto-replied", "auto-submitted"), ("Auto-Submitted: auto-generated (vacation)", "auto-submitted"), ("Auto-Submitted: no", ""),
    ("Precedence: bulk", "precedence"), ("Precedence: list", "precedence"), ("Precedence: junk", "precedence"),
    ("Precedence: auto_reply", "precedence"), ("Precedence: first-class", ""), ("List-Id: <x.y>", "list"),
    ("List-Unsubscribe: <https://x.y>", "list"), ("X-Auto-Response-Suppress: All", "suppress"), ("X-Auto-Response-Suppress: DR, OOF", "suppress"),
    ("X-Autoreply: yes", "answerer"), ("X-Autorespond: lamp", "answerer"), ("Return-Path: <>", "sender"),
    ("Return-Path: <bram@x.nl>", ""), ("X-Wijk-Hop: 1", "hop"), ("Received: x\r\n" * 26 + "X-A: b", "loop"), ("Received: x\r\n" * 25 + "X-A: b", ""),
]  # fmt: skip


def machines():
    """Answers of no person, and persons who look a little like it."""
    for subject in SUBJECTS:
        yield Case(f"subject {subject}", mail(b"\r\nIk ben er niet.", subject=subject), automatic="subject")
    for subject in PERSONS:
        yield Case(f"subject of a person {subject}", mail(b"\r\nGraag.", subject=subject), ["Graag."])
    for header, code in HEADERS:
        yield Case(
            f"header {header[:40]} {code}", mail(b"\r\nGraag.", more=header + "\r\n"), ["Graag."], automatic=code
        )
    for author in (
        "MAILER-DAEMON@x.nl",
        "Mail <mailer-daemon@x.nl>",
        "noreply@x.nl",
        "no-reply+1@x.nl",
        "<>",
        "postmaster@x.nl",
    ):
        yield Case(f"author {author}", mail(b"\r\nGraag.", author=author), ["Graag."], automatic="sender")
    receipt = many(
        "report",
        part("text/plain", "Gelezen."),
        b"Content-Type: message/disposition-notification\r\n\r\nDisposition: manual-action/MDN-sent-manually; displayed",
        more="; report-type=disposition-notification",
    )
    yield Case("receipt", mail(receipt, subject="lamp"), automatic="report")


def reports():
    """Mail that did not arrive, told by the book and in words, and mail that counts as spam."""
    for action, status, told in (
        ("failed", "5.1.1", ("bounce", "5.1.1")), ("failed", "5.2.2 (full)", ("bounce", "5.2.2")), ("delayed", "4.4.1", None),
        ("failed", "kapot", ("bounce", "5.0.0")), ("delivered", "2.0.0", None), ("relayed", "2.1.5", None),
    ):  # fmt: skip
        told_in = (
            f"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; {OTHER}\r\nAction: {action}\r\nStatus: {status}\r\n"
        )
        inner = b"Content-Type: message/delivery-status\r\n\r\n" + told_in.encode()
        raw = many(
            "report",
            part("text/plain", "Not delivered."),
            inner,
            b"Content-Type: message/rfc822\r\n\r\nSubject: x",
            more="; report-type=delivery-status",
        )
        yield Case(
            f"report {action} {status}",
            mail(raw, author="MAILER-DAEMON@x.nl"),
            automatic="report",
            report=told,
            left_out=1,
        )
    for name, subject, text, status in (
        ("qmail", "failure notice", "Hi. This is the qmail-send program at x.\n<a@b.nl>:\nSorry, no mailbox here by that name. (#5.1.1)", "5.1.1"),
        ("exim", "Mail delivery failed: returning message to sender", "a@b.nl\n  SMTP error from remote mail server: 550 no such user", "5.0.0"),
        ("exim delay", "Warning: message 1x delayed 24 hours", "The message has not been delivered yet.", "4.0.0"),
        ("exchange nl", "Onbestelbaar: lamp", "De e-mail kon niet worden bezorgd. 550 5.4.1 Recipient address rejected", "5.4.1"),
        ("postfix", "Undelivered Mail Returned to Sender", "host 10.5.1.1.1 said: 452 4.2.2 full", "4.2.2"),
        ("german", "Unzustellbar: lamp", "Server 5.1.1.1 sagt nein", "5.0.0"),
    ):  # fmt: skip
        raw = mail(part("text/plain", text), author="MAILER-DAEMON@x.nl", subject=subject)
        yield Case(f"old report {name}", raw, automatic="sender", report=("bounce", status))
    for kind, told in (("abuse", ("complaint", "")), ("not-spam", None), ("auth-failure", None)):
        inner = b"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: " + kind.encode() + b"\r\nVersion: 1\r\n"
        raw = many("report", part("text/plain", "Spam."), inner, more="; report-type=feedback-report")
        yield Case(f"complaint {kind}", mail(raw), automatic="report", report=told)
    yield Case(
        "undeliverable says a person", mail(b"\r\nGraag. 5.1.1", subject="Undeliverable: lamp"), ["Graag. 5.1.1"]
    )
