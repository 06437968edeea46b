"""The tables of content."""

from content.contact.blocking import Block
from content.contact.models import Alias, Conversation, Message
from content.contact.sharing import SharedDetails
from content.guests.models import PendingRequest
from content.helping.models import EditSwitch, HelpedEdit, OnBehalf
from content.helping.referral import Referral
from content.importing.models import Import, ImportDraft, ImportedThing
from content.invitations.models import Invitation
from content.legal.models import LegalPage, LegalVersion
from content.mailchimp.models import Campaign, Connection, Listing
from content.matching.models import Analysis, Match, MatchMail, Misfit
from content.moderation.authors import Appeal, Suggestion
from content.moderation.models import Decision, Report, ReportedMessage
from content.moderation.notices import PageReport
from content.moderation.oversight import OversightCount, OversightYear
from content.moderation.phones import PhoneLook
from content.newsletters.models import Delivery, DigestEntry, LetterSettings, Newsletter
from content.organisations.models import Location, Organisation, OrganisationEditor
from content.pages.models import (
    CleanImage,
    CleanRendition,
    HomePage,
    NeighbourhoodIndexPage,
    NeighbourhoodPage,
    NewsIndexPage,
    NewsPage,
)
from content.photos.models import ControllerKey, Photo
from content.posts.comanagers import CoManager
from content.posts.models import Post
from content.posts.placements import Placement
from content.posts.tombstones import Tombstone
from content.search.models import GuideEntry, SearchEntry
from content.signups.models import SignUp
from content.statistics.models import DayCount
from content.themes.models import Theme

__all__ = [
    "Alias",
    "Appeal",
    "Analysis",
    "Block",
    "Campaign",
    "CleanImage",
    "CleanRendition",
    "CoManager",
    "Connection",
    "ControllerKey",
    "Conversation",
    "DayCount",
    "Decision",
    "Delivery",
    "DigestEntry",
    "EditSwitch",
    "GuideEntry",
    "HelpedEdit",
    "HomePage",
    "Import",
    "ImportDraft",
    "ImportedThing",
    "Invitation",
    "LegalPage",
    "LegalVersion",
    "LetterSettings",
    "Listing",
    "Location",
    "Match",
    "MatchMail",
    "Message",
    "Misfit",
    "NeighbourhoodIndexPage",
    "NeighbourhoodPage",
    "NewsIndexPage",
    "NewsPage",
    "Newsletter",
    "OnBehalf",
    "Organisation",
    "OrganisationEditor",
    "OversightCount",
    "OversightYear",
    "PageReport",
    "PendingRequest",
    "PhoneLook",
    "Photo",
    "Placement",
    "Post",
    "Referral",
    "Report",
    "ReportedMessage",
    "SearchEntry",
    "SharedDetails",
    "SignUp",
    "Suggestion",
    "Theme",
    "Tombstone",
]
