from django.urls import path

from content.moderation import minors, organisations, talks, views

app_name = "moderation"
urlpatterns = [
    path("beheer/privacy/kinderen/", minors.index, name="minors"),
    path("beheer/privacy/kinderen/<int:pk>/", minors.answer, name="answer_minor"),
    path("beheer/<slug:wijk>/", views.queue, name="queue"),
    path("beheer/<slug:wijk>/berichten/", views.posts, name="posts"),
    path("beheer/<slug:wijk>/berichten/<int:pk>/", views.post, name="post"),
    path("beheer/<slug:wijk>/berichten/<int:pk>/vraag/", views.ask_author, name="ask_author"),
    path("beheer/<slug:wijk>/meldingen/", views.reports, name="reports"),
    path("beheer/<slug:wijk>/meldingen/<int:pk>/", views.report_detail, name="report_detail"),
    path("beheer/<slug:wijk>/meldingen/<int:pk>/kind/", minors.confirm, name="confirm_minor"),
    path("beheer/<slug:wijk>/organisaties/", organisations.index, name="organisations"),
    path("beheer/<slug:wijk>/organisaties/<int:pk>/", organisations.organisation, name="organisation"),
    path("bericht/<int:pk>/<slug:slug>/melden/", views.report, name="report"),
    path("melding/gesprek/<str:word>/", talks.report_message, name="report_message"),
    path("melding/ontvangen/", views.reported, name="reported"),
]
