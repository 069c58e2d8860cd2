"""Units, their blocks and the other names people write for them."""

from django.db import models
from django.db.models import Q

from units.enums import UnitKind


class Block(models.Model):
    """Khối: comparable units that are ranked among themselves."""

    issuer = models.ForeignKey("units.Unit", on_delete=models.PROTECT, related_name="blocks")
    code = models.SlugField(max_length=30)
    name = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "name")
        constraints = (models.UniqueConstraint(fields=("issuer", "code"), name="block_code_once_per_issuer"),)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """Cơ quan, đơn vị. A tree; a unit with `is_issuer` issues plans, rounds and documents for those below it."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    block = models.ForeignKey(Block, on_delete=models.PROTECT, null=True, blank=True, related_name="units")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=UnitKind)
    is_issuer = models.BooleanField(default=False)
    traits = models.JSONField(default=list, blank=True, help_text="Values of UnitTrait.")
    head_title = models.CharField(max_length=80, blank=True, help_text="Chức danh người đứng đầu, as signed.")
    # What an issuer prints on its papers (Nghị định 30/2020/NĐ-CP, Phụ lục I).
    place = models.CharField(max_length=80, blank=True)
    symbol = models.CharField(max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    inherited_ids = models.JSONField(
        default=list,
        blank=True,
        help_text="Ids of the units whose past it took over; services.reorganisations only.",
    )

    class Meta:
        ordering = ("position", "name")
        constraints = (
            models.UniqueConstraint(fields=("parent", "code"), name="unit_code_once_per_parent"),
            models.UniqueConstraint(fields=("code",), condition=Q(parent__isnull=True), name="unit_root_code_once"),
        )

    def __str__(self) -> str:
        return self.name


class UnitAlias(models.Model):
    """Tên gọi khác của đơn vị ("P. VH-XH"), as found in plans; `folded` is vietnamese.fold(text)."""

    issuer = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="aliases")
    text = models.CharField(max_length=200)
    folded = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("issuer", "folded"), name="alias_once_per_issuer"),)

    def __str__(self) -> str:
        return self.text
