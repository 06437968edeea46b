"""The form that comes back once: it shows what its texts give away, and takes them as they are when the writer says so.

Nothing of what was found is kept. The page carries a keyed hash of each thing that was shown, and the next sending
brings those back: only what is new is asked about.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise

from wijk.encryption import keyed_hash
from wijk.leaks.kinds import Finding, Kind
from wijk.leaks.reading import findings

# The name under which the page sends back what its writer saw.
SEEN = "seen"
# More than one text can hold.
MOST = 1000
_HASH = re.compile(r"\b[0-9a-f]{20}\b")


@dataclass(frozen=True)
class Advice:
    """What a writer hears about one kind of finding: what it is, who can read it, what to do instead."""

    label: str | Promise
    why: str | Promise
    instead: str | Promise


@dataclass
class Leak:
    """All new findings of one kind, with their advice."""

    kind: Kind
    advice: Advice
    pieces: list[str]
    # Whether a button moves it to the contact details.
    movable: bool = False


class LeakGuard(forms.BaseForm):
    """Mix it in before a form class. A form that still has something to show is not valid, and has no error."""

    # Which texts others read; and for each kind of finding that matters here, what to say about it.
    guarded: ClassVar[tuple[str, ...]]
    advice: ClassVar[Mapping[Kind, Advice]]

    def is_valid(self) -> bool:
        return super().is_valid() and not self.leaks

    @cached_property
    def leaks(self) -> list[Leak]:
        """What the texts give away and the writer has not seen yet; errors come first."""
        if not self.is_bound or self.errors:
            return []
        known = self.known()
        new = [finding for _name, finding in self.found if key_of(finding) not in known]
        return [
            Leak(kind, advice, list(dict.fromkeys(one.piece for one in new if one.kind == kind)), self.can_move(kind))
            for kind, advice in self.advice.items()
            if any(one.kind == kind for one in new)
        ]

    @cached_property
    def found(self) -> list[tuple[str, Finding]]:
        """Everything the texts of a form without errors give away, with the name of its field."""
        texts = {name: str(self.cleaned_data.get(name, "")) for name in self.guarded if name in self.fields}
        pairs = [(name, finding) for name, text in texts.items() for finding in findings(text)]
        return [(name, finding) for name, finding in pairs if self.matters(name, finding)]

    def matters(self, name: str, finding: Finding) -> bool:
        """Whether this kind of thing is worth a question in this field."""
        return finding.kind in self.advice

    def can_move(self, kind: Kind) -> bool:
        """Whether a button moves what was found to where it belongs."""
        return False

    def known(self) -> set[str]:
        """The hashes of what the writer need not be asked about again."""
        return set(self.seen)

    @cached_property
    def seen(self) -> list[str]:
        """The hashes of what was shown before, as the page sent them back; it carries them along."""
        data = self.data
        sent = data.getlist(SEEN) if isinstance(data, QueryDict) else [data.get(SEEN, "")]
        return sorted(set(_HASH.findall(" ".join(map(str, sent)))))[:MOST]

    @property
    def now_seen(self) -> list[str]:
        """The same with all that is shown now, for the button by which the writer says that it may stay."""
        return sorted({key_of(finding) for _name, finding in self.found})


def key_of(finding: Finding) -> str:
    """A hash by which the same thing is known again, wherever in the text it stands."""
    return keyed_hash("leak", f"{finding.kind}:{finding.value}")[:20]
