from django.db import migrations, models

NOT_SUBMITTED = "Đơn vị không nộp phiếu nên phần tự khai tính 0 điểm."


def mark_zeroed(apps, schema_editor):
    """Mark the rows closing set to 0 for a scorecard not handed in; their accepted 0 stands without the typed value."""
    rows = apps.get_model("emulation", "ScorecardRow").objects.using(schema_editor.connection.alias)
    rows.filter(self_explanation=NOT_SUBMITTED).update(self_zeroed=True)
    rows.filter(appraised_explanation=NOT_SUBMITTED).update(appraised_value=None)


class Migration(migrations.Migration):
    dependencies = [("emulation", "0006_past_round_ranks")]

    operations = [
        migrations.AddField(
            model_name="scorecardrow",
            name="self_zeroed",
            field=models.BooleanField(
                default=False,
                help_text="0 because the unit handed nothing in (LatePolicy.ZERO); the value it typed stays.",
            ),
        ),
        migrations.RunPython(mark_zeroed, migrations.RunPython.noop),
    ]
