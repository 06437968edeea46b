"""Accounts in the staff admin: who is frozen is not there, for the privacy desk alone may look, on a ground (K-47)."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.views import View
from wagtail.users.views import users

from accounts.users.models import User
from wijk.access import staff


class ForStaff(View):
    """The gate knows our own views by their declaration."""

    @staff
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return cast(HttpResponse, super().dispatch(request, *args, **kwargs))


class OneAccount(ForStaff):
    def get_object(self, *args: Any, **kwargs: Any) -> User:
        found = cast(User, super().get_object(*args, **kwargs))  # type: ignore[misc]
        if found.restricted_at is not None:
            raise Http404
        return found


class IndexView(ForStaff, users.IndexView):
    def get_base_queryset(self) -> QuerySet[User]:
        return cast(QuerySet[User], super().get_base_queryset().filter(restricted_at=None))


class CreateView(ForStaff, users.CreateView):
    pass


class EditView(OneAccount, users.EditView):
    pass


class DeleteView(OneAccount, users.DeleteView):
    pass


class HistoryView(OneAccount, users.HistoryView):
    pass


class UserViewSet(users.UserViewSet):
    index_view_class = IndexView
    add_view_class = CreateView
    edit_view_class = EditView
    delete_view_class = DeleteView
    history_view_class = HistoryView
