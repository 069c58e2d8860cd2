"""Units merged, split and renamed by a decision (decision 0024): drafted, chosen, confirmed, carried out on the day."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from ninhgiang import calendar
from ninhgiang.calendar import day_text
from ninhgiang.errors import DomainError, Stale
from ninhgiang.states import transition
from ninhgiang.vietnamese import clean, clean_lines, fold, paper_number
from units import succession
from units.enums import REORGANISATION_MOVES, UNIT_ROLES, ReorganisationKind, ReorganisationState, RoleKind
from units.models import FormerName, Reorganisation, Role, Succession, Unit, UnitAlias, User
from units.rules import require

from .audit import record_audit
from .notices import notify

logger = logging.getLogger(__name__)
_CODE = re.compile(r"[A-Z][A-Z0-9]{0,19}")
AHEAD = timedelta(days=366)
DOING = "sắp xếp lại đơn vị"


@dataclass(frozen=True)
class NewUnit:
    """A unit that begins with a reorganisation; for a renaming `code` stays empty."""

    code: str
    name: str
    short_name: str
    head_title: str = ""


type Target = Unit | NewUnit


@transaction.atomic
def draft_reorganisation(
    *,
    by: User,
    issuer: Unit,
    kind: ReorganisationKind,
    number: str,
    decided_on: date,
    effective_on: date,
    reason: str,
    old: Sequence[Unit],
    targets: Sequence[Target],
) -> Reorganisation:
    """Begin a reorganisation; everybody and everything goes to the first successor until chosen otherwise.

    Raises Refused, DomainError (fields "number", "decided_on", "effective_on", "old", "targets", "name", "code").
    """
    require(by, RoleKind.ADMINISTRATOR, issuer, doing=DOING)
    number = _checked_paper(number, decided_on, effective_on)
    _check_units(issuer, kind, old, targets)
    new = [target for target in targets if isinstance(target, NewUnit)]
    _check_new(issuer, kind, old, new)
    chosen = [{"unit": one.pk} if isinstance(one, Unit) else asdict(one) for one in targets]
    choices: dict[str, Any] = {"old": [unit.pk for unit in old], "targets": chosen, "people": {}, "duties": {}}
    try:
        with transaction.atomic():
            made = Reorganisation.objects.create(
                issuer=issuer,
                kind=kind,
                number=number,
                decided_on=decided_on,
                effective_on=effective_on,
                reason=clean_lines(reason),
                choices=choices,
                created_by=by,
            )
    except IntegrityError:
        raise DomainError(f"Đã có quyết định sắp xếp số {number}.", field="number") from None
    if kind != ReorganisationKind.RENAME:
        choices["people"] = _first_people(old)
        Reorganisation.objects.filter(pk=made.pk).update(choices=choices)
        made.choices = choices
    names = ", ".join(unit.short_name for unit in old)
    _record(by, made, "draft_reorganisation", f"Soạn {made.get_kind_display().lower()} {names} theo {number}", choices)
    return made


@transaction.atomic
def choose_successors(
    *, by: User, reorganisation: Reorganisation, version: int, people: Mapping[str, str], duties: Mapping[str, int]
) -> Reorganisation:
    """Keep who goes where in a draft: {user id: "INDEX:role kind", or "INDEX:" for no role}, {holding key: INDEX}.

    INDEX counts the successors. Raises Refused, Stale, DomainError for an unknown successor or person.
    """
    require(by, RoleKind.ADMINISTRATOR, reorganisation.issuer, doing=DOING)
    count = len(reorganisation.choices["targets"])
    known = set(_first_people(old_units(reorganisation)))
    for person, choice in people.items():
        index, _, kind = choice.partition(":")
        wrong = not index.isdecimal() or int(index) >= count or (kind and kind not in UNIT_ROLES)
        if person not in known or wrong:
            raise DomainError("Hãy chọn đơn vị mới cho từng người trong danh sách.")
    if any(not 0 <= index < count for index in duties.values()):
        raise DomainError("Hãy chọn đơn vị mới cho từng nhiệm vụ trong danh sách.")
    before = reorganisation.choices
    choices = before | {"people": dict(people), "duties": dict(duties)}
    same = Reorganisation.objects.filter(pk=reorganisation.pk, version=version, state=ReorganisationState.DRAFT)
    if same.update(choices=choices, version=F("version") + 1) != 1:
        raise Stale("Người khác vừa sửa hoặc xác nhận bản sắp xếp này. Hãy tải lại trang để xem.")
    reorganisation.refresh_from_db()
    _record(by, reorganisation, "choose_successors", "Chọn nơi đến của người và nhiệm vụ", choices)
    return reorganisation


@transaction.atomic
def confirm_reorganisation(*, by: User, reorganisation: Reorganisation, version: int) -> Reorganisation:
    """Confirm a draft: carried out at once when its day has come, else by the worker on the day.

    Raises Refused, Stale, DomainError when the units are no longer what they were.
    """
    require(by, RoleKind.ADMINISTRATOR, reorganisation.issuer, doing=DOING)
    reorganisation.version = version
    busy = _busy_units(reorganisation)
    if busy:
        raise DomainError(f"{', '.join(busy)} đang chờ một quyết định sắp xếp khác có hiệu lực.")
    transition(reorganisation, "confirm", table=REORGANISATION_MOVES, confirmed_by=by)
    if reorganisation.effective_on <= calendar.today():
        return apply_reorganisation(reorganisation=reorganisation, by=by)
    day = day_text(reorganisation.effective_on)
    _record(by, reorganisation, "confirm_reorganisation", f"Xác nhận, thực hiện ngày {day}", reorganisation.choices)
    return reorganisation


@transaction.atomic
def cancel_reorganisation(*, by: User, reorganisation: Reorganisation, version: int) -> None:
    """Throw a draft away, or call a confirmed one off before its day; raises Refused, Stale, DomainError."""
    require(by, RoleKind.ADMINISTRATOR, reorganisation.issuer, doing=DOING)
    reorganisation.version = version
    transition(reorganisation, "cancel", table=REORGANISATION_MOVES)
    _record(by, reorganisation, "cancel_reorganisation", f"Hủy sắp xếp theo {reorganisation.number}", {})


def apply_due_reorganisations() -> int:
    """Carry out what is confirmed and whose day has come; return how many. Run by beat; one's trouble keeps none."""
    waiting = Reorganisation.objects.filter(
        state=ReorganisationState.PLANNED, effective_on__lte=calendar.today()
    ).select_related("issuer", "confirmed_by")
    done = 0
    for one in waiting.order_by("effective_on", "pk"):
        try:
            apply_reorganisation(reorganisation=one, by=one.confirmed_by)
            done += 1
        except Stale:
            continue  # another worker was faster
        except Exception:
            logger.exception("reorganisation %s failed", one.pk)
    return done


@transaction.atomic
def apply_reorganisation(*, reorganisation: Reorganisation, by: User | None) -> Reorganisation:
    """Carry a confirmed reorganisation out, all or nothing; what was before its day stays under the old units.

    Raises Stale when it was carried out meanwhile, DomainError when a unit no longer works.
    """
    transition(reorganisation, "apply", table=REORGANISATION_MOVES, applied_at=timezone.now())
    old = list(Unit.objects.select_for_update().filter(pk__in=reorganisation.choices["old"]).order_by("position", "pk"))
    if any(not unit.active for unit in old):
        raise DomainError("Một đơn vị trong quyết định này đã ngừng hoạt động; hãy hủy và soạn lại.")
    if reorganisation.kind == ReorganisationKind.RENAME:
        told, moved = _rename(reorganisation, old[0]), 0
    else:
        told, moved = _succeed(reorganisation, old)
    text = f"Từ {day_text(reorganisation.effective_on)}: {describe(reorganisation)}"
    notify(people=told, text=text)
    after = reorganisation.choices | {"moved": moved}
    _record(by, reorganisation, "apply_reorganisation", describe(reorganisation), after)
    return reorganisation


def describe(reorganisation: Reorganisation) -> str:
    """Return one sentence: "Sáp nhập Phòng A, Phòng B thành Phòng C theo 120/QĐ-UBND"."""
    names = {unit.pk: unit.name for unit in Unit.objects.filter(pk__in=_mentioned(reorganisation))}
    former = {row.unit_id: row.name for row in reorganisation.former_names.all()}
    old = ", ".join(former.get(pk, names[pk]) for pk in reorganisation.choices["old"])
    new = ", ".join(names[one["unit"]] if "unit" in one else one["name"] for one in reorganisation.choices["targets"])
    return f"{reorganisation.get_kind_display()} {old} thành {new} theo {reorganisation.number}"


def old_units(reorganisation: Reorganisation) -> list[Unit]:
    """Return the units that are merged, split or renamed."""
    return list(Unit.objects.filter(pk__in=reorganisation.choices["old"]).order_by("position", "pk"))


def _mentioned(reorganisation: Reorganisation) -> list[int]:
    choices = reorganisation.choices
    return [*choices["old"], *(one["unit"] for one in choices["targets"] if "unit" in one)]


def _checked_paper(number: str, decided_on: date, effective_on: date) -> str:
    found = paper_number(number)
    if not found:
        raise DomainError("Hãy nhập số, ký hiệu quyết định như 120/QĐ-UBND.", field="number")
    today = calendar.today()
    if decided_on > today:
        raise DomainError("Ngày quyết định không được sau hôm nay.", field="decided_on")
    if effective_on < decided_on:
        raise DomainError(
            f"Ngày hiệu lực không được trước ngày quyết định ({day_text(decided_on)}).", field="effective_on"
        )
    if effective_on > today + AHEAD:
        raise DomainError("Ngày hiệu lực quá xa; hãy kiểm tra năm đã nhập.", field="effective_on")
    return found


def _check_units(issuer: Unit, kind: ReorganisationKind, old: Sequence[Unit], targets: Sequence[Target]) -> None:
    """Raise DomainError unless units and successors make sense for the kind."""
    known = [*old, *(target for target in targets if isinstance(target, Unit))]
    if any(unit.parent_id != issuer.pk or not unit.active for unit in known):
        raise DomainError("Chỉ chọn đơn vị đang hoạt động của xã.", field="old")
    if not old:
        raise DomainError("Hãy chọn đơn vị được sắp xếp.", field="old")
    if kind == ReorganisationKind.MERGE:
        if len(targets) != 1:
            raise DomainError(
                "Sáp nhập cần đúng một đơn vị nhận: một đơn vị có sẵn hoặc một đơn vị mới.", field="targets"
            )
        if len({unit.pk for unit in known}) < 2:
            raise DomainError("Sáp nhập cần ít nhất hai đơn vị.", field="old")
    if kind == ReorganisationKind.SPLIT and (len(old) != 1 or len(targets) < 2):
        raise DomainError("Chia tách cần một đơn vị cũ và ít nhất hai đơn vị nhận.", field="targets")
    if kind == ReorganisationKind.RENAME and (len(old) != 1 or len(targets) != 1 or isinstance(targets[0], Unit)):
        raise DomainError("Đổi tên cần một đơn vị và tên mới của nó.", field="name")


def _check_new(issuer: Unit, kind: ReorganisationKind, old: Sequence[Unit], new: Sequence[NewUnit]) -> None:
    """Raise DomainError for a code or name that cannot be, or is taken."""
    taken = {fold(unit.name) for unit in Unit.objects.filter(parent=issuer, active=True) if unit not in old}
    codes = set(Unit.objects.filter(parent=issuer).values_list("code", flat=True))
    for one in new:
        if not clean(one.name) or not clean(one.short_name):
            raise DomainError("Hãy nhập tên và tên ngắn của đơn vị mới.", field="name")
        if fold(one.name) in taken:
            raise DomainError(f"Đã có đơn vị tên {one.name}.", field="name")
        taken.add(fold(one.name))
        if kind == ReorganisationKind.RENAME:
            continue
        if not _CODE.fullmatch(one.code):
            raise DomainError(
                "Mã đơn vị gồm chữ in hoa không dấu và chữ số, bắt đầu bằng chữ, ví dụ VHKT.", field="code"
            )
        if one.code in codes:
            raise DomainError(f"Mã {one.code} đã có đơn vị dùng (kể cả đơn vị cũ).", field="code")
        codes.add(one.code)


def _first_people(old: Sequence[Unit]) -> dict[str, str]:
    """Return the first choice for everybody of the old units: the first successor, the role held; one head only."""
    people: dict[str, str] = {}
    headed = False
    for unit in old:
        found = User.objects.filter(Q(unit=unit) | Q(roles__unit=unit), is_active=True).distinct()
        for person in found.order_by("full_name", "pk").prefetch_related("roles"):
            kinds = {role.kind for role in person.roles.all() if role.unit_id == unit.pk}
            kind = RoleKind.UNIT_HEAD if RoleKind.UNIT_HEAD in kinds and not headed else ""
            if not kind and kinds & UNIT_ROLES:
                kind = RoleKind.UNIT_STAFF
            headed = headed or kind == RoleKind.UNIT_HEAD
            people.setdefault(str(person.pk), f"0:{kind}")
    return people


def _busy_units(reorganisation: Reorganisation) -> list[str]:
    mine = set(_mentioned(reorganisation))
    others = Reorganisation.objects.filter(issuer=reorganisation.issuer, state=ReorganisationState.PLANNED)
    taken = {pk for other in others.exclude(pk=reorganisation.pk) for pk in _mentioned(other)}
    return [unit.name for unit in Unit.objects.filter(pk__in=mine & taken)]


def _rename(reorganisation: Reorganisation, unit: Unit) -> list[User]:
    """Give a unit its new name; the old one is kept by date and as an alias."""
    new = NewUnit(**reorganisation.choices["targets"][0])
    FormerName.objects.create(
        unit=unit,
        reorganisation=reorganisation,
        name=unit.name,
        short_name=unit.short_name,
        until=reorganisation.effective_on - timedelta(days=1),
    )
    _alias(reorganisation.issuer, unit, unit.name, unit.short_name, new.name, new.short_name)
    Unit.objects.filter(pk=unit.pk).update(
        name=clean(new.name), short_name=clean(new.short_name), head_title=clean(new.head_title) or unit.head_title
    )
    return list(User.objects.filter(roles__unit=unit, is_active=True).distinct())


def _succeed(reorganisation: Reorganisation, old: list[Unit]) -> tuple[list[User], int]:
    """Found the new units, move people, names and duties, close the old ones; return who is told and what moved."""
    targets = [_target(reorganisation, one, old) for one in reorganisation.choices["targets"]]
    staying = {unit.pk for unit in targets}
    for unit in old:
        for target in targets:
            if target.pk != unit.pk:
                Succession.objects.create(reorganisation=reorganisation, old=unit, new=target)
                target.inherited_ids = sorted({*target.inherited_ids, unit.pk, *unit.inherited_ids} - {target.pk})
                Unit.objects.filter(pk=target.pk).update(inherited_ids=target.inherited_ids)
    duties = reorganisation.choices["duties"]
    told = _move_people(reorganisation, old, targets)
    moved = succession.move_all(reorganisation, old, lambda key: targets[duties.get(key, 0)])
    for unit in old:
        if unit.pk in staying:
            continue
        Unit.objects.filter(pk=unit.pk).update(active=False)
        if len(targets) == 1:  # after a split the old name means nobody in particular
            UnitAlias.objects.filter(unit=unit).update(unit=targets[0])
    return told, moved


def _target(reorganisation: Reorganisation, chosen: dict[str, Any], old: list[Unit]) -> Unit:
    """Return a successor, founding it when it is new: it takes kind, block and traits after the first old unit."""
    if "unit" in chosen:
        found = Unit.objects.select_for_update().get(pk=chosen["unit"])
        if not found.active:
            raise DomainError(f"{found.name} đã ngừng hoạt động; hãy hủy và soạn lại.")
        return found
    new, first = NewUnit(**chosen), old[0]
    try:
        with transaction.atomic():
            made = Unit.objects.create(
                parent=reorganisation.issuer,
                block=first.block,
                code=new.code,
                name=clean(new.name),
                short_name=clean(new.short_name),
                kind=first.kind,
                traits=sorted({trait for unit in old for trait in unit.traits}),
                head_title=clean(new.head_title) or first.head_title,
                symbol=new.code,
                place=first.place,
                position=first.position,
            )
    except IntegrityError:
        raise DomainError(f"Mã {new.code} vừa có đơn vị khác dùng.", field="code") from None
    _alias(reorganisation.issuer, made, made.name, made.short_name)
    return made


def _move_people(reorganisation: Reorganisation, old: list[Unit], targets: list[Unit]) -> list[User]:
    """Move accounts and unit roles as chosen; commune roles stay. People nobody chose for go to the first successor."""
    chosen = {**_first_people(old), **reorganisation.choices["people"]}
    people = User.objects.in_bulk([int(pk) for pk in chosen])
    for pk, choice in chosen.items():
        person = people.get(int(pk))
        if person is None:
            continue
        index, _, kind = choice.partition(":")
        target = targets[int(index)]
        Role.objects.filter(user=person, unit__in=old, kind__in=UNIT_ROLES).delete()
        if kind:
            Role.objects.get_or_create(user=person, unit=target, kind=kind)
        if person.unit_id in {unit.pk for unit in old}:
            User.objects.filter(pk=person.pk).update(unit=target, version=F("version") + 1)
    User.objects.filter(unit__in=[unit for unit in old if unit not in targets]).update(unit=targets[0])
    return [person for person in people.values() if person.is_active]


def _alias(issuer: Unit, unit: Unit, *names: str) -> None:
    """Let plans name a unit in these ways too; a form another unit holds stays with it."""
    for name in names:
        UnitAlias.objects.get_or_create(issuer=issuer, folded=fold(name), defaults={"unit": unit, "text": clean(name)})


def _record(by: User | None, target: Reorganisation, action: str, summary: str, after: dict[str, Any]) -> None:
    record_audit(
        actor=by, action=action, summary=summary, target=target, issuer=target.issuer, after=after, reason=target.reason
    )
