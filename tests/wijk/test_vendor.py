"""The third-party files in the project are exactly the ones that were pinned."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = [ROOT / "static/vendor/MANIFEST.json", ROOT / "tests/browser/vendor/MANIFEST.json"]


def packages(manifest):
    return json.loads(manifest.read_text())["packages"]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parent.parent.name)
def test_every_vendored_file_has_the_hash_of_the_manifest(manifest):
    for package in packages(manifest):
        for name, expected in package["files"].items():
            assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == expected, name


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parent.parent.name)
def test_no_file_lies_beside_the_manifest_unlisted(manifest):
    listed = {name for package in packages(manifest) for name in package["files"]}
    found = {str(path.relative_to(ROOT)) for path in manifest.parent.rglob("*") if path.is_file()}
    assert found - {str(manifest.relative_to(ROOT))} <= listed


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parent.parent.name)
def test_every_package_brings_its_licence(manifest):
    for package in packages(manifest):
        assert package["licence"]
        assert any(Path(name).name == "LICENSE" for name in package["files"]), package["name"]


def test_the_fonts_together_weigh_at_most_150_kilobytes():
    assert sum(path.stat().st_size for path in (ROOT / "static/vendor").rglob("*.woff2")) <= 150_000


def test_every_icon_a_template_names_is_in_the_sprite():
    sprite = (ROOT / "static/img/icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    apps = ("wijk", "accounts", "neighbourhoods", "content")
    templates = [path for app in apps for path in (ROOT / app).rglob("*.html")]
    used = {name for path in templates for name in re.findall(r'{%\s*icon\s+"([^"]+)"', path.read_text())}
    assert used - known == set()
