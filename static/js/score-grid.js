// Saves the rows of a scoring form one by one while a person fills it in. Without this file the form is posted whole.
// Rules: one request a row at a time; a newer value waits; answers never write into inputs unless the person says so.
(function () {
  "use strict";

  const grid = document.querySelector("[data-score-grid]");
  if (!grid || grid.hasAttribute("data-locked")) {
    return;
  }
  const TEXT_PAUSE = 1500;
  const ROW_PAUSE = 2500;
  const RETRIES = 5;
  const SETTLED = new Set(["clean", "saved"]);
  let stopped = false;
  let leaving = false;
  let waitingSubmit = null;

  const rows = Array.from(grid.querySelectorAll("[data-save-url]"), function (el) {
    const row = { el: el, url: el.dataset.saveUrl, prefix: el.dataset.row, state: "clean", seq: 0, tries: 0, busy: false, again: false, timer: 0 };
    row.acked = grid.hasAttribute("data-refilled") ? "" : textOf(row); // filled in again, not saved yet
    return row;
  });

  function hidden(row, name) {
    return row.el.querySelector("[name='" + row.prefix + "-" + name + "']");
  }

  function bodyOf(row) {
    const body = new URLSearchParams();
    row.el.querySelectorAll("input, select, textarea").forEach(function (field) {
      if (field.name && (field.type !== "checkbox" || field.checked)) {
        body.append(field.name, field.value);
      }
    });
    return body;
  }

  // What the person typed, without the two hidden fields the server keeps for itself.
  function textOf(row) {
    const body = bodyOf(row);
    body.delete(row.prefix + "-version");
    body.delete(row.prefix + "-was");
    return body.toString();
  }

  function rowOf(target) {
    const el = target && target.closest ? target.closest("[data-save-url]") : null;
    return rows.find(function (row) { return row.el === el; });
  }

  function show(row, state, text) {
    row.state = state;
    const place = row.el.querySelector("[data-row-state]");
    place.textContent = text || "";
    row.el.classList.toggle("is-error", state === "invalid" || state === "conflict" || state === "stopped");
    row.el.classList.toggle("is-saved", state === "saved");
  }

  function say(text) {
    const live = document.querySelector("[data-live]");
    if (live && live.textContent !== text) {
      live.textContent = text;
    }
  }

  function alarm(text) {
    const place = document.querySelector("[data-alarm]");
    if (place) {
      place.textContent = text;
    }
  }

  // --- When to save: a choice at once, a number when the row is left or the person pauses, a text after a pause.
  function schedule(row, wait) {
    window.clearTimeout(row.timer);
    row.timer = window.setTimeout(function () { save(row); }, wait);
  }

  function touched(row) {
    if (textOf(row) === row.acked) {
      return false;
    }
    if (row.state !== "conflict") {
      show(row, "dirty", "Chưa lưu");
    }
    return true;
  }

  grid.addEventListener("input", function (event) {
    const row = rowOf(event.target);
    if (row && touched(row) && event.target.tagName === "TEXTAREA") {
      schedule(row, TEXT_PAUSE);
    }
  });
  grid.addEventListener("change", function (event) {
    const row = rowOf(event.target);
    if (row && touched(row)) {
      schedule(row, event.target.matches("select, [type=checkbox]") ? 200 : ROW_PAUSE);
    }
  });
  grid.addEventListener("focusout", function (event) {
    const row = rowOf(event.target);
    if (row && !row.el.contains(event.relatedTarget) && touched(row)) {
      schedule(row, 0);
    }
  });

  // --- Saving one row.
  async function save(row) {
    window.clearTimeout(row.timer);
    if (stopped || row.state === "conflict") {
      return;
    }
    if (row.busy) {
      row.again = true;
      return;
    }
    const sent = textOf(row);
    if (sent === row.acked) {
      return;
    }
    row.busy = true;
    row.again = false;
    row.seq += 1;
    show(row, "saving", "Đang lưu…");
    const body = bodyOf(row);
    body.append("phase", grid.querySelector("[name=phase]").value); // what the page was made for, not what is open now
    body.append("seq", String(row.seq));
    let answer = null;
    let data = null;
    try {
      answer = await fetch(row.url, { method: "POST", body: body, headers: { "X-CSRFToken": token() }, redirect: "manual" });
      if ((answer.headers.get("Content-Type") || "").startsWith("application/json")) {
        data = await answer.json();
      }
    } catch (error) {
      answer = null;
    }
    row.busy = false;
    take(row, sent, answer, data);
    submitIfIdle();
  }

  function token() {
    return grid.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  function take(row, sent, answer, data) {
    if (!answer || answer.status >= 500) {
      retry(row);
    } else if (data && data.seq !== String(row.seq)) {
      retry(row);
    } else if (answer.status === 200 && data) {
      saved(row, sent, data);
    } else if (answer.status === 409 && data) {
      conflict(row, data);
    } else if (answer.status === 422 && data) {
      row.tries = 0;
      errors(row, data.fields);
      show(row, "invalid", data.message);
    } else {
      stop(row, data);
    }
    if (row.again && !stopped && row.state !== "conflict") {
      schedule(row, 0);
    }
  }

  function saved(row, sent, data) {
    row.tries = 0;
    row.acked = sent;
    hidden(row, "version").value = data.version;
    hidden(row, "was").value = data.was;
    errors(row, {});
    row.el.querySelector("[data-row-points]").textContent = data.points;
    const why = row.el.querySelector("[data-row-explanation]");
    if (why) {
      why.textContent = data.explanation;
    }
    document.querySelectorAll("[data-total]").forEach(function (place) {
      const text = data.totals[place.dataset.total];
      if (text !== undefined) {
        place.textContent = text;
      }
    });
    if (textOf(row) === sent) {
      show(row, "saved", "Đã lưu " + data.saved_at);
      say("Đã lưu " + data.saved_at);
    } else {
      show(row, "dirty", "Chưa lưu");
      row.again = true;
    }
    tellSaved(row);
  }

  // drafts.js keeps what is typed until this.
  function tellSaved(row) {
    row.el.dispatchEvent(new CustomEvent("draft:saved", { bubbles: true }));
  }

  function errors(row, fields) {
    row.el.querySelectorAll("[data-error-for]").forEach(function (place) {
      const text = fields[place.dataset.errorFor] || "";
      const field = row.el.querySelector("[name='" + place.dataset.errorFor + "']");
      place.textContent = text;
      place.classList.toggle("d-block", Boolean(text));
      if (field) {
        field.classList.toggle("is-invalid", Boolean(text));
        if (text) {
          field.setAttribute("aria-invalid", "true");
        } else {
          field.removeAttribute("aria-invalid");
        }
      }
    });
  }

  function retry(row) {
    row.tries += 1;
    if (row.tries > RETRIES) {
      show(row, "offline", "Chưa lưu được: mất kết nối. Sẽ thử lại khi có mạng.");
      alarm("Mất kết nối: có dòng chưa lưu. Đừng đóng trang này.");
      return;
    }
    show(row, "offline", "Mất kết nối, đang thử lại…");
    schedule(row, 1000 * Math.pow(2, row.tries));
  }

  window.addEventListener("online", function () {
    alarm("");
    rows.forEach(function (row) {
      if (row.state === "offline") {
        row.tries = 0;
        schedule(row, 0);
      }
    });
  });

  // --- Closed meanwhile, or signed out: stop saving, keep what was typed, say what to do.
  function stop(row, data) {
    stopped = true;
    const text = data && data.message
      ? data.message + " Phần chưa lưu vẫn ở trên trang để bạn chép lại."
      : "Phiên làm việc đã hết. Mở trang đăng nhập ở thẻ mới, đăng nhập rồi quay lại đây bấm Lưu.";
    show(row, "stopped", "Chưa lưu");
    alarm(text);
    if (!data) {
      refreshTokenOnReturn();
    }
  }

  function refreshTokenOnReturn() {
    window.addEventListener("focus", async function () {
      const page = await fetch(window.location.href, { redirect: "manual" });
      if (page.status !== 200) {
        return;
      }
      const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
      const field = fresh.querySelector("[data-score-grid] [name=csrfmiddlewaretoken]");
      if (field) {
        grid.querySelector("[name=csrfmiddlewaretoken]").value = field.value;
        stopped = false;
        alarm("");
        rows.forEach(function (row) { touched(row) && schedule(row, 0); });
      }
    }, { once: true });
  }

  // --- Two people, one row: both versions side by side, the person chooses.
  function conflict(row, data) {
    const place = row.el.querySelector("[data-row-conflict]");
    const box = element("div", "note note--warn");
    box.setAttribute("role", "alert");
    const sides = element("div", "compare");
    sides.append(side("Đang lưu trong hệ thống", data.theirs, ""), side("Bạn vừa nhập", data.mine, " compare__side--mine"));
    const buttons = element("div", "actions");
    buttons.append(
      choice("Giữ bản của tôi", function () { keepMine(row, data, place); }),
      choice("Dùng bản trong hệ thống", function () { takeTheirs(row, data, place); })
    );
    box.append(element("strong", "note__title", data.message), sides, buttons);
    place.replaceChildren(box);
    place.hidden = false;
    show(row, "conflict", "Chưa lưu: có người vừa sửa dòng này");
  }

  function element(name, className, text) {
    const made = document.createElement(name);
    made.className = className || "";
    made.textContent = text || "";
    return made;
  }

  function side(title, values, modifier) {
    const made = element("div", "compare__side" + modifier);
    const list = element("dl", "kv");
    Object.keys(values).forEach(function (label) {
      list.append(element("dt", "", label), element("dd", "", values[label] || "(để trống)"));
    });
    made.append(element("h3", "", title), list);
    return made;
  }

  function choice(text, action) {
    const button = element("button", "btn btn-outline-primary", text);
    button.type = "button";
    button.addEventListener("click", action);
    return button;
  }

  function settle(row, data, place) {
    hidden(row, "version").value = data.version;
    place.hidden = true;
    place.replaceChildren();
  }

  function keepMine(row, data, place) {
    settle(row, data, place);
    hidden(row, "was").value = "";
    row.acked = "";
    show(row, "dirty", "Chưa lưu");
    schedule(row, 0);
  }

  function takeTheirs(row, data, place) {
    settle(row, data, place);
    hidden(row, "was").value = data.was;
    Object.keys(data.inputs).forEach(function (name) {
      const field = row.el.querySelector("[name='" + name + "']");
      if (field && field.type === "checkbox") {
        field.checked = Boolean(data.inputs[name]);
      } else if (field) {
        field.value = data.inputs[name];
      }
    });
    row.el.querySelector("[data-row-points]").textContent = data.theirs["Điểm"];
    row.acked = textOf(row);
    errors(row, {});
    show(row, "saved", "Đã dùng bản trong hệ thống");
    tellSaved(row);
  }

  // --- The whole form posted by its buttons: wait for a request under way, so that it is no conflict with ourselves.
  grid.addEventListener("submit", function (event) {
    rows.forEach(function (row) { window.clearTimeout(row.timer); row.again = false; });
    if (rows.some(function (row) { return row.busy; })) {
      event.preventDefault();
      waitingSubmit = { button: event.submitter };
      return;
    }
    leaving = true;
  });

  function submitIfIdle() {
    if (waitingSubmit && !rows.some(function (row) { return row.busy; })) {
      const button = waitingSubmit.button;
      waitingSubmit = null;
      rows.forEach(function (row) { window.clearTimeout(row.timer); });
      grid.requestSubmit(button);
    }
  }

  window.addEventListener("beforeunload", function (event) {
    const open = rows.some(function (row) { return !SETTLED.has(row.state); });
    if (open && !leaving) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  const hint = document.querySelector("[data-grid-state]");
  if (hint && rows.length) {
    hint.textContent = "Từng dòng tự lưu khi bạn chuyển sang dòng khác.";
    hint.hidden = false;
  }
})();
