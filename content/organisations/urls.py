from django.urls import path

from content.organisations import views

app_name = "organisations"
urlpatterns = [
    path("wijk/<slug:slug>/organisaties/", views.guide, name="guide"),
    path("organisatie/<slug:slug>/", views.detail, name="detail"),
    path("mijn/organisaties/", views.mine, name="mine"),
    path("mijn/organisaties/nieuw/", views.create, name="create"),
    path("mijn/organisaties/<slug:slug>/", views.edit, name="edit"),
    path("mijn/organisaties/<slug:slug>/verbergen/", views.hide_contact, name="hide_contact"),
]
