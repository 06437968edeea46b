# Two commands for everybody: make demo, make test. The rest is for developers.
PORT ?= 8000
PYTHON = .venv/bin/python
.PHONY: demo test proofs lint lock messages translations

demo: ; @sh setup.sh base && $(PYTHON) manage.py demo --serve --port $(PORT)

test: ; @sh setup.sh dev && $(PYTHON) -m pytest -q -n 2 --dist loadfile -m "not proof"

proofs: ; @sh setup.sh dev && $(PYTHON) -m pytest -q -m proof

lint: ; @sh setup.sh dev && .venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy wijk accounts neighbourhoods content && .venv/bin/lint-imports

translations: ; @sh setup.sh base

messages: ; @$(PYTHON) manage.py makemessages --locale en --no-location --no-obsolete --add-location never

lock:
	uv lock --upgrade
	uv export --no-emit-project --no-dev --no-header --no-annotate -q -o requirements/base.txt
	uv export --no-emit-project --all-groups --no-header --no-annotate -q -o requirements/dev.txt
	echo uv==0.13.9 | uv pip compile --generate-hashes --universal --no-header --no-annotate -q - -o requirements/uv.txt
