"""From the start page to a delivered mail, as one goes; and back out."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE, Visits
from tests.e2e.seeding import HOSTILE, Seeded
from tests.fixtures.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_from_the_start_page_to_reading_a_delivered_mail(visits: Visits) -> None:
    visit = visits(signed_in=False)
    page = visit.go("/")
    expect(page).to_have_url(re.compile("/sign-in"))
    visit.sign_in("not the password")
    expect(page.get_by_role("alert")).to_contain_text("ne vont pas ensemble")
    visit.sign_in()

    expect(page.get_by_role("heading", level=1)).to_have_text("Vue d’ensemble")
    stages = page.get_by_role("region", name="Personnes par étape de la relation")
    expect(stages.get_by_role("listitem")).to_have_count(5)
    expect(stages.get_by_role("listitem").first).to_contain_text("14")

    page.get_by_role("link", name="Parcours", exact=True).click()
    page.get_by_role("link", name="Merci et demande d’avis").click()
    canvas = page.get_by_role("region", name="Schéma du parcours")
    expect(canvas.locator(".react-flow__node")).to_have_count(8)
    canvas.get_by_text("thank-you").click()
    panel = page.get_by_role("complementary", name="Détail de l’étape")
    expect(panel).to_contain_text("Messages envoyés")
    expect(panel).to_contain_text("27")

    page.get_by_role("link", name="Personnes").click()
    page.get_by_role("searchbox").fill("camille")
    expect(page.get_by_text("1 personne trouvée")).to_be_visible()
    page.get_by_role("link", name="Camille Durand").click()
    expect(page.get_by_text("A attendu, puis a continué.")).to_be_visible()
    page.get_by_role("link", name="Lire l’e-mail").click()

    expect(page.get_by_role("heading", level=2, name="Merci pour votre commande C1001")).to_be_visible()
    letter = page.frame_locator("iframe")
    expect(letter.get_by_role("heading", level=1)).to_have_text("Merci, Camille Durand")
    page.get_by_role("tab", name="Texte").click()
    expect(page.get_by_text("À bientôt,")).to_be_visible()
    page.get_by_role("tab", name="En-têtes").click()
    expect(page.get_by_text("List-Unsubscribe=One-Click")).to_be_visible()

    page.get_by_role("button", name="Se déconnecter").click()
    expect(page).to_have_url(re.compile("/sign-in"))


def test_after_sign_in_one_is_where_one_wanted_to_be(visits: Visits) -> None:
    visit = visits("en", signed_in=False)
    page = visit.go("/journeys/thank-you?step=reacted")
    visit.sign_in()
    expect(page).to_have_url(re.compile(r"/journeys/thank-you\?step=reacted"))
    expect(page.get_by_role("complementary")).to_contain_text("Wait for an event")


def test_a_foreign_address_after_sign_in_leads_home(visits: Visits, workspace: tuple[Server, Seeded]) -> None:
    visit = visits(signed_in=False)
    visit.go("/sign-in?next=//evil.example/")
    visit.sign_in()
    expect(visit.page).to_have_url(workspace[0].url + "/")


def test_the_language_is_chosen_and_kept(visits: Visits) -> None:
    page = visits().go("/people")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("People")
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_journey_is_paused_and_resumed(visits: Visits) -> None:
    page = visits("en").go("/journeys/thank-you")
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_hostile_names_and_letters_do_nothing(visits: Visits, workspace: tuple[Server, Seeded]) -> None:
    page = visits("en").go(f"/people/{workspace[1].hostile}")
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    page.get_by_role("link", name="Read the e-mail").click()
    expect(page.frame_locator("iframe").get_by_role("link", name="Donner mon avis")).to_be_visible()
    assert page.title() == "Mailbox · Parcours"
    assert page.locator("iframe").get_attribute("sandbox") == "allow-popups allow-popups-to-escape-sandbox"


def test_the_keyboard_alone_reaches_a_step_and_a_person(visits: Visits) -> None:
    page = visits("en").go("/journeys/thank-you")
    page.locator(".react-flow__node").first.wait_for()
    page.reload()
    page.locator(".react-flow__node").first.wait_for()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    walk_to(page, ".react-flow__node")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary")).to_contain_text("Wait 2 days")


def walk_to(page: Page, selector: str, most: int = 40) -> None:
    """Press Tab until something that fits is focused."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never came to {selector}")


def test_on_a_phone_one_goes_from_the_list_to_the_letter_and_back(visits: Visits) -> None:
    page = visits("en", PHONE).go("/mailbox")
    page.get_by_role("link", name="Client 29").click()
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_have_text("Merci, Client 29")
    page.get_by_role("link", name="All e-mails").click()
    expect(page.get_by_role("link", name="Client 28")).to_be_visible()
