"""The tables of Wagtail and taggit, in which the editors work. Posts, people and conversations are in none of them."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wijk.libraries.sign_in import HASH
from wijk.personal_data import Erase, Ground, Kind, Personal, Source, Visibility, declare

NUMBER = Personal(kind=Kind.IDENTIFIER, visibility=Visibility.STAFF, not_exported="internal number", erase=Erase.NULL)
EDITORS_WORDS = "words of the editors, for everybody to read"
SETTINGS = "settings of the site, by its operator"
NUMBERS = "numbers of rows and names of fields"
INDEX = f"{EDITORS_WORDS}, once more to be found by"
CODES = "codes of the software"


def editing(model: str, **words: Any) -> None:
    """Declares a table of the editors' work; it is there for the site's pages as long as they are."""
    declare(model, **{"purpose": "pages", "ground": Ground.LEGITIMATE, "retention": "thing", **words})


# Pages and what hangs on them ----------------------------------------------------------------------------------------

editing(
    "wagtailcore.Page",
    technical="id path depth numchild translation_key locale latest_revision live has_unpublished_changes "
    "first_published_at live_revision go_live_at expire_at expired locked locked_at draft_title "
    "content_type latest_revision_created_at alias_of show_in_menus",
    public="title slug url_path seo_title search_description last_published_at",
    holds=EDITORS_WORDS,
    fields={"owner": NUMBER, "locked_by": NUMBER},
)
editing(
    "wagtailcore.Revision",
    technical="id content_type base_content_type object_id created_at object_str content approved_go_live_at",
    holds=f"{EDITORS_WORDS}; its keys owner and locked_by hold the number of an account, and nothing else does",
    fields={"user": NUMBER},
)
LOG = {
    "user": NUMBER,
    "action": Personal(_("Wat je in de redactie deed"), Kind.TECHNICAL, Visibility.STAFF),
    "timestamp": Personal(_("Wanneer"), Kind.TECHNICAL, Visibility.STAFF),
    # What something was called, when somebody changed it.
    "label": Personal(
        kind=Kind.FREE_TEXT, visibility=Visibility.STAFF, not_exported="may name somebody else", erase=Erase.REPLACE
    ),
    "data": Personal(
        kind=Kind.FREE_TEXT,
        visibility=Visibility.STAFF,
        not_exported="may name somebody else",
        erase=Erase.REPLACE,
        replacement={},
    ),
}
for log in ("wagtailcore.PageLogEntry", "wagtailcore.ModelLogEntry"):
    editing(
        log,
        subject="user",
        erase=Erase.NULL,
        retention="year",
        clock="timestamp",
        source=Source.SITE,
        technical="id content_type uuid revision content_changed deleted " + ("page" if "Page" in log else "object_id"),
        holds=NUMBERS,
        fields=LOG,
    )
editing(
    "wagtailcore.Comment",
    subject="user",
    technical="id page user contentpath position revision_created resolved_at",
    holds=NUMBERS,
    fields={
        "text": Personal(_("Je opmerking bij een pagina"), Kind.FREE_TEXT, Visibility.STAFF),
        "created_at": Personal(_("Geschreven op"), Kind.TECHNICAL, Visibility.STAFF),
        "updated_at": Personal(_("Aangepast op"), Kind.TECHNICAL, Visibility.STAFF),
        "resolved_by": NUMBER,
    },
)
editing(
    "wagtailcore.CommentReply",
    subject="user",
    technical="id comment user",
    fields={
        "text": Personal(_("Je antwoord op een opmerking"), Kind.FREE_TEXT, Visibility.STAFF),
        "created_at": Personal(_("Geschreven op"), Kind.TECHNICAL, Visibility.STAFF),
        "updated_at": Personal(_("Aangepast op"), Kind.TECHNICAL, Visibility.STAFF),
    },
)
editing("wagtailcore.PageSubscription", subject="user", technical="id user page comment_notifications")
editing(
    "wagtailcore.ReferenceIndex",
    technical="id content_type base_content_type object_id to_content_type to_object_id model_path content_path "
    "content_path_hash",
    holds=NUMBERS,
)
editing(
    "wagtailcore.PageViewRestriction", technical="id restriction_type password groups page", holds="a page's password"
)
# On PostgreSQL the words stand in the row itself, on SQLite in a table beside it.
WORDS = "autocomplete title body"
editing(
    "wagtailsearch.IndexEntry",
    technical=f"id content_type object_id title_norm {WORDS} {'' if settings.SQLITE else 'title_text body_text'}",
    holds=INDEX,
)
if settings.SQLITE:
    editing("wagtailsearch.SQLiteFTSIndexEntry", technical=f"{WORDS} index_entry", holds=INDEX)

# What an editor is working on -----------------------------------------------------------------------------------------

editing(
    "wagtailadmin.EditingSession",
    subject="user",
    retention="cache",
    clock="last_seen_at",
    technical="id user content_type object_id last_seen_at is_editing",
    holds=NUMBERS,
)
editing(
    "wagtailadmin.FormState",
    subject="user",
    retention="cache",
    clock="last_updated_at",
    technical="id user content_type object_id parent_object_id",
    holds=NUMBERS,
    fields={
        "data": Personal(_("Wat je in de redactie typte en nog niet bewaarde"), Kind.FREE_TEXT),
        "last_updated_at": Personal(_("Wanneer"), Kind.TECHNICAL),
    },
)
editing(
    "wagtailusers.UserProfile",
    subject="user",
    technical="id user submitted_notifications approved_notifications rejected_notifications "
    "updated_comments_notifications dismissibles theme contrast density keyboard_shortcuts",
    holds="how the editors' screens look; the keys of dismissibles are tips",
    fields={
        "preferred_language": Personal(_("Taal in de redactie"), Kind.CONTENT),
        "current_time_zone": Personal(_("Tijdzone in de redactie"), Kind.CONTENT),
        "avatar": Personal(_("Je foto in de redactie"), Kind.CONTENT, Visibility.STAFF),
    },
)
editing(
    "wagtailcore.APIToken",
    subject="user",
    technical="id user prefix",
    holds="the first letters of a random key",
    fields={
        "name": Personal(_("Naam van je sleutel"), Kind.FREE_TEXT),
        "key_hash": HASH,
        "created": Personal(_("Gemaakt op"), Kind.TECHNICAL),
        "revoked_at": Personal(_("Ingetrokken op"), Kind.TECHNICAL),
        "last_used_at": Personal(_("Laatst gebruikt"), Kind.TECHNICAL),
    },
)

# Work that is passed on -----------------------------------------------------------------------------------------------

editing("wagtailcore.Workflow", technical="id name active", holds=SETTINGS)
editing("wagtailcore.WorkflowTask", technical="id sort_order workflow task")
editing("wagtailcore.WorkflowPage", technical="page workflow")
editing("wagtailcore.WorkflowContentType", technical="content_type workflow")
editing("wagtailcore.Task", technical="id name content_type active", holds=SETTINGS)
editing("wagtailcore.GroupApprovalTask", technical="task_ptr groups")
editing(
    "wagtailcore.WorkflowState",
    technical="id content_type base_content_type object_id workflow status created_at current_task_state",
    holds=NUMBERS,
    fields={"requested_by": NUMBER},
)
editing(
    "wagtailcore.TaskState",
    subject="finished_by",
    erase=Erase.NULL,
    technical="id workflow_state revision task status started_at content_type",
    fields={
        "finished_by": NUMBER,
        "comment": Personal(_("Je opmerking bij een taak"), Kind.FREE_TEXT, Visibility.STAFF, erase=Erase.REPLACE),
        "finished_at": Personal(_("Gedaan op"), Kind.TECHNICAL, Visibility.STAFF),
    },
)

# Files ----------------------------------------------------------------------------------------------------------------

editing("wagtailcore.Collection", technical="id path depth numchild name", holds=SETTINGS)
editing(
    "wagtailcore.CollectionViewRestriction",
    technical="id restriction_type password groups collection",
    holds="a folder's password",
)
editing(
    "wagtailcore.UploadedFile",
    subject="uploaded_by_user",
    retention="account",
    technical="id for_content_type uploaded_by_user",
    fields={
        "file": Personal(_("Je bestand dat nog niet bewaard is"), Kind.CONTENT),
    },
)
editing(
    "wagtaildocs.Document",
    technical="id collection created_at file_size file_hash",
    public="title file tags",
    holds=EDITORS_WORDS,
    fields={"uploaded_by_user": NUMBER},
)
# Our own model of images takes its place (content/pages); these two stay empty.
editing(
    "wagtailimages.Image",
    technical="id collection title file description width height created_at focal_point_x focal_point_y "
    "focal_point_width focal_point_height file_size file_hash tags",
    holds=EDITORS_WORDS,
    fields={"uploaded_by_user": NUMBER},
)
editing("wagtailimages.Rendition", technical="id filter_spec file width height focal_point_key image", holds=CODES)
editing("taggit.Tag", technical="id name slug", holds=EDITORS_WORDS)
editing("taggit.TaggedItem", technical="id tag content_type object_id")

# Settings -------------------------------------------------------------------------------------------------------------

editing("wagtailadmin.Admin", technical="id")
editing("wagtailcore.Locale", technical="id language_code", holds=CODES)
editing("wagtailcore.Site", technical="id hostname port site_name root_page is_default_site", holds=SETTINGS)
for kind, target in (("Site", "site"), ("Page", "page"), ("Collection", "collection")):
    editing(f"wagtailcore.Group{kind}Permission", technical=f"id group permission {target}")
editing(
    "wagtailredirects.Redirect",
    technical="id old_path site is_permanent redirect_page redirect_page_route_path redirect_link "
    "automatically_created created_at",
    holds="addresses of pages, by the editors",
)
