// Keeps in this browser what a person typed and has not saved yet, and offers it when the page is opened again: a closed
// tab, a power cut, an ended session lose nothing. Kept per person, page, row and version; never for passwords or files.
// Forgotten when it is saved, when the person says so, when the person signs out, and after a week.
(function () {
  "use strict";

  const PREFIX = "ninhgiang:draft:";
  const SENT = "ninhgiang:sent";
  const KEEP_DAYS = 7;
  const PAUSE = 400;
  const user = document.body.dataset.user;
  const store = usable("localStorage");
  if (!user || !store) {
    return;
  }

  function usable(name) {
    try {
      window[name].setItem(PREFIX + "test", "1");
      window[name].removeItem(PREFIX + "test");
      return window[name];
    } catch (error) {
      return null; // switched off, or full
    }
  }

  // --- A scope is what is saved at once: a row of the scoring grid, or a form with a long text.
  function fieldsOf(scope) {
    return Array.from(scope.el.querySelectorAll("input, select, textarea")).filter(function (field) {
      return field.name && !/^(hidden|file|password|submit|button)$/.test(field.type);
    });
  }

  function isTick(field) {
    return field.type === "checkbox" || field.type === "radio";
  }

  function nameOf(field) {
    return isTick(field) ? field.name + "=" + field.value : field.name;
  }

  function valuesOf(scope) {
    const values = {};
    fieldsOf(scope).forEach(function (field) {
      values[nameOf(field)] = isTick(field) ? field.checked : field.value;
    });
    return values;
  }

  function same(one, other) {
    return JSON.stringify(one) === JSON.stringify(other);
  }

  function versionOf(scope) {
    const field = scope.el.querySelector("input[type=hidden][name=version], input[type=hidden][name$='-version']");
    return field ? field.value : "";
  }

  // What was typed while scoring is not offered in the appraiser's column of the same row, nor the other way round.
  function phaseOf(el) {
    const form = el.closest("form");
    const field = form && form.querySelector("input[type=hidden][name=phase]");
    return field ? field.value + ":" : "";
  }

  function placeOf(el) {
    return PREFIX + user + ":" + window.location.pathname + ":" + (el.dataset.row || el.id || "form") + ":" + phaseOf(el);
  }

  function scopeOf(el) {
    const scope = { el: el, place: placeOf(el), timer: 0 };
    scope.before = valuesOf(scope);
    return scope;
  }

  const scopes = Array.from(document.querySelectorAll("[data-save-url], form[data-guard-unsaved]")).filter(function (el) {
    return el.querySelector("textarea") && !el.querySelector("input[type=password]");
  }).map(scopeOf);

  // --- Keeping.
  function forget(scope) {
    window.clearTimeout(scope.timer);
    keysUnder(scope.place).forEach(function (key) { store.removeItem(key); });
  }

  function keep(scope) {
    window.clearTimeout(scope.timer);
    const values = valuesOf(scope);
    if (scope.offer) {
      return; // the older text is still to be decided about
    }
    forget(scope);
    if (!same(values, scope.before)) {
      try {
        store.setItem(scope.place + versionOf(scope), JSON.stringify({ at: Date.now(), values: values }));
      } catch (error) {
        // Full: the page still warns before it is left.
      }
    }
  }

  function keysUnder(start) {
    return Object.keys(store).filter(function (key) { return key.startsWith(start); });
  }

  function changed(event) {
    scopes.forEach(function (scope) {
      if (scope.el.contains(event.target)) {
        window.clearTimeout(scope.timer);
        scope.timer = window.setTimeout(function () { keep(scope); }, PAUSE);
      }
    });
  }

  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  window.addEventListener("pagehide", function () {
    scopes.forEach(function (scope) {
      if (!scope.done) {
        keep(scope);
      }
    });
  });

  // --- Saved: a row tells it; a form is known to be saved when the page after it says so.
  document.addEventListener("draft:saved", function (event) {
    scopes.forEach(function (scope) {
      if (scope.el === event.target) {
        const state = scope.el.querySelector("[data-row-state]");
        withdraw(scope);
        forget(scope);
        if (scope.el.classList.contains("is-saved") || !state) {
          scope.before = valuesOf(scope);
        } else {
          keep(scope); // more was typed meanwhile
        }
      }
    });
  });

  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented) {
      return;
    }
    if (/\/dang-xuat\/$/.test(new URL(event.target.action, window.location.href).pathname)) {
      scopes.forEach(function (scope) { scope.done = true; window.clearTimeout(scope.timer); });
      keysUnder(PREFIX + user + ":").forEach(function (key) { store.removeItem(key); });
      return;
    }
    const sent = scopes.filter(function (scope) { return event.target.contains(scope.el); });
    sent.forEach(keep);
    session(function (place) { place.setItem(SENT, JSON.stringify(sent.map(function (scope) { return scope.place; }))); });
  });

  function session(act) {
    const place = usable("sessionStorage");
    return place ? act(place) : null;
  }

  function clearSent() {
    const sent = JSON.parse(session(function (place) { return place.getItem(SENT); }) || "[]");
    session(function (place) { place.removeItem(SENT); });
    if (document.querySelector(".messages .note--ok") && !document.querySelector("[data-error-summary]")) {
      sent.forEach(function (start) {
        keysUnder(start).forEach(function (key) { store.removeItem(key); });
      });
    }
  }

  // --- Offering.
  function offer(scope) {
    const key = keysUnder(scope.place)[0];
    const kept = key && read(key);
    if (!kept) {
      return;
    }
    if (same(kept.values, scope.before)) {
      if (!document.querySelector("[data-error-summary], [data-error-message], [data-refilled], .is-error")) {
        forget(scope);
      }
      return;
    }
    const newer = key !== scope.place + versionOf(scope);
    scope.offer = box(scope, kept, newer);
    scope.el.prepend(scope.offer);
  }

  function read(key) {
    try {
      const kept = JSON.parse(store.getItem(key));
      return kept && kept.values ? kept : null;
    } catch (error) {
      store.removeItem(key);
      return null;
    }
  }

  function inVietnam(at, parts) {
    return new Intl.DateTimeFormat("vi-VN", Object.assign({ timeZone: "Asia/Ho_Chi_Minh" }, parts)).format(new Date(at));
  }

  function when(at) {
    const clock = inVietnam(at, { hour: "2-digit", minute: "2-digit" });
    const day = inVietnam(at, { day: "2-digit", month: "2-digit", year: "numeric" });
    return day === inVietnam(Date.now(), { day: "2-digit", month: "2-digit", year: "numeric" }) ? clock : clock + " " + day;
  }

  function box(scope, kept, newer) {
    const made = document.createElement("div");
    made.className = "note note--info draft-offer";
    made.setAttribute("role", "status");
    const text = document.createElement("p");
    text.textContent = "Có nội dung chưa lưu từ " + when(kept.at) + "."
      + (newer ? " Sau đó nội dung này đã được lưu lại; hãy xem kỹ trước khi lưu đè." : "");
    const buttons = document.createElement("div");
    buttons.className = "actions";
    buttons.append(
      button("Khôi phục", "btn btn-sm btn-outline-primary", function () { restore(scope, kept.values); }),
      button("Bỏ", "btn btn-sm btn-outline-secondary", function () { withdraw(scope); forget(scope); keep(scope); })
    );
    made.append(text, buttons);
    return made;
  }

  function button(text, className, action) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = className;
    made.textContent = text;
    made.addEventListener("click", action);
    return made;
  }

  function withdraw(scope) {
    if (scope.offer) {
      scope.offer.remove();
      scope.offer = null;
    }
  }

  function restore(scope, values) {
    withdraw(scope);
    let first = null;
    fieldsOf(scope).forEach(function (field) {
      const value = values[nameOf(field)];
      const now = isTick(field) ? field.checked : field.value;
      if (value === undefined || value === now) {
        return;
      }
      if (isTick(field)) {
        field.checked = value;
      } else {
        field.value = value;
      }
      first = first || field;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    });
    keep(scope);
    if (first) {
      first.focus();
    }
  }

  function dropOld() {
    const oldest = Date.now() - KEEP_DAYS * 24 * 3600 * 1000;
    keysUnder(PREFIX).forEach(function (key) {
      const kept = read(key);
      if (!kept || kept.at < oldest) {
        store.removeItem(key);
      }
    });
  }

  dropOld();
  clearSent();
  scopes.forEach(offer);
})();
