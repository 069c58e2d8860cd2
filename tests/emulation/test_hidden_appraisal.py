"""An appraisal that is still being made is seen by no page, JSON answer or file outside those who see all."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.urls import URLPattern, reverse
from django.utils import timezone

from emulation.enums import LockPhase
from emulation.models import Scorecard
from emulation.services import (
    accept_unchanged,
    complete_appraisal,
    reopen_scorecard,
)
from emulation.services.explanations import ask_explanation, close_explanation, flag_row
from emulation.services.rows import RowEntry, save_appraisal_row, save_final_row
from emulation.services.second_appraisal import complete_second_appraisal, reopen_second_appraisal
from emulation.services.unlocks import unlock_scorecard
from emulation.urls import urlpatterns as emulation_urls
from reports.urls import urlpatterns as reports_urls
from tests.emulation.cycle_kit import two_in_appraisal
from tests.emulation.year import card_of, row_of

NOBODY_ELSE = ("tt.kt", "cv.kt", "tt.hcc", "quantri", "quansat")
# Half-done points (137/400 of 4) and what is said of them, in each appraisal.
FIRST = ("137/400", "1,37", "LÝ DO THẨM ĐỊNH", "CÂU HỎI NHÁP")
SECOND = ("239/400", "2,39", "LÝ DO LẦN HAI")


@pytest.fixture
def card(clock, commune):
    """KT's scorecard in appraisal 1: row 2.1 appraised and asked about, the rest still waiting."""
    reviewer = commune.people["vhxh"]
    found = card_of(two_in_appraisal(commune), commune, "KT")
    row = row_of(found, "2.1")
    entry = RowEntry(row.pk, row.version, {"numerator": 137, "denominator": 400}, "LÝ DO THẨM ĐỊNH")
    save_appraisal_row(actor=reviewer, scorecard_id=found.pk, entry=entry)
    flag_row(actor=reviewer, scorecard_id=found.pk, row_id=row.pk, question="CÂU HỎI NHÁP")
    return found


def completed(commune, card):
    for one in Scorecard.objects.filter(round=card.round_id).exclude(index__isnull=False):
        accept_unchanged(actor=commune.people["vhxh"], scorecard_id=one.pk)
        complete_appraisal(actor=commune.people["vhxh"], scorecard_id=one.pk)


@pytest.fixture
def second(card, commune):
    """The scorecard in appraisal 2, its one row appraised again but not completed."""
    reviewer = commune.people["vhxh"]
    completed(commune, card)
    ask_explanation(actor=reviewer, round_id=card.round_id)
    close_explanation(actor=reviewer, round_id=card.round_id, reason="Đơn vị không giải trình")
    row = row_of(card, "2.1")
    entry = RowEntry(row.pk, row.version, {"numerator": 239, "denominator": 400}, "LÝ DO LẦN HAI")
    save_final_row(actor=reviewer, scorecard_id=card.pk, entry=entry)
    return card


def addresses(card):
    """Every address of emulation and reports with ids that exist, or that somebody would guess."""
    row = row_of(card, "2.1")
    known = {
        "scorecard_id": card.pk,
        "row_id": row.pk,
        "round_id": card.round_id,
        "number": 1,
        "action": "publish",
        "row": "2.1",
        "step": "sign",
        "document_id": UUID(int=1),
        "export_id": UUID(int=1),
    }
    found = []
    for app, patterns in (("emulation", emulation_urls), ("reports", reports_urls)):
        for one in patterns:
            assert isinstance(one, URLPattern)
            names = one.pattern.converters
            given = {name: known.get(name, 1) for name in names}
            if "code" in names:
                given["code"] = "II" if "scorecard_id" in names else card.round.criteria_set.code
            found.append(reverse(f"{app}:{one.name}", kwargs=given))
    return [*found, reverse("emulation:round-analysis", args=[card.round_id]) + "?tep=excel"]


def told(client, card, secrets):
    """Return (address, secret) for everything a person reads of the secrets anywhere."""
    found = []
    for url in addresses(card):
        answer = client.get(url)
        assert answer.status_code < 500
        text = read(answer)
        found += [(url, secret) for secret in secrets if secret in text]
    return found


def read(answer):
    """Return the text of a page or of all parts of a workbook, its numbers written as on pages."""
    data = answer.getvalue()
    if not data.startswith(b"PK"):
        return data.decode()
    with ZipFile(BytesIO(data)) as book:
        return " ".join(book.read(name).decode().replace(".", ",") for name in book.namelist())


@pytest.mark.parametrize("who", NOBODY_ELSE)
def test_a_half_done_first_appraisal_is_told_nowhere(card, sign_in, who):
    assert told(sign_in(who), card, FIRST) == []


@pytest.mark.parametrize("who", NOBODY_ELSE)
def test_a_half_done_second_appraisal_is_told_nowhere(second, sign_in, who):
    assert told(sign_in(who), second, SECOND) == []


def places(client, card, secrets):
    return {url for url, _ in told(client, card, secrets)}


def test_those_who_see_all_read_it_at_once_and_the_unit_when_it_is_complete(card, commune, sign_in):
    pages = {reverse(f"emulation:{name}", args=[card.pk]) for name in ("scorecard-detail", "scorecard-explain")}
    for who in ("vhxh", "pct", "vanphong"):
        assert pages <= places(sign_in(who), card, ["LÝ DO THẨM ĐỊNH"])
    completed(commune, card)
    assert pages <= places(sign_in("cv.kt"), card, ["LÝ DO THẨM ĐỊNH"])


def test_an_appraisal_made_again_is_hidden_again(card, commune, sign_in):
    completed(commune, card)
    total = Scorecard.objects.get(pk=card.pk).appraised_total
    reopen_scorecard(actor=commune.people["vhxh"], scorecard_id=card.pk, reason="Xem lại")
    shown = f"{total:.2f}".replace(".", ",")
    assert told(sign_in("tt.kt"), card, (*FIRST, f"Hoàn thành thẩm định: {shown}")) == []


def test_a_second_appraisal_made_again_is_hidden_again_with_its_total_and_index(second, commune, sign_in):
    first = Scorecard.objects.get(pk=second.pk)
    complete_second_appraisal(actor=commune.people["vhxh"], scorecard_id=second.pk)
    done = Scorecard.objects.get(pk=second.pk)
    head = sign_in("tt.kt")
    page = reverse("emulation:scorecard-detail", args=[second.pk])
    assert head.get(page).context["stated"].total == done.final_total != first.appraised_total
    reopen_second_appraisal(actor=commune.people["vhxh"], scorecard_id=second.pk, reason="Xem lại")
    assert told(head, second, (*SECOND, f"{done.index:.2f}".replace(".", ","))) == []
    assert head.get(page).context["stated"].index == first.index


def test_saving_a_row_under_an_unlock_answers_nothing_of_the_appraisal(card, commune, sign_in):
    row, other = row_of(card, "2.1"), row_of(card, "2.2")
    until = timezone.now() + timedelta(hours=5)
    unlock_scorecard(
        actor=commune.people["pct"], scorecard_id=card.pk, phase=LockPhase.SELF, until=until, reason="Mất điện"
    )
    head, saved = sign_in("tt.kt"), {}
    for one, fields in ((other, {"count": "1"}), (row, {"numerator": "1", "denominator": "2"})):
        for version in ("999", str(one.version)):
            data = {f"r{one.pk}-{name}": text for name, text in fields.items()} | {
                f"r{one.pk}-was": "",
                "phase": "self",
            }
            answer = head.post(
                reverse("emulation:row-save", args=[card.pk, one.pk]), data | {f"r{one.pk}-version": version}
            )
            saved[one.criterion.code, answer.status_code] = answer.text
    assert set(saved) == {("2.2", 409), ("2.2", 200), ("2.1", 409), ("2.1", 200)}
    assert [secret for secret in FIRST for text in saved.values() if secret in text] == []
    grid = reverse("emulation:scorecard-area", args=[card.pk, "II"])
    answer = head.post(
        grid, {"phase": "self", f"r{other.pk}-version": "999", f"r{other.pk}-was": "", f"r{other.pk}-count": "0"}
    )
    assert answer.status_code == 409
    assert [secret for secret in FIRST if secret in answer.text] == []
