# Two commands for everybody: make demo, make test. The rest is for developers.
PORT ?= 8000
PYTHON = .venv/bin/python
.PHONY: demo test proofs lint lock messages screenshots

demo: ; @sh setup.sh base && $(PYTHON) manage.py demo --serve --port $(PORT)

test: ; @sh setup.sh dev && $(PYTHON) -m pytest -q -rs -n 2 -m "not proof"

# Equal times are measured alone; the others share the two cores.
proofs: ; @sh setup.sh dev && $(PYTHON) -m pytest -q -rs -n 2 -m proof --ignore tests/test_same_time_proof.py && \
	$(PYTHON) -m pytest -q -rs -m proof tests/test_same_time_proof.py

lint: ; @sh setup.sh dev && .venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy wijk accounts neighbourhoods content && .venv/bin/lint-imports

messages: ; @for app in wijk accounts neighbourhoods content; do (cd $$app && ../$(PYTHON) ../manage.py makemessages --locale en --no-location --no-obsolete) || exit 1; done

# The pictures of the README, from a demo of its own; needs a Chromium.
screenshots: ; @sh setup.sh dev && WIJK_BROWSER=required $(PYTHON) -m pytest -q -n0 tests/browser/pictures.py

lock:
	uv lock --upgrade
	uv export --no-emit-project --no-dev --no-header --no-annotate -q -o requirements/base.txt
	uv export --no-emit-project --all-groups --no-header --no-annotate -q -o requirements/dev.txt
	echo uv==0.13.9 | uv pip compile --generate-hashes --universal --no-header --no-annotate -q - -o requirements/uv.txt
