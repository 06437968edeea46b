"""The first steps at the desk of a neighbourhood that begins: read from the data, gone when done."""

from content.home.starting import STEPS
from content.newsletters.models import Newsletter
from content.posts.models import Post
from neighbourhoods.managers.models import Appointment
from neighbourhoods.managers.panels import panels
from tests import factories
from tests.test_access_matrix import news_page


def left(user, neighbourhood):
    panel = next((panel for panel in panels(user, neighbourhood) if panel.key == "begin-wijk"), None)
    return [line.title for line in panel.lines] if panel else []


def test_every_step_leads_to_a_page_of_the_desk(as_, mo, klarendal):
    desk = as_(mo)
    page = desk.get("/beheer/klarendal/").content.decode()
    assert "0 van de 7 stappen" in page
    panel = next(panel for panel in panels(mo, klarendal) if panel.key == "begin-wijk")
    assert {desk.get(line.url).status_code for line in panel.lines} == {200}


def test_each_step_goes_when_it_is_done_and_the_list_with_the_last(mo, els, anna, klarendal, presikhaaf):
    assert len(left(mo, klarendal)) == len(STEPS) == 7
    Appointment.objects.filter(user=mo).update(introduction="Ik ben Mo.")
    assert "Stel jezelf voor aan de wijk" not in left(mo, klarendal)
    factories.manager("Noor", "Kaya", of=klarendal)
    assert "Kies iemand die je vervangt" not in left(mo, klarendal)
    for number in range(4):
        factories.post(anna, klarendal, title=f"Vraag {number}")
    factories.post(anna, klarendal, title="Concept", status=Post.Status.DRAFT, published_at=None)
    assert "Zorg voor de eerste vijf berichten" in left(mo, klarendal)
    factories.activity(anna, klarendal)
    assert left(mo, klarendal)[0] == "Laat een organisatie meedoen"
    factories.organisation("De Kamer", klarendal)
    news_page(klarendal)
    klarendal.refresh_from_db()
    Newsletter.objects.create(neighbourhood=klarendal, subject="Hallo", state=Newsletter.State.DRAFT)
    assert left(mo, klarendal) == ["Verstuur de eerste nieuwsbrief"]
    Newsletter.objects.update(state=Newsletter.State.SENT)
    assert left(mo, klarendal) == []
    assert len(left(els, presikhaaf)) == len(STEPS)
