"""The desk's act of proposing to pass a request on."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from content.helping import referring
from content.helping.forms import ReferForm
from content.moderation.models import desk_posts
from neighbourhoods.managers.desk import at_desk, desk_context
from neighbourhoods.places.models import Neighbourhood
from wijk.limits import take
from wijk.views import too_many


@at_desk
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, neighbourhood: Neighbourhood, pk: int) -> HttpResponse:
    """A manager proposes an organisation for a request; its poster decides."""
    posts = desk_posts(request.user, neighbourhood).select_related("author", "neighbourhood")
    post = get_object_or_404(posts, pk=pk)
    can = referring.may_propose(post)
    organisations = referring.possible(neighbourhood, post).order_by("name")
    form = ReferForm(request.POST if request.method == "POST" else None, organisations=organisations)
    if form.is_bound and can and form.is_valid():
        if not take("referral", str(request.user.pk), limit=30, per=timedelta(days=1)):
            return too_many(request, minutes=24 * 60)
        if referring.propose(post=post, organisation=form.cleaned_data["organisation"], by=request.user):
            messages.success(request, _("De schrijver krijgt een mail met je voorstel. Na een ja geven we het door."))
        else:
            messages.warning(request, _("Dit voorstel kan nu niet. Er is niets verstuurd."))
        return redirect("moderation:post", wijk=neighbourhood.slug, pk=pk)
    proposed = post.referrals.select_related("organisation")
    context = {"post": post, "form": form, "can": can, "any": organisations.exists(), "proposed": proposed}
    return render(request, "helping/propose.html", desk_context(request, neighbourhood, nav="berichten", **context))
