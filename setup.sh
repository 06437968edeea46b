#!/bin/sh
# Makes .venv: a Python 3.12+ with every pinned dependency and the compiled translations. POSIX sh; run it as often as you like.
#   sh setup.sh        what the site needs          sh setup.sh dev    what the tests need too
#   WIJK_PYTHON=/path/to/python3.13 sh setup.sh     picks the interpreter
set -eu
cd "$(dirname "$0")"
set_wanted=${1:-base}
unset PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH || true

say() { echo "wijk: $*" >&2; }
fingerprint() { cat "requirements/$1.txt" setup.sh | cksum; }

# A Python without sqlite3, ssl or ensurepip cannot carry the site, so asking for its version is not enough.
usable() {
    "$1" -c 'import sys, sqlite3, ssl, venv, ensurepip; sys.exit(not (3, 12) <= sys.version_info[:2] < (3, 15))' >/dev/null 2>&1
}

candidates() {
    echo "${WIJK_PYTHON:-}"
    printf '%s\n' python3.14 python3.13 python3.12 python3 python
    # pyenv's shims answer only for the version that is switched on; the interpreters themselves lie behind them.
    {
        echo "$PATH" | tr ':' '\n' | sed -n 's#/shims/*$#/versions#p'
        echo "${PYENV_ROOT:-$HOME/.pyenv}/versions"
        echo "$HOME/.local/share/uv/python"
    } | while read -r folder; do
        ls -d "$folder"/*3.1[2-4]*/bin/python3 2>/dev/null || true
    done | sort -rV
    echo /opt/homebrew/bin/python3
}

find_python() {
    candidates | while read -r name; do
        [ -n "$name" ] || continue
        path=$(command -v "$name" 2>/dev/null) || continue
        if usable "$path"; then echo "$path"; break; fi
    done
}

fetch_python() {
    say "no Python 3.12 or newer found; fetching one with uv"
    [ -x .venv-uv/bin/uv ] || {
        python3 -m venv .venv-uv &&
            .venv-uv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
    } || return 0
    UV_PYTHON_INSTALL_DIR=$PWD/.venv-uv/python UV_SYSTEM_CERTS=1 .venv-uv/bin/uv python install -q 3.13 || return 0
    ls -d "$PWD"/.venv-uv/python/cpython-3.13*/bin/python3 2>/dev/null | head -n 1
}

install() {
    for have in "$set_wanted" dev; do # the dev set contains the base set
        [ -x .venv/bin/python ] && [ "$(cat .venv/.stamp 2>/dev/null || true)" = "$have $(fingerprint "$have")" ] && return 0
    done
    if [ ! -x .venv/bin/python ] || ! usable .venv/bin/python; then
        rm -rf .venv
        python=$(find_python)
        [ -n "$python" ] || python=$(fetch_python)
        [ -n "$python" ] || { say "please install Python 3.12 or newer, or set WIJK_PYTHON=/path/to/it"; exit 1; }
        say "setting up with $("$python" --version) (about a minute, once)"
        "$python" -m venv .venv
    fi
    say "installing the packages of requirements/$set_wanted.txt"
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "requirements/$set_wanted.txt"
    echo "$set_wanted $(fingerprint "$set_wanted")" >.venv/.stamp
}

compile_translations() {
    for catalogue in */locale/*/LC_MESSAGES/django.po; do
        [ -f "$catalogue" ] || continue
        compiled=${catalogue%.po}.mo
        [ -f "$compiled" ] && [ -z "$(find "$catalogue" -newer "$compiled")" ] && continue
        .venv/bin/pybabel --quiet compile --input-file "$catalogue" --output-file "$compiled"
    done
}

install
compile_translations
