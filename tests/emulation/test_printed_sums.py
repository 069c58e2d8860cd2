"""On screen the printed parts add up to the printed total, and an index has exactly the places its set states."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from emulation.models import CriteriaSet, Scorecard, ScorecardRow
from emulation.services import accept_unchanged, close_self_scoring, complete_appraisal, publish_ranking, rank_round
from ninhgiang.calendar import today
from tests.emulation.year import card_of, opened, row_of, submitted_all

CODES = ("KT", "TH1", "CA")


@pytest.fixture
def published(commune):
    """TH1 handed in late, CA's total is lifted to 0, KT has a bonus; indices are of three places, some end in 0."""
    reviewer = commune.people["vhxh"]
    CriteriaSet.objects.filter(issuer=commune.issuer, code="mau-2026").update(index_decimals=3)
    round_ = opened(commune, CODES)
    submitted_all(commune, round_, KT=lambda row: row.criterion.code == "2.1")
    close_self_scoring(actor=reviewer, round_id=round_.pk, reason="Đủ phiếu")
    Scorecard.objects.filter(round=round_, unit=commune.units["TH1"]).update(late_penalty=Decimal("1.50"))
    for card in Scorecard.objects.filter(round=round_):
        accept_unchanged(actor=reviewer, scorecard_id=card.pk)
    below = ScorecardRow.objects.filter(scorecard=card_of(round_, commune, "CA"), applicable=True)
    below.update(appraised_points=0, appraised_value=None)
    below.filter(criterion__code="2.1").update(appraised_points=Decimal("-0.75"))
    bonus = row_of(card_of(round_, commune, "KT"), "C1")
    ScorecardRow.objects.filter(pk=bonus.pk).update(appraised_points=Decimal("1.25"), appraised_value=None)
    for card in Scorecard.objects.filter(round=round_):
        complete_appraisal(actor=reviewer, scorecard_id=card.pk)
    rank_round(actor=reviewer, round_id=round_.pk)
    return round_


def publish(commune, round_):
    publish_ranking(actor=commune.people["pct"], round_id=round_.pk, decision_number="25/QĐ-UBND", decision_on=today())


def cells(page, caption):
    """Return the rows of the table with this caption as {head: {label: text}}."""
    table = re.search(rf"<caption[^>]*>{re.escape(caption)}</caption>(.*?)</table>", page, re.DOTALL)
    assert table is not None
    found = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table[1], re.DOTALL):
        head = re.search(r'<th scope="row"[^>]*>(.*?)</th>', row, re.DOTALL)
        if head:
            texts = re.findall(r'<td[^>]*data-label="([^"]+)"[^>]*>(.*?)</td>', row, re.DOTALL)
            found[plain(head[1])] = {label: plain(text) for label, text in texts}
    return found


def plain(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def number(text):
    return Decimal(text.replace(",", ".").replace("−", "-").replace("+", ""))


@pytest.mark.parametrize("code", CODES)
def test_the_areas_of_a_scorecard_add_up_as_printed(published, commune, sign_in, code):
    card = card_of(published, commune, code)
    page = sign_in("vhxh").get(reverse("emulation:scorecard-detail", args=[card.pk])).text
    table = cells(page, "Điểm theo lĩnh vực")
    for column in ("Tự chấm", "Thẩm định"):
        total = number(table.pop("Tổng")[column]) if column == "Thẩm định" else number(table["Tổng"][column])
        parts = [row[column] for name, row in table.items() if column in row and name != "Tổng"]
        added = sum((number(part) for text in parts for part in text.split(" / ") if part not in ("", "–")), Decimal(0))
        assert added == total
    terms = {"KT": set(), "TH1": {"Nộp phiếu chậm"}, "CA": {"Bù để tổng không dưới 0"}}
    assert {"Nộp phiếu chậm", "Bù để tổng không dưới 0"} & set(table) == terms[code]


def test_the_lines_of_the_ranking_add_up_as_printed(published, commune, sign_in):
    page = sign_in("vhxh").get(reverse("emulation:ranking", args=[published.pk])).text
    for block in {commune.units[code].block.name for code in CODES}:
        for row in cells(page, f"Xếp hạng {block}").values():
            areas = [number(text) for label, text in row.items() if label.startswith("Lĩnh vực") and text != "×"]
            extra = [number(text) for text in re.findall(r"[+−][\d,]+", row["Cộng, trừ"])]
            assert sum(areas) + sum(extra) == number(row["Tổng điểm"].split("/")[0].strip())
    assert "nộp chậm −1,5" in page
    assert "bù về 0: +0,75" in page


def test_an_index_has_the_places_of_its_set_on_every_page(published, commune, sign_in):
    publish(commune, published)
    card = card_of(published, commune, "CA")
    zero = Scorecard.objects.get(pk=card.pk)
    assert zero.index == 0
    kt = f"{card_of(published, commune, 'KT').index:.3f}".replace(".", ",")
    assert kt.endswith("0")
    reviewer, head = sign_in("vhxh"), sign_in("tt.kt")
    own = card_of(published, commune, "KT").pk
    pages = [
        (reviewer, reverse("emulation:ranking", args=[published.pk])),
        (reviewer, reverse("emulation:round-detail", args=[published.pk])),
        (reviewer, reverse("emulation:scorecard-detail", args=[own])),
        (reviewer, reverse("emulation:scorecard-explain", args=[own])),
        (reviewer, reverse("emulation:result-history")),
        (reviewer, reverse("reform_tasks:unit-page", args=[commune.units["KT"].pk])),
        (head, reverse("units:home")),
    ]
    for client, url in pages:
        text = client.get(url).text
        assert f"{kt} %" in text, url
    table = reviewer.get(reverse("emulation:ranking", args=[published.pk])).text
    assert "<strong>0,000 %</strong>" in table
