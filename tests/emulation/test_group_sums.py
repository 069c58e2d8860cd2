"""Groups of criteria below an area: their sums in the grid, after each save, and in the explanation."""

from dataclasses import replace
from decimal import Decimal
from html import unescape
from re import findall, sub

import pytest
from django.urls import reverse

from emulation.queries.scorecards import sheet_of
from emulation.sample_set import SAMPLE_SET
from emulation.services.criteria import load_set
from emulation.set_spec import RowSpec
from tests.emulation.year import best_value, card_of, opened, row_of

YES_NO = {"rule_kind": "yes_no", "rule_params": {}}


def leaf(code, points, **more):
    return RowSpec(code=code, name=f"Tiêu chí {code}", max_points=Decimal(points), **(YES_NO | more))


def group(code, *children):
    most = sum((child.max_points for child in children), start=Decimal(0))
    return RowSpec(code=code, name=f"Nhóm {code}", max_points=most, children=children)


@pytest.fixture
def card(commune):
    """Area II with two levels of groups: 2.1 (2.1.1 with two rows, 2.1.2) and 2.2 (not for Phòng Kinh tế)."""
    parts = (
        group("2.1", group("2.1.1", leaf("2.1.1.1", 2), leaf("2.1.1.2", 1)), leaf("2.1.2", 1)),
        group("2.2", leaf("2.2.1", 4, units=("HCC",))),
    )
    areas = tuple(replace(one, criteria=parts) if one.code == "II" else one for one in SAMPLE_SET.areas)
    spec = replace(SAMPLE_SET, code="sau-cap", areas=areas)
    round_ = opened(commune, ("KT",), criteria_set=load_set(issuer=commune.issuer, spec=spec))
    return card_of(round_, commune, "KT")


def heads(page):
    found = findall(r'<h2 class="score-group">(.*?)</h2>', page)
    return [" ".join(unescape(sub(r"<[^>]+>", " ", one)).split()) for one in found]


def test_groups_show_what_they_add_up_to_and_follow_each_save(card, commune, sign_in):
    client = sign_in("tt.kt")
    url = reverse("emulation:scorecard-area", args=[card.pk, "II"])
    assert heads(client.get(url).text) == [
        "2.1. Nhóm 2.1 0/4 điểm",
        "2.1.1. Nhóm 2.1.1 0/3 điểm",
        "2.2. Nhóm 2.2 không áp dụng",
    ]

    row = row_of(card, "2.1.1.1")
    given = {f"r{row.pk}-version": row.version, f"r{row.pk}-was": "", f"r{row.pk}-option": best_value(row)["option"]}
    given |= {"phase": "self"}
    totals = client.post(reverse("emulation:row-save", args=[card.pk, row.pk]), given).json()["totals"]
    assert {name: text for name, text in totals.items() if name.startswith("group-")} == {
        "group-2.1": "2/4 điểm",
        "group-2.1.1": "2/3 điểm",
        "group-2.2": "không áp dụng",
    }
    assert totals["area"] == "2/4"
    assert heads(client.get(url).text)[1] == "2.1.1. Nhóm 2.1.1 2/3 điểm"


def test_the_explanation_prints_the_sums_and_the_share_of_each_area(card, sign_in):
    row = row_of(card, "2.1.2")
    type(row).objects.filter(pk=row.pk).update(self_value={"option": "yes"}, self_points=1)

    page = sign_in("tt.kt").get(reverse("emulation:scorecard-explain", args=[card.pk])).text

    sums = findall(r'<tr class="group-row"><th[^>]*>(\S+) Nhóm.*?<span class="group-row__sum">(.*?)</span>', page)
    assert sums == [("2.1.", "1/4 điểm"), ("2.1.1.", "0/3 điểm"), ("2.2.", "không áp dụng")]
    assert "1/4 điểm = 25,00 %" in page


def test_sums_of_groups_are_those_of_the_whole(card):
    sheet = sheet_of(card)
    assert sheet.groups["self"]["II"].applicable_max == sheet.self_totals.areas["II"].applicable_max == 4
    assert sheet.self_totals.applicable_max == sum(area.applicable_max for area in sheet.self_totals.areas.values())
