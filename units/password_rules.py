"""Django's password rules with Vietnamese sentences: Django's own translation leaves some of them in English."""

from django.contrib.auth import password_validation as rules


class LongEnough(rules.MinimumLengthValidator):
    """At least `min_length` characters (12 by the settings)."""

    def get_error_message(self) -> str:
        """Say how many characters are needed."""
        return f"Mật khẩu quá ngắn: cần ít nhất {self.min_length} ký tự."

    def get_help_text(self) -> str:
        """Say the same before anything is typed, with a way to get there."""
        return f"Ít nhất {self.min_length} ký tự; một câu ngắn dễ nhớ là đủ."


class NotLikeMe(rules.UserAttributeSimilarityValidator):
    """Not close to the person's own user name, name or address."""

    def get_error_message(self) -> str:
        """Name the cause; the attribute is filled in by Django in English and left out here."""
        return "Mật khẩu quá giống tên hoặc thông tin của bạn."

    def get_help_text(self) -> str:
        """Say what to leave out."""
        return "Không giống tên đăng nhập hay họ tên."


class NotCommon(rules.CommonPasswordValidator):
    """Not one of the twenty thousand passwords everybody tries first."""

    def get_error_message(self) -> str:
        """Say that it is well known."""
        return "Mật khẩu này quá phổ biến, dễ bị đoán."

    def get_help_text(self) -> str:
        """Say what to avoid."""
        return "Không dùng mật khẩu phổ biến."


class NotOnlyDigits(rules.NumericPasswordValidator):
    """Not a telephone number or a date."""

    def get_error_message(self) -> str:
        """Say what is missing."""
        return "Mật khẩu không được chỉ gồm chữ số."

    def get_help_text(self) -> str:
        """Say what to add."""
        return "Không chỉ gồm chữ số."
