"""Finds and erases what is left of an account, by the register alone: a new table needs no line here."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.db.models import CharField, FileField, ForeignKey, Model, Q, QuerySet, TextField
from wagtail.models import ModelLogEntry

from accounts.audit.actions import details_left, forget_details
from accounts.closure.models import AccountClosure
from accounts.closure.outside import LEFT_ALONE, LeftAlone
from accounts.holds.actions import not_set_aside, set_aside, uncopied
from accounts.users.models import User
from wijk.incoming.models import IncomingMail
from wijk.mail.models import OutgoingMail, Undeliverable
from wijk.personal_data import REGISTER, Declaration, Erase, Kind, Personal, Subject, Visibility
from wijk.text import canonical_email

BATCH = 500
GOES = {Erase.NULL, Erase.REPLACE}
HARMLESS = {Kind.NONE, Kind.TECHNICAL}  # once the other fields of its row are gone


@dataclass(frozen=True)
class Leaver:
    """Whose data go: the account's number, and every address it had."""

    ref: int
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One short act of erasing: `apply` answers whether there may be more to do, `left` counts what is still there."""

    name: str
    apply: Callable[[Leaver], bool]
    left: Callable[[Leaver], int]
    rows: Callable[[Leaver], QuerySet[Any]] | None = None  # all that it could act on

    def is_idle(self, who: Leaver) -> bool:
        return self.rows is not None and not self.rows(who).exists()


def leaver(account_ref: int, *known: str) -> Leaver:
    """The account as far as it exists; a half-erased one is known by its number and the addresses written down."""
    addresses = set(EmailAddress.objects.filter(user_id=account_ref).values_list("email", flat=True))
    addresses |= set(User.objects.filter(pk=account_ref).values_list("email", flat=True))
    return Leaver(account_ref, tuple(sorted({address for address in (*addresses, *known) if address})))


def steps() -> list[Step]:
    """The plan, in an order that never loses sight of a row: what hangs on something else goes before it."""
    owned = [(found, subject) for found in REGISTER.values() for subject in found.subjects if subject.path != "self"]
    owned.sort(key=lambda pair: (-pair[1].path.count("__"), pair[0].model._meta.label, pair[1].path))
    return [
        Step("legal holds", lambda who: set_aside(who.ref), lambda who: not_set_aside(who.ref), lambda who: uncopied()),
        Step("outbox", _wipe_mail, _unwiped_mail),
        Step("sessions", _end_sessions, lambda who: len(list(_sessions(who)))),
        # While it can still be seen whose they were.
        *[_left_alone_step(sort) for sort in LEFT_ALONE.values()],
        *[_declared_step(declaration, subject) for declaration, subject in owned],
        *[_link_step(declaration, column) for declaration, column in links_to_the_account()],
        Step(ADDRESSES, lambda who: clear(_hits(who)), lambda who: len(_hits(who))),
        Step("audit trail", _forget_in_the_trail, lambda who: details_left(who.ref)),
        _deletion("account", User, Subject("self")),
    ]


def _forget_in_the_trail(who: Leaver) -> bool:
    """What was done stays, by number, for its year; from where and with what does not."""
    forget_details(who.ref)
    return False


def residue(who: Leaver) -> dict[str, int]:
    """How much of an account is still there, by step; empty when it is gone."""
    counts = {step.name: step.left(who) for step in steps()}
    return {name: count for name, count in counts.items() if count}


# Rows ----------------------------------------------------------------------------------------------------------------


def _declared_step(declaration: Declaration, subject: Subject) -> Step:
    name = f"{declaration.model._meta.label}.{subject.path}"
    if declaration.erase == Erase.DELETE_ROW:
        return _deletion(name, declaration.model, subject)
    return _replacement(name, declaration.model, subject, _replacements(declaration))


def _replacements(declaration: Declaration) -> dict[str, Any]:
    """What stays of a row that is kept: each personal field emptied or replaced as declared."""
    return {
        name: _emptied(declaration.model, name, entry)
        for name, entry in declaration.fields.items()
        if entry.kind not in HARMLESS and entry.erase in GOES
    }


def _emptied(model: type[Model], name: str, entry: Personal) -> Any:
    if entry.erase == Erase.NULL:
        return None if model._meta.get_field(name).null else ""  # type: ignore[union-attr]
    return entry.replacement


def links_to_the_account() -> Iterator[tuple[Declaration, ForeignKey[Any, Any]]]:
    """Every column that points at an account in a row about something or somebody else."""
    for declaration in REGISTER.values():
        paths = {subject.path for subject in declaration.subjects}
        for column in declaration.model._meta.local_fields:
            if isinstance(column, ForeignKey) and column.related_model is User and column.name not in paths:
                yield declaration, column


def _link_step(declaration: Declaration, column: ForeignKey[Any, Any]) -> Step:
    name, subject = f"{declaration.model._meta.label}.{column.name}, link", Subject(column.name)
    if declaration.fields[column.name].erase == Erase.NULL:
        return _replacement(name, declaration.model, subject, {column.attname: None})
    return _deletion(name, declaration.model, subject)


def _left_alone_step(sort: LeftAlone) -> Step:
    def apply(who: Leaver) -> bool:
        sort.unname(who.ref)
        return _delete_batch(sort.doomed(who.ref))

    return Step(f"left alone, {sort.name}", apply, lambda who: sort.doomed(who.ref).count() + len(sort.named(who.ref)))


def _deletion(name: str, model: type[Model], subject: Subject) -> Step:
    rows = partial(_rows, model, subject)
    return Step(name, lambda who: _delete_batch(rows(who)), lambda who: rows(who).count(), rows)


def _rows(model: type[Model], subject: Subject, who: Leaver) -> QuerySet[Any]:
    return model._base_manager.filter(**subject.of(who.ref))


def _delete_batch(rows: QuerySet[Any]) -> bool:
    model = rows.model
    batch = list(rows.values_list("pk", flat=True).distinct()[:BATCH])
    if batch:
        _forget_traces(model, batch)
        _delete_files(model, batch)
        # The default manager's own delete(), so that what a model leaves behind (a post's tombstone) is written.
        model._default_manager.filter(pk__in=batch).delete()
    return len(batch) == BATCH


def _replacement(name: str, model: type[Model], subject: Subject, values: dict[str, Any]) -> Step:
    act, left = partial(_replace, model, subject, values), partial(_count_unreplaced, model, subject, values)
    return Step(name, act, left, partial(_rows, model, subject))


def _replace(model: type[Model], subject: Subject, values: dict[str, Any], who: Leaver) -> bool:
    rows = _rows(model, subject, who)
    if model in REGISTER and subject in REGISTER[model].subjects:
        # Mail that still has to bring these words to somebody says nothing any more.
        _forget_traces(model, list(rows.values_list("pk", flat=True)))
    if values:
        rows.update(**values)
    return False


def _count_unreplaced(model: type[Model], subject: Subject, values: dict[str, Any], who: Leaver) -> int:
    unreplaced = Q(pk__in=[])
    for name, value in values.items():
        # An encrypted replacement cannot be compared with; emptiness can.
        if not value:
            unreplaced |= Q(**{f"{name}__isnull": False}) if value is None else ~Q(**{name: value})
    return _rows(model, subject, who).filter(unreplaced).count()


def _forget_traces(model: type[Model], batch: list[Any]) -> None:
    """Mail about a thing that goes says nothing any more, and the CMS's history forgets what it was called."""
    labels = [f"{model._meta.label_lower}:{pk}" for pk in batch]
    OutgoingMail.objects.filter(about__in=labels).wipe()
    history = ModelLogEntry.objects.filter(
        content_type__app_label=model._meta.app_label, content_type__model=model._meta.model_name
    )
    history.filter(object_id__in=[str(pk) for pk in batch]).update(label="", data={})


def _delete_files(model: type[Model], batch: list[Any]) -> None:
    fields = [field for field in model._meta.concrete_fields if isinstance(field, FileField)]
    for row in model._base_manager.filter(pk__in=batch) if fields else ():
        for field in fields:
            if getattr(row, field.name):
                getattr(row, field.name).delete(save=False)


# Rows found by an address typed in them -------------------------------------------------------------------------------

APART = {User, EmailAddress, OutgoingMail, AccountClosure}  # these have a step of their own
# The step that reads every row with a typed address, and so is taken for many leavers at once.
ADDRESSES = "addresses"
Hit = tuple[Declaration, Personal, Any]


def found_by_address(leavers: Iterable[Leaver]) -> dict[int, list[Hit]]:
    """Whose address is typed in which rows. What is encrypted cannot be asked of the database, so each row is read."""
    hits: dict[int, list[Hit]] = {who.ref: [] for who in leavers}
    refs = {canonical_email(address): who.ref for who in leavers for address in who.addresses}
    for declaration in [found for found in REGISTER.values() if found.model not in APART and refs]:
        contacts = {name: entry for name, entry in declaration.fields.items() if entry.kind == Kind.CONTACT}
        filled = reduce(or_, [~Q(**{name: ""}) for name in contacts]) if contacts else Q(pk__in=[])
        rows = declaration.model._base_manager.filter(filled).values_list("pk", *contacts)
        for pk, *values in rows.iterator(chunk_size=BATCH) if contacts else ():
            for entry, value in zip(contacts.values(), values, strict=True):
                ref = refs.get(canonical_email(value)) if value and "@" in value else None
                if ref is not None:
                    hits[ref].append((declaration, entry, pk))
    return hits


def _hits(who: Leaver) -> list[Hit]:
    return found_by_address([who])[who.ref]


def clear(hits: list[Hit]) -> bool:
    """Deletes or empties rows found by an address; nothing more to do after it."""
    for declaration, entry, pk in hits:
        rows = declaration.model._default_manager.filter(pk=pk)
        if not declaration.subjects or entry.visibility == Visibility.CHOICE:
            # Somebody else's, with this person as its contact: it stays, without them.
            rows.update(**_card(declaration))
        elif declaration.erase == Erase.DELETE_ROW:
            _forget_traces(declaration.model, [pk])
            rows.delete()
        else:
            _empty_what_hangs_on(declaration, pk)
            rows.update(**_replacements(declaration))
    return False


def _empty_what_hangs_on(declaration: Declaration, pk: Any) -> None:
    """The rows that are this person's by way of a row that is: what was written without an account."""
    paths = {subject.path for subject in declaration.subjects}
    for found in REGISTER.values():
        for subject in found.subjects:
            link, _dots, rest = subject.path.partition("__")
            if rest in paths and found.model._meta.get_field(link).related_model is declaration.model:
                rows = found.model._base_manager.filter(**subject.only, **{link: pk})
                _forget_traces(found.model, list(rows.values_list("pk", flat=True)))
                rows.update(**_replacements(found))


def _card(declaration: Declaration) -> dict[str, str]:
    """What says who somebody is in a row that stays, and what else is declared to go with them, emptied."""
    texts = {
        field.name for field in declaration.model._meta.concrete_fields if isinstance(field, CharField | TextField)
    }
    about_someone = {Kind.CONTACT, Kind.IDENTIFIER}
    named = [name for name, entry in declaration.fields.items() if entry.kind in about_someone or entry.erase in GOES]
    return {name: "" for name in named if name in texts}


# Mail and sessions ---------------------------------------------------------------------------------------------------


def _mail_of(who: Leaver) -> Any:
    return OutgoingMail.objects.of(who.ref, who.addresses)


def _wipe_mail(who: Leaver) -> bool:
    """The log keeps that a mail went, and when; neither its words nor to whom."""
    mails = _mail_of(who)
    mails.wipe()
    mails.update(recipient_hash="")
    Undeliverable.objects.at(who.addresses).delete()
    IncomingMail.objects.filter(account_ref=who.ref).delete()
    return False


def _unwiped_mail(who: Leaver) -> int:
    others = (Undeliverable.objects.at(who.addresses), IncomingMail.objects.filter(account_ref=who.ref))
    return int(_mail_of(who).unwiped().count() + sum(rows.count() for rows in others))


def _sessions(who: Leaver) -> Iterator[str]:
    """The keys of sessions in which this person is logged in, or in which one of the addresses was typed."""
    for session in Session.objects.iterator(chunk_size=BATCH):
        data = session.get_decoded()
        words = json.dumps(data, default=str).casefold()
        if data.get("_auth_user_id") == str(who.ref) or any(address.casefold() in words for address in who.addresses):
            yield session.session_key


def _end_sessions(who: Leaver) -> bool:
    Session.objects.filter(session_key__in=list(_sessions(who))).delete()
    return False
