"""The reader's gate: sentences of at most twenty words and no office words, in every text of the site and its mails.

Reads the catalogues, which hold all texts of templates, mails and code, and the legal texts, in Dutch and in English.
What was too long on the day this gate came stands in plain_language.txt: a text may leave that list, and none may come
in.
`python scripts/plain_language.py` lists what is wrong; `--write` leaves out of the list what is mended.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
KNOWN = Path(__file__).with_name("plain_language.txt")
WORDS = Path(__file__).with_name("plain_words.txt")
LEGAL = sorted(ROOT.glob("content/legal/texts/*.txt"))
CATALOGUES = sorted(ROOT.glob("*/locale/en/LC_MESSAGES/django.po"))
MOST_WORDS = 20

# One gap is one word, whatever fills it.
GAP = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TAG = re.compile(r"<[^>]+>")
# A sentence ends at a mark with a space behind it, and at an end of a line.
END = re.compile(r"(?<=[.?:;])\s+|\n+")
WORD = re.compile(r"[^\W\d_][\w'’-]*|\d[\w.,:]*")


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text as its reader meets them."""
    yield from (part.strip() for part in END.split(GAP.sub("X", TAG.sub("", text))) if part.strip())


def too_long(text: str) -> list[str]:
    """Its sentences of more than twenty words."""
    return [sentence for sentence in sentences(text) if len(WORD.findall(sentence)) > MOST_WORDS]


def hard_words() -> dict[str, dict[re.Pattern[str], tuple[str, str]]]:
    """For each language every office word as a pattern, with itself and what to say instead."""
    dutch, _head, english = WORDS.read_text(encoding="utf-8").partition("# English\n")
    return {"nl": _patterns(dutch), "en": _patterns(english)}


def _patterns(lines: str) -> dict[re.Pattern[str], tuple[str, str]]:
    found = {}
    for line in lines.splitlines():
        word, colon, plain = line.partition(":")
        if colon and not line.startswith("#"):
            pattern = re.escape(word.strip()).replace(r"\*", r"\w*")
            found[re.compile(rf"(?<![\w-]){pattern}(?![\w-])", re.IGNORECASE)] = (word.strip(), plain.strip())
    return found


def texts() -> Iterator[tuple[str, str, str]]:
    """Every text once: its app, its language, its words."""
    for catalogue in CATALOGUES:
        app = catalogue.parents[3].name
        with catalogue.open("rb") as file:
            for message in read_po(file, locale="en"):
                for language, words in (("nl", message.id), ("en", message.string)):
                    for form in words if isinstance(words, tuple) else (words,):
                        if form:
                            yield app, language, form
    for path in LEGAL:
        language = "en" if path.suffixes == [".en", ".txt"] else "nl"
        for paragraph in path.read_text(encoding="utf-8").splitlines():
            yield "content", language, paragraph


def wrongs() -> list[str]:
    """What is wrong, one line each: the language, what is wrong, and the sentence; the same in every run."""
    hard, found = hard_words(), set()
    for _app, language, text in texts():
        found |= {f"{language} long: {' '.join(sentence.split())}" for sentence in too_long(text)}
        plain = " ".join(GAP.sub("X", TAG.sub("", text)).split())
        for pattern, (word, better) in hard[language].items():
            if pattern.search(plain):
                found.add(f"{language} {word} ({better}): {plain}")
    return sorted(found)


def known() -> list[str]:
    """What the gate found on the day it came, and nobody mended yet."""
    lines = KNOWN.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def main() -> int:
    found, allowed = wrongs(), known()
    if "--write" in sys.argv:
        head = [line for line in KNOWN.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
        KNOWN.write_text("\n".join([*head, *(line for line in allowed if line in found)]) + "\n", encoding="utf-8")
        return 0
    fresh = [line for line in found if line not in allowed]
    print("\n".join(fresh))
    print(f"{len(fresh)} texts to make plainer; {len(allowed)} more are known.")
    return 1 if fresh else 0


if __name__ == "__main__":
    sys.exit(main())
