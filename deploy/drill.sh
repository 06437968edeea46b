#!/bin/sh
# The weekly drill: puts the newest backups back in a room of their own, and says whether you could live on them (L-8).
#
#   sh deploy/drill.sh FOLDER KEYFILE
#
# FOLDER is what `manage.py backup` fills, KEYFILE opens it. Needs WIJK_SECRET_KEY in the environment, and for PostgreSQL
# DRILL_DATABASE_URL: a database of its own, which is overwritten. Run it on another machine than the server: the key
# does not belong there. Sends no mail, and touches nothing of the live site. Ends with 1 when something is wrong.
set -eu
folder=$(cd "$1" && pwd)
key=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
: "${WIJK_SECRET_KEY:?is not set; without it the contact details cannot be read}"
cd "$(dirname "$0")/.."
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT

newest() { find "$folder/$1" -type f -name "$1-*T*Z.*" ! -name '*.draft' | sort | tail -n 1; }
main=$(newest main)
keyring=$(newest keyring)
[ -n "$main" ] && [ -n "$keyring" ] || { echo "There is no backup in $folder." >&2; exit 1; }
[ -n "$(find "$main" -mtime -"${DRILL_MOST_DAYS:-2}")" ] || { echo "The newest backup is old: $main" >&2; exit 1; }

export WIJK_ENV=demo MAIL_URL=outbox: BASE_URL=http://127.0.0.1:8000 REDIS_URL= WIJK_VAR="$room"
export DATABASE_URL="${DRILL_DATABASE_URL:-sqlite:///$room/main.sqlite3}" KEYRING_URL="sqlite:///$room/keyring.sqlite3"
export ERASURE_LEDGER="$room/erasures.log" AUDIT_HEADS="$room/heads.jsonl" SEALED_STORE="$room/sealed" MEDIA_STORE="$room/media"
manage() { .venv/bin/python manage.py "$@"; }

manage restore "$main" --key "$key"
manage restore "$keyring" --key "$key"
for files in "$folder"/files.tar*; do
    [ ! -f "$files" ] || manage restore "$files" --key "$key"
done
manage audit verify
[ ! -d "$SEALED_STORE" ] || manage archive check
manage closures list
manage anonymised_dump "$room/counts.jsonl" --dry-run >"$room/counts"
cat "$room/counts"
grep -q '[1-9][0-9]*  accounts.User' "$room/counts" || { echo "Nobody is in it." >&2; exit 1; }
echo "The backup $(basename "$main") would do."
