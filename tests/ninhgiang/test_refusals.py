"""A refusal never loses what was typed, and never shows a password or a file."""

import pytest
from django import forms
from django.urls import reverse

from emulation.models import Round, Scorecard
from ninhgiang.errors import DomainError, Refused, Stale
from ninhgiang.refusals import show_refusal, with_typed
from ninhgiang.typed import SECRET_FIELDS, readable
from tests.emulation.year import appraised_all, card_of, opened, submitted_all


class Form(forms.Form):
    text = forms.CharField(label="Lý do")
    kind = forms.ChoiceField(label="Loại", choices=[("a", "Loại thứ nhất"), ("b", "Loại thứ hai")], required=False)
    sure = forms.BooleanField(label="Chắc chắn", required=False)
    password = forms.CharField(label="Mật khẩu", widget=forms.PasswordInput, required=False)
    file = forms.FileField(label="Tệp", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


@pytest.mark.one_database
@pytest.mark.parametrize("error", [Refused("Đã khóa."), Stale("Có người sửa.")])
def test_pages_of_their_own_carry_what_was_typed_by_label(error):
    form = Form({"text": "Vì sao", "kind": "b", "sure": "on", "password": "bí mật", "version": "3"})
    with pytest.raises(type(error)) as raised:
        show_refusal(form, error)
    assert raised.value.mine == {"Lý do": "Vì sao", "Loại": "Loại thứ hai", "Chắc chắn": "có"}


@pytest.mark.one_database
def test_what_the_service_says_of_mine_is_kept_and_an_unsent_form_adds_nothing():
    given = Stale("Có người sửa.", mine={"Lý do": "đã tỏ"})
    assert with_typed(given, Form({"text": "khác"})).mine == {"Lý do": "đã tỏ"}
    assert with_typed(Refused("Đã khóa."), Form()).mine == {}


@pytest.mark.one_database
def test_other_refusals_stand_beside_their_field():
    form = Form({"text": "Vì sao"})
    show_refusal(form, DomainError("Chưa được.", field="kind"))
    show_refusal(form, DomainError("Sai chỗ.", field="khac"), beside="text")
    show_refusal(form, DomainError("Ở trên."))
    assert form.errors == {"kind": ["Chưa được."], "text": ["Sai chỗ."], "__all__": ["Ở trên."]}


@pytest.mark.one_database
def test_only_what_a_person_would_write_again_is_text():
    typed = ["", "12", "a1b2c3", "2026-11-02", "x.y:z", "8b0f3c1e-5d0a-4f7e-9a54-0c2f6d8f1a11"]
    assert readable([*typed, " Lý do\r\n dài ", "Lý do\ndài", "8,5", "25/QĐ"]) == ["Lý do\ndài", "8,5", "25/QĐ"]


def password_fields(form):
    """Return the names of password fields of a form class and of the forms derived from it, Django's own left out."""
    fields = {} if form.__module__.startswith("django.") else getattr(form, "base_fields", {})
    found = {name for name, field in fields.items() if isinstance(field.widget, forms.PasswordInput)}
    return found.union(*(password_fields(one) for one in form.__subclasses__()))


@pytest.mark.one_database
def test_every_password_of_the_program_is_known_as_secret():
    import units.forms  # noqa: F401

    assert {"password", "current", "new", "repeat"} <= password_fields(forms.BaseForm) <= SECRET_FIELDS


def test_a_password_is_never_on_the_page_of_a_refusal(commune, sign_in):
    card = card_of(opened(commune, ("KT",)), commune, "KT")
    url = reverse("emulation:scorecard-reopen", args=[card.pk])
    answer = sign_in("cv.kt").post(url, {"reason": "Lý do đã gõ", "current": "Bí mật một", "new": "Bí mật hai"})

    assert (answer.status_code, "Lý do đã gõ" in answer.text) == (403, True)
    assert "Bí mật" not in answer.text


@pytest.fixture
def appraised(commune):
    """The scorecard of KT, appraised."""
    round_ = opened(commune, ("KT",))
    submitted_all(commune, round_)
    appraised_all(commune, round_)
    return card_of(round_, commune, "KT")


TYPED = "Lý do rất dài đã gõ"


@pytest.mark.parametrize(
    ("who", "name", "given", "status"),
    [
        ("vhxh", "scorecard-reopen", {"reason": TYPED, "version": "1"}, 409),
        ("pct", "scorecard-unlock", {"reason": TYPED, "phase": "self", "until": "01/12/2026"}, 422),
        ("vhxh", "second-reopen", {"reason": TYPED, "version": "1"}, 403),
        ("tt.kt", "appeal-create", {"text": TYPED}, 403),
        ("vanphong", "appeal-record", {"text": TYPED, "source": "phone"}, 403),
        ("vhxh", "correction-create", {"text": TYPED}, 403),
    ],
)
def test_what_was_typed_is_on_every_page_that_refuses_it(appraised, sign_in, who, name, given, status):
    answer = sign_in(who).post(reverse(f"emulation:{name}", args=[appraised.pk]), given)

    assert (answer.status_code, TYPED in answer.text) == (status, True)


def test_dates_changed_by_a_colleague_show_both_and_keep_all_that_was_typed(appraised, sign_in):
    client, url = sign_in("vhxh"), reverse("emulation:round-dates", args=[appraised.round_id])
    form = client.get(url).context["form"]
    typed = {field.html_name: field.data or field.value() or "" for field in form}
    typed = {name: f"{value:%d/%m/%Y}" if hasattr(value, "strftime") else value for name, value in typed.items()}
    Round.objects.update(version=99)
    Scorecard.objects.update(version=99)

    answer = client.post(url, typed | {"reason": TYPED})

    assert (answer.status_code, TYPED in answer.text) == (409, True)
    assert "Hạn thẩm định" in answer.text
