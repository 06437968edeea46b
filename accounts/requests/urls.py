from django.urls import path

from accounts.requests.views import desk, freezing, mine, openly

app_name = "requests"
urlpatterns = [
    path("mijn/verzoeken/", mine.index, name="mine"),
    path("mijn/verzoeken/nieuw/", mine.ask, name="ask"),
    path("mijn/verzoeken/<int:pk>/", mine.detail, name="mine_detail"),
    path("mijn/verzoeken/<int:pk>/intrekken/", mine.take_back, name="take_back"),
    path("mijn/bezwaar/", mine.objections, name="objections"),
    path("mijn/bezwaar/stoppen/", mine.end_objection, name="end_objection"),
    path("mijn/bevriezen/", freezing.freeze, name="freeze"),
    path("mijn/bevriezen/opheffen/", freezing.thaw, name="thaw"),
    path("privacy/verzoek/", openly.ask, name="ask_openly"),
    path("privacy/verzoek/verstuurd/", openly.sent, name="sent"),
    path("privacy/verzoek/<str:token>/", openly.confirm, name="confirm"),
    path("beheer/privacy/verzoeken/", desk.index, name="desk"),
    path("beheer/privacy/verzoeken/nieuw/", desk.enter, name="enter"),
    path("beheer/privacy/verzoeken/<int:pk>/", desk.detail, name="detail"),
    path("beheer/privacy/verzoeken/<int:pk>/link/", desk.send_link, name="send_link"),
    path("beheer/privacy/verzoeken/<int:pk>/oppakken/", desk.take_up, name="take_up"),
    path("beheer/privacy/verzoeken/<int:pk>/aantekening/", desk.note, name="note"),
    path("beheer/privacy/verzoeken/<int:pk>/verlengen/", desk.extend, name="extend"),
    path("beheer/privacy/verzoeken/<int:pk>/besluit/", desk.decide, name="decide"),
    path("beheer/privacy/verzoeken/<int:pk>/brief/", desk.letter, name="letter"),
    path("beheer/privacy/verzoeken/<int:pk>/opzeggen/", desk.close_account, name="close_account"),
    path("beheer/privacy/verzoeken/<int:pk>/bevriezen/", freezing.restrict, name="restrict"),
    path("beheer/privacy/verzoeken/<int:pk>/bezwaar/", freezing.stand, name="stand"),
    path("beheer/privacy/bevroren/", freezing.index, name="frozen"),
    path("beheer/privacy/bevroren/<int:pk>/", freezing.look, name="look"),
    path("beheer/privacy/bevroren/<int:pk>/opheffen/", freezing.lift, name="lift"),
    path("beheer/privacy/geen-mail/", freezing.no_mail, name="no_mail"),
]
