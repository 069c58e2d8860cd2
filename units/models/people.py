"""Accounts and the roles they hold."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from units.enums import RoleKind

USERNAME_RULE = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]*\Z", "Tên đăng nhập chỉ gồm chữ thường không dấu, chữ số, dấu chấm, gạch nối."
)


class UserManager(BaseUserManager["User"]):
    """Finds accounts by user name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the account, whatever the case the name was typed in (phones capitalise the first letter)."""
        return self.get(username=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Tài khoản. Accounts are made by the administrator or the demo loader; nobody registers."""

    username = models.CharField(max_length=60, unique=True, validators=[USERNAME_RULE])
    full_name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="people")
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    must_change_password = models.BooleanField(default=True)
    wants_mail = models.BooleanField(default=True, help_text="Nhận thư điện tử; the person's own choice.")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        ordering = ("full_name",)
        constraints = (models.UniqueConstraint(Lower("username"), name="username_once_any_case"),)

    def __str__(self) -> str:
        return self.full_name


class Role(models.Model):
    """Vai trò của một người tại một đơn vị."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    unit = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=20, choices=RoleKind)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "unit", "kind"), name="role_once"),)

    def __str__(self) -> str:
        return f"{self.user} – {self.get_kind_display()}"
