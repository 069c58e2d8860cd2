"""Forms of the units app. Labels and messages are Vietnamese; rules live in rules and services."""

from typing import Any, cast

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from ninhgiang.fields import VietnameseDateField

from .audit_words import OBJECT_WORDS
from .backends import may_sign_in
from .enums import UNIT_ROLES, ReorganisationKind, RoleKind
from .models import Unit, User
from .models.people import USERNAME_RULE
from .queries import units_of
from .services.reorganisations import NewUnit
from .succession import Holding


class SignInForm(AuthenticationForm):
    """User name and password; the name in any case (phones capitalise the first letter)."""

    error_messages = {
        "invalid_login": "Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt.",
        "inactive": "Tài khoản này đã bị khóa. Hãy liên hệ người quản trị của xã.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["username"], self.fields["password"]
        name.label, password.label = "Tên đăng nhập", "Mật khẩu"
        name.error_messages["required"] = "Nhập tên đăng nhập."
        password.error_messages["required"] = "Nhập mật khẩu."
        name.widget.attrs.update({"autocapitalize": "none", "autocomplete": "username", "spellcheck": "false"})

    def clean_username(self) -> str:
        """Return the name as accounts are stored, so that failed tries are counted for one name, not per spelling."""
        return str(self.cleaned_data["username"]).strip().lower()

    def confirm_login_allowed(self, user: Any) -> None:
        """Refuse locked accounts and, outside demo mode, demo accounts."""
        if not may_sign_in(user):
            raise ValidationError(self.error_messages["inactive"], code="inactive")


class TestMailForm(forms.Form):
    """The address a test letter goes to."""

    address = forms.EmailField(
        label="Gửi thư thử đến",
        error_messages={"required": "Nhập địa chỉ nhận thư thử.", "invalid": "Địa chỉ thư điện tử không hợp lệ."},
    )


class OwnPasswordForm(forms.Form):
    """The present password and a new one, typed twice."""

    current = forms.CharField(
        label="Mật khẩu hiện tại",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Nhập mật khẩu hiện tại."},
    )
    new = forms.CharField(
        label="Mật khẩu mới",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Nhập mật khẩu mới."},
    )
    repeat = forms.CharField(
        label="Nhập lại mật khẩu mới",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Nhập lại mật khẩu mới."},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new"].help_text = " ".join(password_validators_help_texts())

    def clean_current(self) -> str:
        """Check the present password: a forgotten open session must not be enough to take the account."""
        current = str(self.cleaned_data["current"])
        if not self.user.check_password(current):
            raise ValidationError("Mật khẩu hiện tại không đúng.")
        return current

    def clean_new(self) -> str:
        """Check the new password by the rules of the settings."""
        new = str(self.cleaned_data["new"])
        validate_password(new, self.user)
        return new

    def clean(self) -> dict[str, Any]:
        """Compare the two typings, and the new password with the present one."""
        data = super().clean() or {}
        if "new" in data and "repeat" in data and data["new"] != data["repeat"]:
            self.add_error("repeat", "Hai lần nhập mật khẩu mới không giống nhau.")
        if data.get("new") and data.get("new") == data.get("current"):
            self.add_error("new", "Mật khẩu mới phải khác mật khẩu hiện tại.")
        return data


class UnitChoice(forms.ModelChoiceField):
    """A unit by its name."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the unit's name."""
        return str(obj.name)


def _units_under(issuer: Unit) -> QuerySet[Unit]:
    """Return the issuer and its units, as choices, the issuer first."""
    return Unit.objects.filter(Q(pk=issuer.pk) | Q(parent=issuer, active=True)).order_by("position", "name")


class PersonForm(forms.Form):
    """What the administrator may write about a person."""

    full_name = forms.CharField(label="Họ và tên", max_length=120, error_messages={"required": "Nhập họ và tên."})
    unit = UnitChoice(
        label="Đơn vị",
        queryset=Unit.objects.none(),
        empty_label="Chọn đơn vị",
        error_messages={"required": "Chọn đơn vị.", "invalid_choice": "Chọn một đơn vị trong danh sách."},
    )
    job_title = forms.CharField(label="Chức vụ", max_length=120, required=False)
    email = forms.EmailField(
        label="Thư điện tử",
        required=False,
        error_messages={"invalid": "Địa chỉ thư điện tử không đúng, ví dụ đúng: ten@haiphong.gov.vn."},
    )

    def __init__(self, *args: Any, issuer: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("UnitChoice", self.fields["unit"]).queryset = _units_under(issuer)


class PersonChangeForm(PersonForm):
    """The same with the version the form was filled from."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class NewPersonForm(PersonForm):
    """A new account: also its user name and first role."""

    username = forms.CharField(
        label="Tên đăng nhập",
        max_length=60,
        help_text="Chữ thường không dấu, chữ số, dấu chấm, gạch nối; ví dụ: cv.kt2. Không đổi được về sau.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Nhập tên đăng nhập."},
    )
    role_kind = forms.ChoiceField(
        label="Vai trò",
        required=False,
        choices=[("", "Chưa giao"), *RoleKind.choices],
        help_text="Thủ trưởng, công chức, viên chức giữ vai trò tại đơn vị đã chọn; vai trò khác giữ tại UBND xã.",
        error_messages={"invalid_choice": "Chọn một vai trò trong danh sách."},
    )
    field_order = ("username", "full_name", "unit", "job_title", "role_kind", "email")

    def clean_username(self) -> str:
        """Check the ASCII rule and that the name is free; the service checks again when storing."""
        name = str(self.cleaned_data["username"]).strip().lower()
        USERNAME_RULE(name)
        if User.objects.filter(username=name).exists():
            raise ValidationError("Tên đăng nhập này đã có người dùng. Hãy chọn tên khác.")
        return name


class RoleForm(forms.Form):
    """A role to give; the unit matters for unit roles only."""

    kind = forms.ChoiceField(
        label="Vai trò",
        choices=[("", "Chọn vai trò"), *RoleKind.choices],
        error_messages={"required": "Chọn vai trò.", "invalid_choice": "Chọn một vai trò trong danh sách."},
    )
    unit = UnitChoice(
        label="Tại đơn vị",
        queryset=Unit.objects.none(),
        required=False,
        empty_label="UBND xã",
        help_text="Chỉ cần chọn cho vai trò thủ trưởng, công chức, viên chức đơn vị.",
        error_messages={"invalid_choice": "Chọn một đơn vị trong danh sách."},
    )

    def __init__(self, *args: Any, issuer: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("UnitChoice", self.fields["unit"]).queryset = units_of(issuer)


class AuditFilterForm(forms.Form):
    """Which entries of the audit log to show."""

    loai = forms.ChoiceField(
        label="Đối tượng",
        required=False,
        choices=[("", "Tất cả"), *OBJECT_WORDS.items()],
        error_messages={"invalid_choice": "Chọn một đối tượng trong danh sách."},
    )
    tu = VietnameseDateField(label="Từ ngày", required=False)
    den = VietnameseDateField(label="Đến ngày", required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        data = super().clean() or {}
        if data.get("tu") and data.get("den") and data["den"] < data["tu"]:
            self.add_error("den", "Đến ngày phải từ ngày bắt đầu trở đi.")
        return data


NEW_UNITS = (1, 2, 3)


class ReorganisationForm(forms.Form):
    """Quyết định sáp nhập, chia tách, đổi tên: paper, units, and up to three new units or one new name."""

    kind = forms.ChoiceField(
        label="Hình thức",
        choices=[("", "Chọn hình thức"), *ReorganisationKind.choices],
        error_messages={"required": "Chọn hình thức."},
    )
    number = forms.CharField(
        label="Số, ký hiệu quyết định",
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "120/QĐ-UBND", "autocomplete": "off"}),
        error_messages={"required": "Nhập số, ký hiệu quyết định, ví dụ 120/QĐ-UBND."},
    )
    decided_on = VietnameseDateField(label="Ngày quyết định")
    effective_on = VietnameseDateField(
        label="Ngày hiệu lực", help_text="Ngày đầu tiên của đơn vị mới hoặc tên mới; trước ngày đó giữ nguyên."
    )
    reason = forms.CharField(label="Ghi chú", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    old = forms.MultipleChoiceField(
        label="Đơn vị được sắp xếp",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Chọn ít nhất một đơn vị."},
    )
    targets = forms.MultipleChoiceField(
        label="Đơn vị có sẵn nhận người và nhiệm vụ", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, issuer: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_code = {unit.code: unit for unit in units_of(issuer)}
        choices = [(unit.code, unit.name) for unit in self.by_code.values()]
        for name in ("old", "targets"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for number in NEW_UNITS:
            words = {"code": ("Mã", 20), "name": ("Tên", 200), "short_name": ("Tên ngắn", 60)}
            words["head_title"] = ("Chức danh người đứng đầu", 80)
            for name, (label, limit) in words.items():
                field = forms.CharField(label=label, max_length=limit, required=False)
                field.widget.attrs["autocomplete"] = "off"
                self.fields[f"{name}-{number}"] = field

    def new_rows(self) -> list[list[forms.BoundField]]:
        """Return the boxes of each new unit, for the page."""
        return [
            [self[f"{name}-{number}"] for name in ("code", "name", "short_name", "head_title")] for number in NEW_UNITS
        ]

    def wanted(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        new = [
            NewUnit(data[f"code-{n}"].upper(), data[f"name-{n}"], data[f"short_name-{n}"], data[f"head_title-{n}"])
            for n in NEW_UNITS
            if data[f"name-{n}"] or data[f"code-{n}"] or data[f"short_name-{n}"]
        ]
        kept = ("kind", "number", "decided_on", "effective_on", "reason")
        return {name: data[name] for name in kept} | {
            "old": [self.by_code[code] for code in data["old"]],
            "targets": [*(self.by_code[code] for code in data["targets"]), *new],
        }


class SuccessorsForm(forms.Form):
    """Who and what goes to which successor: one box for each person and each thing the units hold."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(
        self,
        *args: Any,
        names: list[str],
        people: list[tuple[User, str]],
        holdings: list[Holding],
        duties: dict[str, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        places = list(enumerate(names))
        roles = [
            (kind, RoleKind(kind).label) for kind in (RoleKind.UNIT_HEAD, RoleKind.UNIT_STAFF) if kind in UNIT_ROLES
        ]
        jobs = [
            (f"{n}:{kind}", f"{name}: {label}")
            for n, name in places
            for kind, label in (*roles, ("", "không giao vai trò"))
        ]
        self.people, self.holdings = [], []
        for person, chosen in people:
            name = f"nguoi-{person.pk}"
            self.fields[name] = forms.ChoiceField(label=person.full_name, choices=jobs, initial=chosen)
            self.people.append((person, self[name]))
        if len(names) > 1:
            for holding in holdings:
                name = f"viec-{holding.key}"
                choices = [(str(n), text) for n, text in places]
                first = str(duties.get(holding.key, 0))
                self.fields[name] = forms.ChoiceField(label=holding.title, choices=choices, initial=first)
                self.holdings.append((holding, self[name]))

    def wanted(self) -> dict[str, Any]:
        """Return what the service takes."""
        data = self.cleaned_data
        people = {str(person.pk): data[f"nguoi-{person.pk}"] for person, _ in self.people}
        return {"people": people, "duties": {one.key: int(data[f"viec-{one.key}"]) for one, _ in self.holdings}}
