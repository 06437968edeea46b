"""The two health addresses."""


def test_the_process_answers(client):
    assert client.get("/healthz").content == b"ok\n"


def test_a_migrated_site_is_ready(client, db):
    response = client.get("/readyz")
    assert response.json() == {"ready": True, "problems": []}


def test_people_and_places_can_be_made(anna, bram, mo, els, eva, petra, otto, as_):
    assert as_(anna).get("/mijn/").status_code in {200, 404}
