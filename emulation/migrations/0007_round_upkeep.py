import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NOT_SUBMITTED = "Đơn vị không nộp phiếu nên phần tự khai tính 0 điểm."


def mark_zeroed(apps, schema_editor):
    """Mark the rows closing set to 0 for a scorecard not handed in; their accepted 0 stands without the typed value."""
    rows = apps.get_model("emulation", "ScorecardRow").objects.using(schema_editor.connection.alias)
    rows.filter(self_explanation=NOT_SUBMITTED).update(self_zeroed=True)
    rows.filter(appraised_explanation=NOT_SUBMITTED).update(appraised_value=None)


def leave_out_skipped_areas(apps, schema_editor):
    """Take the rows of areas a round leaves out for everyone off scorecards that nobody has appraised yet."""
    alias = schema_editor.connection.alias
    criteria = apps.get_model("emulation", "Criterion").objects.using(alias)
    rows = apps.get_model("emulation", "ScorecardRow").objects.using(alias)
    rounds = apps.get_model("emulation", "Round").objects.using(alias)
    for round_ in rounds.filter(state__in=("self_scoring", "appraisal")):
        areas = criteria.filter(criteria_set=round_.criteria_set_id, kind="area", code__in=round_.skipped_areas)
        level, out = list(areas.values_list("pk", flat=True)), []
        while level:
            level = list(criteria.filter(parent__in=level, kind="criterion").values_list("pk", flat=True))
            out += level
        waiting = rows.filter(scorecard__round=round_.pk, scorecard__state__in=("open", "submitted"))
        waiting.filter(criterion__in=out).update(applicable=False)


class Migration(migrations.Migration):
    dependencies = [
        ("emulation", "0006_past_round_ranks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="scorecardrow",
            name="self_zeroed",
            field=models.BooleanField(
                default=False,
                help_text="0 because the unit handed nothing in (LatePolicy.ZERO); the value it typed stays.",
            ),
        ),
        migrations.AddField(
            model_name="scorecardrow",
            name="handed_in",
            field=models.JSONField(
                help_text="What the unit handed in, kept while it changes the row under an unlock; see services.handed_in.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="archived_at",
            field=models.DateTimeField(
                help_text="Lưu trữ: không còn trong danh sách đang làm, vẫn đọc được.", null=True
            ),
        ),
        migrations.AddField(
            model_name="round",
            name="archived_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rowevidence",
            name="phase",
            field=models.CharField(
                choices=[
                    ("self", "Tự chấm"),
                    ("appraisal", "Thẩm định lần 1"),
                    ("explanation", "Giải trình"),
                    ("reappraisal", "Thẩm định lần 2"),
                ],
                default="self",
                max_length=12,
            ),
        ),
        migrations.RunPython(mark_zeroed, migrations.RunPython.noop),
        migrations.RunPython(leave_out_skipped_areas, migrations.RunPython.noop),
    ]
