"""The house rules a machine can check."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import ForeignObject, ManyToManyField
from wagtail.models import Page
from wagtail.search.index import Indexed

ROOT = Path(settings.BASE_DIR)
APPS = ["content", "neighbourhoods", "accounts", "wijk"]  # higher first
FEATURES = {
    "accounts": [
        "notices",
        "breaches",
        "requests",
        "closure",
        "holds",
        "archive",
        "retention",
        "signup",
        "consent",
        "export",
        "compliance",
        "users",
        "audit",
        "office",
    ],
    "neighbourhoods": ["subscriptions", "managers", "residents", "starting", "places"],
    "content": [
        "home",
        "statistics",
        "mailchimp",
        "newsletters",
        "guests",
        "helping",
        "importing",
        "moderation",
        "signups",
        "contact",
        "matching",
        "search",
        "photos",
        "invitations",
        "posts",
        "organisations",
        "series",
        "themes",
        "legal",
        "pages",
    ],
}
NO_ROOMS = {"utils", "helpers", "common", "core", "base", "services", "misc"}
CODE = [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]
TEMPLATES = [path for app in APPS for path in sorted((ROOT / app).rglob("templates/**/*.html"))]


def name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE, ids=name)
def test_files_and_functions_stay_short(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300, "a file of more than 300 lines does more than one thing"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 40, f"{node.name} has {length} lines"


def test_stylesheets_and_scripts_stay_short():
    files = [*(ROOT / "static/css").glob("*.css"), *(ROOT / "static/js").glob("*.js")]
    assert [name(path) for path in files if path.read_text(encoding="utf-8").count("\n") > 300] == []


def test_no_module_is_named_for_nothing():
    assert [name(path) for path in CODE if path.stem in NO_ROOMS or path.parent.name in NO_ROOMS] == []


@pytest.mark.parametrize("app", FEATURES)
def test_each_feature_folder_says_what_it_does_and_stands_in_the_order(app):
    folders = {path.parent.name for path in (ROOT / app).glob("*/__init__.py")} - {"migrations", "management"}
    folders -= {"templatetags", "locale"}
    assert folders == set(FEATURES[app]), "a feature folder without a place in the order, or an empty place"
    for folder in folders:
        assert ast.get_docstring(ast.parse((ROOT / app / folder / "__init__.py").read_text())), folder


def test_foreign_keys_run_one_way():
    ranks = {app: rank for rank, app in enumerate(reversed(APPS))}
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.app_label
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            target = getattr(field.remote_field, "model", None) if field.remote_field else None
            if label in ranks and isinstance(field, ForeignObject | ManyToManyField) and target is not None:
                other = target._meta.app_label
                if other in ranks and ranks[other] > ranks[label]:
                    wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")
    assert wrong == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_pages_hold_no_inline_script_or_style(path):
    """The content policy would stop it; mails have their styles inside the tags by necessity."""
    if "emails" in path.parts or "newsletters" in path.parts and path.name.startswith("mail"):
        return
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<style[\s>]|\sstyle=\"|\son[a-z]+=\"", text)
    for tag in re.findall(r"<script[^>]*>", text):
        assert "src=" in tag or "application/" in tag, tag
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text), "nothing loads from another host"


def test_people_posts_and_messages_are_in_no_search_index_of_wagtail():
    """Saving an indexed model costs time with the size of the whole index, and erasing it leaves words behind."""
    indexed = {model._meta.label for model in apps.get_models() if issubclass(model, Indexed)}
    ours = {label for label in indexed if label.split(".")[0] in APPS}
    pages = {model._meta.label for model in apps.get_models() if issubclass(model, Page)}
    assert ours - pages == {"content.CleanImage"}


def test_only_one_signal_is_our_own():
    own = [name(path) for path in CODE if re.search(r"=\s*Signal\(", path.read_text(encoding="utf-8"))]
    assert own == ["accounts/signals.py"]


def test_time_comes_from_the_one_clock():
    direct = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|time\.time\(|utcnow\(")
    found = [name(path) for path in CODE if direct.search(path.read_text(encoding="utf-8"))]
    assert found == ["wijk/clock.py"]


def test_randomness_comes_from_secrets_outside_the_demo():
    found = [
        name(path) for path in CODE if re.search(r"^(import|from) random\b", path.read_text(encoding="utf-8"), re.M)
    ]
    assert [path for path in found if "demo" not in path] == []


def test_migrations_have_names():
    automatic = [path.name for app in APPS for path in (ROOT / app / "migrations").glob("*_auto_*.py")]
    assert automatic == []


def test_no_test_empties_the_kept_database():
    """A transactional test takes along what the migrations put there, and breaks every later run on that database."""
    emptying = re.compile(r"transactional_" + r"db|transaction" + r"=True|live_" + r"server")
    files = [path for path in sorted((ROOT / "tests").rglob("*.py")) if path.name != "conftest.py"]
    assert [name(path) for path in files if emptying.search(path.read_text(encoding="utf-8"))] == []


def test_no_file_holds_two_versions_of_itself():
    """A merge that was left half-way stands in every reader's way."""
    texts = [*ROOT.glob("*.md"), *CODE, *TEMPLATES]
    for pattern in ("tests/**/*.py", "static/css/*.css", "deploy/*", "*/templates/**/*.txt", "*/locale/**/*.po"):
        texts += [path for path in ROOT.glob(pattern) if path.is_file()]
    marks = re.compile(r"^(<{7}|>{7}) ", re.MULTILINE)
    assert [name(path) for path in texts if marks.search(path.read_text(encoding="utf-8"))] == []
