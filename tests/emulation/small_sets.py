"""Small criteria sets for tests."""

from decimal import Decimal

from emulation.set_spec import AreaSpec, RowSpec, SetSpec

FREE = {"step": "0.5"}


def leaf(code, points, **changes):
    return RowSpec(
        code=code, name=f"Tiêu chí {code}", max_points=Decimal(points), rule_kind="free", rule_params=FREE, **changes
    )


def deep(**changes):
    """A set five deep: II > 2.1 > 2.1.1 > 2.1.1.a > two components."""
    bottom = RowSpec(
        code="2.1.1.a", name="Nhóm a", max_points=Decimal(4), children=(leaf("2.1.1.a1", 1), leaf("2.1.1.a2", 3))
    )
    middle = RowSpec(code="2.1.1", name="Nhóm", max_points=Decimal(10), children=(bottom, leaf("2.1.1.b", 6)))
    given = {
        "code": "sau-2027",
        "name": "Bộ nhiều cấp",
        "year": 2027,
        "areas": (
            AreaSpec(code="I", name="Một", max_points=Decimal(60), criteria=(leaf("1.1", 60),)),
            AreaSpec(
                code="II",
                name="Hai",
                max_points=Decimal(40),
                criteria=(
                    RowSpec(code="2.1", name="Cụm", max_points=Decimal(10), children=(middle,)),
                    leaf("2.2", 30, explanation_required=True, legal_basis="Kế hoạch 14"),
                ),
            ),
        ),
        "bands": ({"code": "dat", "name": "Đạt", "lower": "50"}, {"code": "khong", "name": "Không đạt", "lower": "0"}),
        "rank_style": "dense",
        "index_decimals": 3,
        "late_points": Decimal("0.5"),
        "late_points_max": Decimal(2),
        "head_mapping": {
            "by": "grade",
            "levels": [
                {"grade": "dat", "code": "ht", "name": "Hoàn thành"},
                {"grade": "khong", "code": "kht", "name": "Không hoàn thành"},
            ],
        },
        "veto_conditions": ({"when": "area_below", "code": "II", "percent": "50", "effect": "no_award"},),
    }
    return SetSpec(**(given | changes))
