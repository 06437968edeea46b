"""How many people somebody may write to, which grows with good conduct; and what looks like the same letter to many.

Asked only of who proved to have the mailbox, so that nobody learns from the answer how another behaves. Nothing is
held back in silence: who may not write now reads why.
"""

import re
import unicodedata
from datetime import timedelta
from itertools import pairwise

from django.utils.translation import gettext as _

from content.contact.models import Conversation, Message
from wijk.encryption import keyed_hash
from wijk.limits import take

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ANSWERS_AN_HOUR = 20
# Conversations in a day: for who is new here, more for each that was answered, and for who was reported.
AT_FIRST, FOR_EACH_ANSWERED, AT_MOST, UNDER_REPORT = 5, 2, 30, 1
# What several people find in their own words is no coincidence from so many words on.
FEWEST_WORDS = 12
PRINTS, TELLING_PRINTS = 4, 3
SAME_TO_OTHERS = 5
MOST_LINKS = 2
_LINK = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")


def may_answer(talk: Conversation, side: str) -> bool:
    """Whether a side may send one more message now, on the site or by mail. Counts it."""
    return take("contact-answer", f"{talk.pk} {side}", limit=ANSWERS_AN_HOUR, per=HOUR)


def why_not_now(*, sender: str, words: str) -> str:
    """Why this mailbox may not begin a conversation with these words now; empty when it may. Counts the try.

    `sender` is the hash of the mailbox.
    """
    known = answered(sender)
    if not known and len(_LINK.findall(words)) > MOST_LINKS:
        return _("Er staan veel links in je bericht. Haal er een paar weg, dan sturen we het door.")
    if looks_like_many(words):
        return _("Deze tekst is vandaag al naar veel mensen gestuurd. Schrijf in je eigen woorden waarom je reageert.")
    if not take("contact-day", sender, limit=allowance(sender, known), per=DAY):
        return _("Je schreef vandaag al veel mensen. Wacht even op antwoord, en probeer het morgen weer.")
    return ""


def answered(sender: str) -> int:
    """In how many of its conversations this mailbox got an answer."""
    replies = Message.objects.filter(conversation__visitor_hash=sender, side=Message.Side.POSTER)
    return replies.values("conversation").distinct().count()


def allowance(sender: str, known: int) -> int:
    """How many conversations in a day are allowed."""
    if Conversation.objects.filter(visitor_hash=sender, state=Conversation.State.FROZEN).exists():
        return UNDER_REPORT
    return min(AT_FIRST + FOR_EACH_ANSWERED * known, AT_MOST)


def looks_like_many(words: str) -> bool:
    """Whether nearly the same words went to several people today, from whatever mailbox."""
    found = prints(words)
    seen = [not take("contact-words", one, limit=SAME_TO_OTHERS, per=DAY) for one in found]
    return sum(seen) >= TELLING_PRINTS


def prints(words: str) -> list[str]:
    """A few hashes of a text that stay mostly the same when a few words change; none of a short one.

    The smallest hash of its pairs of words, once for each of several ways to hash (MinHash).
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    pairs = {" ".join(pair) for pair in pairwise(_WORD.findall(plain))}
    if len(pairs) < FEWEST_WORDS:
        return []
    return [min(keyed_hash(f"words-{way}", pair) for pair in pairs) for way in range(PRINTS)]
