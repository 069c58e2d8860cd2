"""Filling a form of a page with what was posted from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ninhgiang.refill import refill

pytestmark = pytest.mark.one_database

PAGE = """<!DOCTYPE html>
<p>Đầu trang &amp; chữ
</p><form method="get"><input name="text" value="tìm"></form>
<form method="post" action="/khac/"><textarea name="text">khác</textarea></form>
<form method="post" class="form" id="grid">
  <input type="hidden" name="csrfmiddlewaretoken" value="mới">
  <input type="hidden" name="version" value="9">
  <input class="form-control" name="text" value="cũ &quot;x&quot;">
  <textarea name="note" rows="3">
dòng cũ</textarea>
  <select name="kind"><option value="">–</option><option value="a" selected>A</option><option value="b">B</option>
  </select>
  <input type="checkbox" name="tick" value="1" checked><input type="checkbox" name="tick" value="2">
  <input type="radio" name="one" value="x" checked><input type="radio" name="one" value="y">
  <input type="file" name="file"><input type="password" name="secret">
  <button name="save" value="1">Lưu</button>
</form>
<input type="checkbox" name="outside" value="7" form="grid">
<p>Cuối trang</p>"""


def fill(fields, page="/trang/?a=1", posted_to="/trang/", html=PAGE):
    return refill(html, page=page, posted_to=posted_to, fields=fields)


def test_every_kind_of_control_takes_what_was_typed_and_nothing_else_changes():
    typed = {
        "csrfmiddlewaretoken": ["cũ"],
        "version": ["3"],
        "text": ['<mới> & "y"'],
        "note": ["dòng một\r\n</textarea>hai"],
        "kind": ["b"],
        "tick": ["2"],
        "one": ["y"],
        "file": ["a.pdf"],
        "secret": ["mật khẩu"],
        "outside": ["7"],
        "save": ["1"],
    }

    found = fill(typed)

    assert (found.found, found.changed, found.left) == (True, True, [])
    for part in (
        'name="csrfmiddlewaretoken" value="mới"',
        'name="version" value="3"',
        'name="text" value="&lt;mới&gt; &amp; &quot;y&quot;"',
        '<textarea name="note" rows="3">\ndòng một\r\n&lt;/textarea&gt;hai</textarea>',
        '<option value="a">A</option><option value="b" selected>B</option>',
        '<input type="checkbox" name="tick" value="1"><input type="checkbox" name="tick" value="2" checked>',
        '<input type="radio" name="one" value="x"><input type="radio" name="one" value="y" checked>',
        '<input type="file" name="file"><input type="password" name="secret">',
        '<input type="checkbox" name="outside" value="7" form="grid" checked>',
        '<form method="post" class="form" id="grid" data-refilled>',
        '<form method="get"><input name="text" value="tìm"></form>',
        '<textarea name="text">khác</textarea>',
        "<p>Đầu trang &amp; chữ\n</p>",
        "<p>Cuối trang</p>",
    ):
        assert part in found.html


def test_the_form_is_found_by_where_it_posts_and_by_its_fields():
    assert (
        'action="/khac/" data-refilled><textarea name="text">\nđây</textarea>'
        in fill({"text": ["đây"]}, posted_to="/khac/").html
    )
    two = '<form method="post"><input name="a"></form><form method="post"><input name="b"><input name="c"></form>'
    assert (
        '<form method="post" data-refilled><input name="b" value="1">' in fill({"b": ["1"], "c": ["2"]}, html=two).html
    )
    with_button = '<form method="post" action="/x/"><input name="a"><button formaction="/trang/">B</button></form>'
    assert 'name="a" value="1"' in fill({"a": ["1"]}, html=with_button).html


def test_without_its_form_the_page_stays_and_everything_is_left():
    found = fill({"text": ["một", "hai"], "version": ["3"]}, posted_to="/mat/")
    assert (found.html, found.found, found.changed, found.left) == (PAGE, False, False, ["một", "hai", "3"])


def test_a_button_alone_changes_nothing_and_leaves_nothing():
    form = '<form method="post"><input type="hidden" name="version" value="2"><button name="go" value="1">Đi</button>'
    found = fill({"version": ["1"], "go": ["1"]}, html=f"{form}</form>")
    assert (found.found, found.changed, found.left) == (True, False, [])
    assert 'name="version" value="1"' in found.html


def test_controls_of_one_name_take_the_values_in_order():
    html = '<form method="post"><input name="p"><input name="p"><input name="p" value="c"></form>'
    assert fill({"p": ["1", "2"]}, html=html).html.count('value="') == 3
    assert (
        '<input name="p" value="1"><input name="p" value="2"><input name="p" value="c">'
        in fill({"p": ["1", "2"]}, html=html).html
    )


@given(text=st.text(), note=st.text())
def test_no_text_breaks_out_of_its_control(text, note):
    found = fill({"text": [text], "note": [note]})
    again = fill({}, html=found.html)
    assert again.html.count("<form") == PAGE.count("<form")
    assert again.html.count("<textarea") == PAGE.count("<textarea")
    assert found.html.endswith("<p>Cuối trang</p>")
