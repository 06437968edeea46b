"""One table says who gets in where, and every address, method, role and neighbourhood is held against it (W-50).

tests/test_access_matrix.py asks the finer questions; here nothing is left out.
"""

import pytest

from content.organisations.models import OrganisationEditor
from tests import factories
from tests.test_access_matrix import (
    METHODS,
    SECOND_FACTOR,
    Access,
    Findings,
    addresses,
    asks_login,
    is_library,
    quick,
    world,
)

__all__ = ["quick", "world"]
pytestmark = pytest.mark.proof

OPEN, LOGIN, SECOND_STEP, NONE = "open", "log in", "second step", "none"
SIDES = {
    "visitor": "visitor",
    "anna": "resident of here",
    "bram": "resident of there",
    "dina": "editor of the organisation here",
    "mo": "manager of here",
    "els": "manager of there",
    "eva": "editor",
    "petra": "privacy officer",
    "otto": "operator",
}
# The rarer methods reach the same gate: they are tried by who has the least to find.
OUTSIDERS = ("visitor", "bram")
EVERYBODY = dict.fromkeys(
    ["visitor", "owner", "organisation", "member", "manager", "staff", "office", "operator"], OPEN
)
# What each kind of address answers to whom. `owner` and `manager` are those of the neighbourhood asked about.
POLICY = {
    Access.PUBLIC: EVERYBODY,
    Access.VISITOR: EVERYBODY,
    Access.DEMO: EVERYBODY,
    Access.MEMBER: {
        "visitor": LOGIN, "owner": OPEN, "organisation": NONE, "member": NONE, "manager": NONE, "staff": NONE,
        "office": NONE, "operator": NONE,
    },
    Access.DESK: {
        "visitor": LOGIN, "owner": SECOND_STEP, "organisation": SECOND_STEP, "member": SECOND_STEP, "manager": OPEN,
        "staff": NONE, "office": NONE, "operator": OPEN,
    },
    Access.STAFF: {
        "visitor": LOGIN, "owner": NONE, "organisation": NONE, "member": NONE, "manager": NONE, "staff": OPEN,
        "office": NONE, "operator": OPEN,
    },
    Access.OFFICE: {
        "visitor": LOGIN, "owner": NONE, "organisation": NONE, "member": NONE, "manager": NONE, "staff": NONE,
        "office": OPEN, "operator": OPEN,
    },
}  # fmt: skip
# Addresses that answer somebody else than the table says, and why.
EXCEPT = {
    # Nobody promises secrecy without an appointment of their own.
    ("managers:confidentiality", "operator"): NONE,
}
# What an editor who is neither the resident nor a manager opens.
OF_EDITORS = ("organisations:", "invitations:organisation", "invitations:stop_editing", "invitations:remove_editor")


def role(name, side):
    """What somebody is to the neighbourhood asked about, in the words of the table."""
    owners, managers = {"here": "anna", "there": "bram"}, {"here": "mo", "there": "els"}
    fixed = {"visitor": "visitor", "eva": "staff", "petra": "office", "otto": "operator"}
    if name in fixed:
        return fixed[name]
    if name == owners[side]:
        return "owner"
    if name == managers[side]:
        return "manager"
    return "organisation" if (name, side) == ("dina", "here") else "member"


def expected(address, name, side):
    """What the table says of one address and one person."""
    who = role(name, side)
    if address.access == Access.MEMBER and not address.has_object:
        return LOGIN if name == "visitor" else OPEN
    if address.access == Access.MEMBER and who == "organisation" and address.name.startswith(OF_EDITORS):
        return OPEN
    if address.access == Access.DESK and who == "member" and name in {"mo", "els"}:
        # Has a second step, and no appointment here.
        return NONE if address.has_object else OPEN
    return EXCEPT.get((address.name, who), POLICY[address.access][who])


def answered(response):
    """Which of the table's words an answer is."""
    if asks_login(response):
        return LOGIN
    if response.status_code == 302 and response.url == SECOND_FACTOR:
        return SECOND_STEP
    return NONE if response.status_code == 404 else OPEN


def fits(answer, wanted, response, address):
    """Whether an answer is what the table says; a method that an address knows for nobody tells nothing."""
    if response.status_code >= 500:
        return address.name == "readyz"
    if response.status_code == 405:
        return True
    # What is open may still have nothing to show: a link that was used, a page of operators in the editors' admin.
    return answer == wanted or (wanted == OPEN and answer == NONE and address.access != Access.DESK)


@pytest.mark.parametrize("side", ["here", "there"])
def test_every_address_answers_everybody_as_the_table_says(world, anna, klarendal, side):
    dina = factories.member("Dina", "Post", lives_in=klarendal)
    OrganisationEditor.objects.create(organisation=world.here.organisation, user=dina)
    world.roles.add("dina", dina)
    asked = 0
    with Findings() as wrong:
        for address in (one for one in addresses() if one.access and not is_library(one)):
            path = address.at(getattr(world, side))
            for name in SIDES:
                wanted = expected(address, name, side)
                for method in METHODS if name in OUTSIDERS else ("get", "post"):
                    response, made = world.roles.ask(name, method, path)
                    asked += 1
                    answer = answered(response)
                    right = fits(answer, wanted, response, address) and (wanted == OPEN or not made)
                    wrong.expect(right, SIDES[name], method, path, f"{answer} ({response.status_code}), not {wanted}")
    print(f"{asked:,} answers for {len(SIDES)} roles")
    assert asked > len(SIDES) * 2 * 150
