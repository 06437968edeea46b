"""Whoever asks something personal says why, and where the privacy statement is; my data are one click away everywhere.

The forms and pages are found, not listed: every form class of ours, and every page in the URL table that answers to a
plain request (W-61, W-83, D-2).
"""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django import forms
from django.conf import settings

from content.posts.forms import TellForm
from content.posts.models import Post
from tests.test_access_matrix import OBJECTS, SHUT, addresses, is_library, quick, world  # noqa: F401  fixtures
from wijk.access import Access
from wijk.personal_data import REGISTER, Kind

ASKED = {Kind.IDENTIFIER, Kind.CONTACT, Kind.FREE_TEXT}
# What a form calls a value that the register knows by the name of its column.
ALIASES = {"name", "phone", "message", "question", "login", "language"}
WHO = {
    "visitor": (Access.PUBLIC, Access.VISITOR),
    "anna": (Access.PUBLIC, Access.VISITOR, Access.MEMBER),
    "mo": (Access.DESK,),
    "petra": (Access.OFFICE,),
}


def personal_names():
    """The names of fields that say something about a person, from the register."""
    columns = {
        name
        for found in REGISTER.values()
        for name, entry in found.fields.items()
        if entry.label and entry.kind in ASKED
    }
    return columns | ALIASES


def form_classes():
    for path in sorted(Path(settings.BASE_DIR).glob("*/*/forms.py")):
        module = import_module(".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts))
        for found in vars(module).values():
            own = isinstance(found, type) and issubclass(found, forms.BaseForm) and found.__module__ == module.__name__
            if own:
                yield found


def fields_of(form):
    """Its fields; what a form asks in other words for each kind of post, in the words of each kind."""
    if issubclass(form, TellForm):
        return [pair for kind in Post.Kind for pair in form(instance=Post(kind=kind)).fields.items()]
    return list(form.base_fields.items())


@pytest.mark.parametrize("form", list(form_classes()), ids=lambda form: f"{form.__module__}.{form.__name__}")
def test_every_personal_field_says_why_it_is_asked_or_who_sees_it(form, db):
    asked = [(name, field) for name, field in fields_of(form) if name in personal_names()]
    silent = [name for name, field in asked if not field.help_text and not isinstance(field.widget, forms.HiddenInput)]
    assert silent == []


def test_the_forms_are_really_found():
    names = {form.__name__ for form in form_classes()}
    assert {"DetailsForm", "SignupForm", "SubscribeForm", "ContactForm", "QuestionForm", "ReportForm"} <= names
    assert {
        "first_name",
        "email",
        "contact_phone",
        "visitor_email",
        "neighbourhood",
        "text",
        "body",
    } <= personal_names()


def pages(world):  # noqa: F811
    """Every page of ours that answers, as the narrowest role that sees it and as a member."""
    world.roles.browser.raise_request_exception = False
    for address in addresses():
        known = not address.has_object or address.name in OBJECTS or address.name == "wagtail_serve"
        if address.access and known and not address.route.startswith("cms/") and address.name not in SHUT:
            for name, circles in WHO.items():
                if address.access in circles and not (is_library(address) and address.has_object):
                    path = f"/{address.route}" if is_library(address) else address.at(world.here)
                    answer, _made = world.roles.ask(name, "get", path)
                    html = answer.headers.get("Content-Type", "").startswith("text/html")
                    if answer.status_code == 200 and html and not getattr(answer, "streaming", False):
                        yield name, path, answer.content.decode()


def whole_pages(world):  # noqa: F811
    """Pages with our own frame: not the mails that are shown inside one."""
    return [page for page in pages(world) if "<main" in page[2]]


def reachable(html):
    """The names of fields made for a way to reach somebody, whatever the register calls such a thing."""
    ways = r'type="(?:email|tel)"|autocomplete="[^"]*(?:email|tel|name|address|postal-code)|name="(?:\w*_)?address"'
    tags = re.findall(r"<(?:input|textarea)\b[^>]*>", html)
    return {re.search(r'name="([^"]*)"', tag)[1] for tag in tags if "name=" in tag and re.search(ways, tag)}


def test_a_way_to_reach_somebody_is_seen_by_what_the_field_is_made_for():
    form = '<input type="email" name="sender"><input name="q"><input name="call" type="tel"><input name="home_address">'
    assert reachable(form) == {"sender", "call", "home_address"}


def test_my_data_are_one_click_away_on_every_page(world):  # noqa: F811
    found = whole_pages(world)
    assert len({path for _name, path, _html in found}) > 50
    # Without a connection no link leads anywhere.
    online = [one for one in found if one[1] != "/offline/"]
    assert [(name, path) for name, path, html in online if 'href="/mijn/gegevens/"' not in html] == []


def test_every_page_that_asks_something_personal_points_to_the_privacy_statement(world):  # noqa: F811
    missing, asking = [], 0
    # At a desk people type what others told them; those read the statement where they told it.
    asking_pages = [page for page in whole_pages(world) if page[0] in {"visitor", "anna"}]
    for name, path, html in asking_pages:
        main = re.search(r"<main.*</main>", html, re.S)[0]
        typed = {
            re.search(r'name="([^"]*)"', tag)[1]
            for tag in re.findall(r"<(?:input|textarea|select)\b[^>]*>", main)
            if "name=" in tag and 'type="hidden"' not in tag
        }
        personal = {field for field in typed if field in personal_names() - {"language"} or field in reachable(main)}
        asking += bool(personal)
        if personal and 'href="/privacy/"' not in main:
            missing.append((name, path, sorted(personal)))
    assert asking > 15
    assert missing == [], str(missing)
