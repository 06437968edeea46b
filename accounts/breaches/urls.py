from django.urls import path

from accounts.breaches import views

app_name = "breaches"
urlpatterns = [
    path("beheer/privacy/lekken/", views.register, name="register"),
    path("beheer/privacy/lekken/nieuw/", views.new, name="new"),
    path("beheer/privacy/lekken/<int:pk>/", views.detail, name="detail"),
    path("beheer/privacy/lekken/<int:pk>/wijzigen/", views.edit, name="edit"),
    path("beheer/privacy/lekken/<int:pk>/besluit/", views.decide, name="decide"),
    path("beheer/privacy/lekken/<int:pk>/gemeld/", views.reported, name="reported"),
    path("beheer/privacy/lekken/<int:pk>/ingelicht/", views.informed, name="informed"),
    path("beheer/privacy/lekken/<int:pk>/afsluiten/", views.close, name="close"),
    path("beheer/privacy/lekken/<int:pk>/formulier/", views.form_page, name="form_page"),
    path("beheer/privacy/lekken/<int:pk>/formulier.json", views.form_file, name="form_file"),
    path("beheer/privacy/lekken/<int:pk>/dossier/", views.dossier, name="dossier"),
    path("lek-melden/", views.report_leak, name="report_leak"),
    path("lek-melden/bedankt/", views.thanks, name="thanks"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
]
