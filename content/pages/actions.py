"""Setting up the page tree, and a manager's news."""

from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Locale, Page, Site

from accounts.audit.models import record
from accounts.requests.rights import interest
from content.pages.images import CleanFile
from content.pages.models import (
    CleanImage,
    HomePage,
    NeighbourhoodIndexPage,
    NeighbourhoodPage,
    NewsIndexPage,
    NewsPage,
)
from neighbourhoods.places.models import Neighbourhood
from wijk.text import paragraphs

EDITORS = "Editors"
PAGE_RIGHTS = ("add_page", "change_page", "publish_page")
IMAGE_RIGHTS = ("add_image", "change_image", "choose_image")
interest(
    "pages",
    purpose="pages",
    label=_("Wie van de redactie aan een pagina werkte"),
    why=_("Zo weet de redactie wie iets schreef. Het gaat alleen over wie hier pagina's maakt."),
    goes_on=_(
        "Zonder dit weet niemand wie een fout kan herstellen. Daarom gaat dit door terwijl we je bezwaar bekijken."
    ),
)


@transaction.atomic
def plant_page_tree() -> HomePage:
    """Makes what is missing: front page, the one site, the rights of editors.

    Runs after every migration and may run any time; it changes nothing that editors wrote.
    """
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    home = HomePage.objects.first() or _plant_home()
    base = urlsplit(settings.BASE_URL)
    port = base.port or (443 if base.scheme == "https" else 80)
    values = {"hostname": base.hostname, "port": port, "site_name": settings.WAGTAIL_SITE_NAME, "root_page": home}
    Site.objects.update_or_create(is_default_site=True, defaults=values)
    if not NeighbourhoodIndexPage.objects.exists():
        _publish(home, NeighbourhoodIndexPage(title="Wijken", slug="wijk"))
    _grant_editors(home)
    return home


def _plant_home() -> HomePage:
    # Wagtail's own welcome page stands where ours must come; its site goes with it.
    Page.objects.filter(depth=2, slug="home").delete()
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
    home: HomePage = _publish(Page.objects.get(pk=root.pk), HomePage(title="Wijk", slug="home"))
    return home


def _publish(parent: Page, page: Any) -> Any:
    """A new page below a parent, published with a revision, so that its first version stays on record."""
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision(clean=False).publish()
    return page


def _grant_editors(home: HomePage) -> None:
    """Editors may write and publish pages and add images; documents and people are not theirs."""
    for label in ("wagtailcore", "wagtailadmin", "wagtailimages"):
        create_permissions(apps.get_app_config(label), verbosity=0)
    editors, _made = Group.objects.get_or_create(name=EDITORS)
    editors.permissions.set(
        Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin"),
    )
    GroupPagePermission.objects.filter(group=editors).exclude(page_id=home.pk).delete()
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=PAGE_RIGHTS):
        GroupPagePermission.objects.get_or_create(group=editors, page_id=home.pk, permission=permission)
    images = Collection.get_first_root_node() or Collection.add_root(name="Root")
    rights = Permission.objects.filter(content_type__app_label="wagtailimages", codename__in=IMAGE_RIGHTS)
    GroupCollectionPermission.objects.filter(group=editors).exclude(permission__in=rights).delete()
    for permission in rights:
        GroupCollectionPermission.objects.get_or_create(group=editors, collection=images, permission=permission)


@transaction.atomic
def ensure_neighbourhood_page(neighbourhood: Neighbourhood) -> NeighbourhoodPage:
    """The page of a neighbourhood with its news below it, made when missing and kept under its present name."""
    page = NeighbourhoodPage.objects.filter(neighbourhood=neighbourhood).first()
    if page is None:
        index = NeighbourhoodIndexPage.objects.first()
        if index is None:
            plant_page_tree()
            index = NeighbourhoodIndexPage.objects.get()
        fresh = NeighbourhoodPage(title=neighbourhood.name, slug=neighbourhood.slug, neighbourhood=neighbourhood)
        page = _publish(index, fresh)
    elif page.slug != neighbourhood.slug:
        page.title, page.slug = neighbourhood.name, neighbourhood.slug
        page.save_revision(clean=False).publish()
        page.refresh_from_db()
    if not NewsIndexPage.objects.child_of(page).exists():
        _publish(page, NewsIndexPage(title="Nieuws", slug="nieuws"))
    return page


@transaction.atomic
def write_news(
    *, neighbourhood: Neighbourhood, words: dict[str, Any], text: str | None, by: Any, item: NewsPage | None = None
) -> NewsPage:
    """Publishes a manager's news, new or changed. `words` are title, published_on and summary; None keeps the text."""
    index = NewsIndexPage.objects.child_of(ensure_neighbourhood_page(neighbourhood)).get()
    page = item or NewsPage(slug=_free_slug(index, words["title"]), owner=by)
    for name, value in words.items():
        setattr(page, name, value)
    if text is not None:
        page.body = paragraphs(text)
    if item is None:
        page = _publish(index, page)
    else:
        page.save_revision(clean=False).publish()
        page.refresh_from_db()
    Neighbourhood.objects.filter(pk=neighbourhood.pk).touch()
    record("news.change" if item else "news.write", by=by, about=page, neighbourhood=neighbourhood)
    return page


def written_before(*, neighbourhood: Neighbourhood, words: dict[str, Any], text: str) -> bool:
    """Whether this very item stands there already: the same form was sent twice."""
    pages = NeighbourhoodPage.objects.filter(neighbourhood=neighbourhood)
    return NewsPage.objects.live().within(pages).filter(**words, body=paragraphs(text)).exists()


def _free_slug(index: NewsIndexPage, title: str) -> str:
    base = slugify(title)[:60].strip("-") or "nieuws"
    taken = set(index.get_children().filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for number in range(1, len(taken) + 2) if (slug := f"{base}-{number}" if number > 1 else base) not in taken
    )


@transaction.atomic
def set_news_photo(*, item: NewsPage, photo: CleanFile | None, alt: str, by: Any) -> None:
    """Gives an item another photo, or none; a photo nothing else shows is deleted with all its sizes."""
    before = item.image
    item.image = None
    if photo is not None:
        item.image = CleanImage.objects.create(title=item.title, description=alt, file=photo)
    item.save_revision(clean=False).publish()
    # The form refuses a photo until its maker says that who is on it agrees (C-24).
    record("news.photo", by=by, about=item, removed=photo is None, people_agreed=photo is not None)
    if before is not None and not any(objects for objects in before.get_usage()):
        before.delete()


@transaction.atomic
def describe_photo(*, item: NewsPage, alt: str, by: Any) -> None:
    """Changes the words for those who do not see an item's photo."""
    CleanImage.objects.filter(pk=item.image_id).update(description=alt)
    record("news.describe", by=by, about=item)


@transaction.atomic
def withdraw_news(*, item: NewsPage, neighbourhood: Neighbourhood, by: Any) -> None:
    """Takes an item off the site; its words stay at the desk."""
    item.unpublish()
    Neighbourhood.objects.filter(pk=neighbourhood.pk).touch()
    record("news.withdraw", by=by, about=item, neighbourhood=neighbourhood)
