"""Writing a file of everything about a member."""

from django.db import transaction
from django.utils.translation import override

from accounts.audit.models import record
from accounts.export import emails
from accounts.export.bundle import bundle
from accounts.export.formats import Format
from accounts.users.models import User


def export(*, user: User, by: User, form: Format) -> str:
    """The file in the member's own language; audited, and told by mail (W-73, K-39)."""
    _note(user, by, form)
    # Reading much takes a while; nobody who writes has to wait for it.
    with override(user.language):
        return form.write(bundle(user))


@transaction.atomic
def _note(user: User, by: User, form: Format) -> None:
    record("account.export", by=by, about=user, form=form.name)
    emails.downloaded(user)
