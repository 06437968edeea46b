"""Copy the few third-party files we serve or test with into the project, pinned by version and integrity.

Run by hand after changing a version below, and commit the result:  python scripts/vendor.py
Nothing here is needed to run or test Wijk; only this script needs npm.
"""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVED = ROOT / "static" / "vendor"
TESTED = ROOT / "tests" / "browser" / "vendor"
SPRITE = ROOT / "static" / "img" / "icons.svg"

ICONS = re.findall(
    r"\S+",
    """
arrow-left arrow-right ban bell building-2 calendar chart-column check chevron-down chevron-right circle-alert
circle-check circle-help circle-plus clock download eye file-text flag hand-helping heart house image inbox info
key-round life-buoy list-checks lock log-out mail map-pin message-circle newspaper pause pencil phone plus printer
rss search send settings shield-check sprout tag trash-2 triangle-alert undo-2 user-round users x
""",
)


@dataclass(frozen=True)
class Package:
    """One package: where it goes, what is taken from it, and the tarball's integrity."""

    name: str
    version: str
    licence: str
    integrity: str
    files: dict[str, str] = field(default_factory=dict)
    target: Path = SERVED

    @property
    def folder(self) -> str:
        return f"{self.name.rpartition('/')[2]}-{self.version}"


PACKAGES = [
    Package(
        "@fontsource-variable/atkinson-hyperlegible-next",
        "5.3.0",
        "OFL-1.1",
        "sha512-UnLzNUy1RWoLDfydAatP4NaRm99X/WbQEph7q/PymJnCFIOOwKOx3pBmp5ys8trO0dM+CKGuJgeZP9fAR4mQpA==",
        {
            "LICENSE": "LICENSE",
            "files/atkinson-hyperlegible-next-latin-wght-normal.woff2": "latin.woff2",
            "files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2": "latin-ext.woff2",
        },
    ),
    Package(
        "@fontsource-variable/bricolage-grotesque",
        "5.3.0",
        "OFL-1.1",
        "sha512-TLi9Q4hJjS2UvoTMRSS2nHu6c4R56lAw60NR9QYtVRCHn0XtsFpiEhNffZ8Glsoxu6wEEwLKBP8lb94J52PNBA==",
        {
            "LICENSE": "LICENSE",
            "files/bricolage-grotesque-latin-wght-normal.woff2": "latin.woff2",
            "files/bricolage-grotesque-latin-ext-wght-normal.woff2": "latin-ext.woff2",
        },
    ),
    Package(
        "lucide-static",
        "1.62.0",
        "ISC AND MIT",
        "sha512-WBZA/m2PvkFpMGHDtsBck5P2A9G4ehLlYu4GwwICcmEm1BvYVgj00lCDxKRWLlbMlOibLaiwdQ88G5pHkSWgwA==",
        {"LICENSE": "LICENSE"},
    ),
    Package(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
        {"LICENSE": "LICENSE", "LICENSE-3RD-PARTY.txt": "LICENSE-3RD-PARTY.txt", "axe.min.js": "axe.min.js"},
        TESTED,
    ),
]


def fetch(package: Package, into: Path) -> Path:
    """Download one package with npm, refuse it when its bytes are not the pinned ones, and unpack it."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=into,
        check=True,
        capture_output=True,
        text=True,
    )
    tarball = into / packed.stdout.strip().splitlines()[-1]
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if integrity != package.integrity:
        raise SystemExit(f"{package.name} {package.version}: integrity is {integrity}, expected {package.integrity}")
    unpacked = into / package.folder
    with tarfile.open(tarball) as archive:
        archive.extractall(unpacked, filter="data")
    return unpacked / "package"


def sprite(icons: Path) -> str:
    """Put the icons we use in one file, each a symbol named after its icon."""
    symbols = []
    for name in sorted(ICONS):
        drawing = (icons / f"{name}.svg").read_text()
        shapes = "".join(re.findall(r"<(?!svg|/|!)[^>]+>", drawing)).replace(" />", "/>")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def vendor(package: Package, into: Path) -> dict[str, object]:
    """Copy the listed files of one package and return its line of the manifest."""
    source = fetch(package, into)
    target = package.target / package.folder
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for origin, name in package.files.items():
        shutil.copyfile(source / origin, target / name)
    made = {str((target / name).relative_to(ROOT)): digest(target / name) for name in package.files.values()}
    line: dict[str, object] = {"name": package.name, "version": package.version, "licence": package.licence}
    if package.name == "lucide-static":
        SPRITE.parent.mkdir(parents=True, exist_ok=True)
        SPRITE.write_text(sprite(source / "icons"))
        made[str(SPRITE.relative_to(ROOT))] = digest(SPRITE)
        line["icons"] = sorted(ICONS)
    return {**line, "integrity": package.integrity, "files": made}


def main() -> None:
    lines: dict[Path, list[dict[str, object]]] = {SERVED: [], TESTED: []}
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            lines[package.target].append(vendor(package, Path(folder)))
            print(f"{package.name} {package.version}")
    for target, packages in lines.items():
        (target / "MANIFEST.json").write_text(json.dumps({"packages": packages}, indent=2) + "\n")


if __name__ == "__main__":
    main()
