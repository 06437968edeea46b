"""What stands in deploy/ and .env.example works as it is written there."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings


def test_units_are_ones_that_systemd_understands(tmp_path):
    """Where systemd is at hand: no unknown setting, no time that never comes."""
    if not Path("/usr/bin/systemd-analyze").exists():
        pytest.skip("no systemd here")
    units = []
    for path in Path(settings.BASE_DIR, "deploy").glob("wijk-*"):
        text = re.sub(r"^User=.*$", "User=root", path.read_text(), flags=re.M)
        (tmp_path / path.name).write_text(re.sub(r"^ExecStart=/srv\S+", "ExecStart=/bin/true", text, flags=re.M))
        units += [str(tmp_path / path.name)] if "@" not in path.name else []
    done = subprocess.run(["/usr/bin/systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert done.returncode == 0 and not done.stderr, done.stderr


def test_the_example_of_the_settings_can_be_read_by_a_shell(tmp_path):
    """The README says `. env`: an unquoted value with a space or a bracket would be a command."""
    example = Path(settings.BASE_DIR, ".env.example")
    done = subprocess.run(["sh", "-euc", f". {example}; echo $MAIL_FROM"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0 and done.stdout == "Wijk <wijk@example.org>\n" and not list(tmp_path.iterdir())


def test_every_command_of_the_readme_and_the_units_is_there(db):
    """A renamed command or option must not stay in the papers of operators."""
    from django.core.management import get_commands, load_command_class

    known = get_commands()
    for path in Path(settings.BASE_DIR, "deploy").glob("*"):
        for name, rest in re.findall(r"manage(?:\.py)? ([a-z_]+)([^`\n]*)", path.read_text() if path.is_file() else ""):
            assert name in known, f"{path.name}: {name}"
            parser = load_command_class(known[name], name).create_parser("manage.py", name)
            assert not set(re.findall(r"--[a-z-]+", rest)) - options(parser), f"{path.name}: {name} {rest}"


def options(parser):
    """Every option of a command and of what it can be told to do."""
    found = set(parser._option_string_actions)
    for action in parser._actions:
        for one in (action.choices or {}).values() if hasattr(action.choices, "values") else ():
            found |= options(one)
    return found
