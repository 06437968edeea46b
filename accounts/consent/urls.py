from django.urls import path

from accounts.consent import views

app_name = "consent"
urlpatterns = [
    path("mijn/toestemmingen/", views.mine, name="mine"),
    path("mijn/toestemmingen/kiezen/", views.switch, name="switch"),
    path("mijn/toestemmingen/verandering/", views.answer, name="answer"),
    path("beheer/privacy/toestemmingen/", views.find, name="find"),
    path("beheer/privacy/toestemmingen/<int:pk>/", views.person, name="person"),
]
