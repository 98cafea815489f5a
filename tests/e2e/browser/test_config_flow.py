"""Settings > Devices & services > Add integration > SIGACS, as a person does it, with the files of a real authority."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, expect
import pytest
import pytest_asyncio

from certs.passwords import Login
from certs.pki import Pki
from demo.broker import Broker
from demo.credentials import HOME_ASSISTANT, TERMINAL
from demo.integration import entries
from tests.e2e.browser.browser import Window
from tests.e2e.browser.conftest import OpenWindow
from tests.e2e.greenhouse import Hub
from tests.e2e.house import House

TRANSLATIONS = Path(__file__).parents[3] / "custom_components" / "sigacs" / "translations"
HOST = "localhost"  # other tests have set up the same broker by its address
FILES = {"ca_file": "ca.crt", "certificate_file": "client.crt", "key_file": "client.key"}
# what Home Assistant itself writes on its buttons
ADD = {"en": "Add integration", "fr": "Ajouter une intégration"}
SUBMIT = {"en": "Submit", "fr": "Valider"}
FINISH = {"en": "Skip and finish", "fr": "Ignorer et terminer"}


class Form:
    """The form of a direct connection in an open window; fields are found by the words beside them."""

    def __init__(self, window: Window) -> None:
        self.language = window.look.language
        self._page = window.page
        self._texts = json.loads((TRANSLATIONS / f"{self.language}.json").read_text(encoding="utf-8"))["config"]
        self.dialog = window.page.locator("dialog-data-entry-flow")

    @classmethod
    async def opened(cls, window: Window) -> Form:
        """Go there from the page of integrations, by searching for the name."""
        form = cls(window)
        page = await window.go("/config/integrations/dashboard")
        await page.get_by_role("button", name=ADD[form.language]).click()
        await page.locator("dialog-add-integration input").fill("sigacs")
        await window.photograph("flow-1-search")
        await page.locator("ha-integration-list-item", has_text="SIGACS").click()
        for words in ("title", "description"):
            first_words = form._texts["step"]["direct"][words].partition("`")[0]
            await expect(form.dialog.get_by_text(first_words)).to_be_visible()
        return form

    def field(self, key: str, within: Locator | None = None) -> Locator:
        """What a person types into or, for a file, presses; a file that was chosen has taken its place."""
        role: Any = {"port": "spinbutton", **dict.fromkeys(FILES, "button")}.get(key, "textbox")
        return (within or self.dialog).get_by_role(role, name=self._texts["step"]["direct"]["data"][key])

    async def fill(self, values: dict[str, Any]) -> None:
        for key, value in values.items():
            if key in FILES:
                async with self._page.expect_file_chooser() as chooser:
                    await self.field(key).click()
                await (await chooser.value).set_files(value)
                await expect(self.field(key)).to_be_hidden()
            else:
                await self.field(key).fill(str(value))

    async def submit(self) -> None:
        await self.dialog.get_by_role("button", name=SUBMIT[self.language]).click()

    async def expect_error(self, key: str, error: str) -> None:
        """Wait for one sentence, and see that the field that it stands above is this one."""
        alert = self.dialog.locator("ha-alert")
        await expect(alert).to_have_text(self._texts["error"][error])
        await expect(self.field(key, within=self.dialog.locator("ha-alert + *"))).to_be_visible()
        await alert.scroll_into_view_if_needed()

    async def finish(self) -> None:
        """Wait until it has worked, and leave the devices that were found with the names they have."""
        await self.dialog.get_by_role("button", name=FINISH[self.language]).click()
        await expect(self.dialog.get_by_role("dialog")).to_be_hidden()


@pytest.fixture
def right(pki: Pki, broker: Broker) -> dict[str, Any]:
    """What is right in every field, from a folder that `python -m certs dashboard` made."""
    folder = pki.folder / TERMINAL
    login = Login.read(folder / "login.txt")
    files = {key: folder / name for key, name in FILES.items()}
    return {"host": HOST, "port": broker.port, "username": login.user, "password": login.password, **files}


@pytest_asyncio.fixture(loop_scope="session")
async def house(bare_house: House) -> AsyncIterator[House]:
    """The house, left as it was."""
    before = [entry["entry_id"] for entry in await entries(bare_house.api)]
    yield bare_house
    for entry in await entries(bare_house.api):
        if entry["entry_id"] not in before:
            await bare_house.api.delete(f"/api/config/config_entries/entry/{entry['entry_id']}")


async def test_the_broker_is_set_up_and_planters_appear_by_themselves(
    house: House, hub: Hub, right: dict[str, Any], open_window: OpenWindow
) -> None:
    window = await open_window(house)
    form = await Form.opened(window)
    await window.photograph("flow-2-form")
    await form.fill(right)
    await window.photograph("flow-3-filled")
    await form.submit()
    await expect(form.dialog.get_by_role("button", name=FINISH["en"])).to_be_visible()
    await window.photograph("flow-4-found")
    await form.finish()

    page = await window.go("/config/integrations/integration/sigacs")
    await expect(page.get_by_text("Greenhouse 1").first).to_be_visible()
    planter = page.get_by_text("Planter browser").first
    await expect(planter).to_be_hidden()
    hub.publish("browser", [("sol", "65.0"), ("air/temp", "22.5"), ("air/hum", "58.0")])
    await expect(planter).to_be_visible()
    await window.photograph("flow-5-planters")
    assert await page.evaluate("customElements.get('ll-strategy-dashboard-sigacs') !== undefined")


@dataclass(frozen=True)
class Mistake:
    """One field that is wrong, what is said beside which field, and who makes it."""

    field: str
    error: str
    beside: str
    look: dict[str, Any]


MISTAKES = (
    Mistake("password", "bad_credentials", "password", {"language": "fr", "width": 390, "height": 844}),
    Mistake("ca_file", "not_signed_by_ca", "certificate_file", {}),
    Mistake("key_file", "key_does_not_match", "key_file", {"theme": "dark"}),
)


@pytest.fixture
def wrong(pki: Pki, tmp_path: Path) -> dict[str, Any]:
    """What is wrong in each of these fields: a guess, and files of another authority and of another client."""
    other = Pki(tmp_path / "other")
    other.init()
    return {
        "password": "guessed",
        "ca_file": other.folder / FILES["ca_file"],
        "key_file": pki.folder / HOME_ASSISTANT / FILES["key_file"],
    }


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.field)
async def test_a_mistake_is_told_beside_its_field_and_to_correct_that_one_is_enough(
    house: House, right: dict[str, Any], wrong: dict[str, Any], open_window: OpenWindow, mistake: Mistake
) -> None:
    field = mistake.field
    window = await open_window(house, **mistake.look)
    form = await Form.opened(window)
    await form.fill(right | {field: wrong[field]})
    await form.submit()
    await form.expect_error(mistake.beside, mistake.error)
    await window.photograph(f"flow-mistake-{field}")

    for key in ("host", "port", "username"):
        await expect(form.field(key)).to_have_value(str(right[key]))
    await form.fill({field: right[field]})
    await form.submit()
    await form.finish()
    (entry,) = [one for one in await entries(house.api) if one["title"] == HOST]
    assert entry["state"] == "loaded"
