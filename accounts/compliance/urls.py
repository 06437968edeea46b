from django.urls import path

from accounts.compliance import views

app_name = "compliance"
urlpatterns = [
    path("beheer/privacy/agenda/", views.agenda, name="agenda"),
    path("beheer/privacy/agenda/nieuw/", views.new_item, name="new_item"),
    path("beheer/privacy/agenda/<int:pk>/", views.item, name="item"),
    path("beheer/privacy/agenda/<int:pk>/weg/", views.stop_item, name="stop_item"),
    path("beheer/privacy/verwerkers/", views.register, name="register"),
    path("beheer/privacy/verwerkers/nieuw/", views.new_processor, name="new_processor"),
    path("beheer/privacy/verwerkers/<int:pk>/", views.edit_processor, name="edit_processor"),
    path("beheer/privacy/register/", views.record, name="record"),
    path("beheer/privacy/register.<slug:form>", views.record_file, name="record_file"),
    path("beheer/privacy/verstrekt/", views.disclosures, name="disclosures"),
    path("beheer/privacy/verstrekt/nieuw/", views.new_disclosure, name="new_disclosure"),
    path("privacy/verwerkers/", views.processors, name="processors"),
]
