// Small helps for forms. Every page works without this file.
(function () {
  "use strict";

  // --- Unsaved changes: <form data-guard-unsaved> warns before the page is left with typed changes.
  const dirty = new Set();

  function guardOf(target) {
    return target && target.closest ? target.closest("form[data-guard-unsaved]") : null;
  }

  function markDirty(event) {
    const form = guardOf(event.target);
    if (form) {
      dirty.add(form);
    }
  }

  // What was filled in again after the session had ended is not saved yet (units/kept_posts.py).
  document.querySelectorAll("form[data-guard-unsaved][data-refilled]").forEach(function (form) { dirty.add(form); });
  document.addEventListener("input", markDirty);
  document.addEventListener("change", markDirty);
  document.addEventListener("submit", function (event) {
    if (!event.defaultPrevented) {
      dirty.delete(event.target);
    }
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    const form = guardOf(event.detail.elt);
    if (form && event.detail.successful) {
      dirty.delete(form);
    }
  });
  window.addEventListener("beforeunload", function (event) {
    const open = Array.from(dirty).filter(function (form) {
      return document.body.contains(form);
    });
    if (open.length) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  // --- Double submit: <form data-submit-once> goes once. The button is never disabled, so that its name is sent.
  const sent = new WeakSet();

  document.addEventListener("submit", function (event) {
    const form = event.target;
    const button = event.submitter;
    const question = button && button.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (!form.hasAttribute("data-submit-once")) {
      return;
    }
    if (sent.has(form)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    sent.add(form);
    form.setAttribute("aria-busy", "true");
    if (button) {
      button.classList.add("is-busy");
    }
    // A download or a failed connection leaves us on the page: allow another try.
    window.setTimeout(function () {
      release(form);
    }, 8000);
  }, true);

  function release(form) {
    sent.delete(form);
    form.removeAttribute("aria-busy");
    form.querySelectorAll(".is-busy").forEach(function (button) {
      button.classList.remove("is-busy");
    });
  }

  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-submit-once]").forEach(release);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    const elt = event.detail.elt;
    if (elt && elt.matches && elt.matches("form[data-submit-once]")) {
      release(elt);
    }
  });

  // --- Filters: <form method="get" data-autosubmit> goes as soon as a choice is made (not while typing).
  document.addEventListener("change", function (event) {
    const form = event.target.closest ? event.target.closest("form[data-autosubmit]") : null;
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) {
      form.requestSubmit();
    }
  });

  // --- After a failed post the error summary takes the focus.
  function focusSummary(root) {
    const summary = root.querySelector("[data-error-summary]");
    if (summary) {
      summary.focus();
    }
  }

  // --- A link of the summary leads to the field itself; a group of choices gives its first choice.
  document.addEventListener("click", function (event) {
    const link = event.target.closest ? event.target.closest("[data-error-summary] a[href^='#']") : null;
    if (!link) {
      return;
    }
    const place = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const field = place && (place.matches("input, select, textarea") ? place : place.querySelector("input, select, textarea"));
    if (field) {
      event.preventDefault();
      field.focus();
      field.scrollIntoView({ block: "center" });
    }
  });

  // --- What is chosen in a file field, in Vietnamese: the browser says it in its own language.
  function tellFiles(input) {
    const box = input.closest(".file-pick");
    const place = box && box.querySelector("[data-file-names]");
    if (!place) {
      return;
    }
    const names = Array.from(input.files, function (file) { return file.name; });
    place.textContent = names.length > 1 ? names.length + " tệp: " + names.join(", ") : names[0] || "Chưa chọn tệp nào";
    place.hidden = false;
    box.classList.add("is-told");
    box.classList.toggle("has-file", names.length > 0);
  }

  function tellAllFiles() {
    document.querySelectorAll(".file-pick input[type=file]").forEach(tellFiles);
  }

  document.addEventListener("change", function (event) {
    if (event.target.matches("input[type=file]")) {
      tellFiles(event.target);
    }
  });
  window.addEventListener("pageshow", tellAllFiles);
  document.addEventListener("htmx:afterSettle", tellAllFiles);

  document.addEventListener("DOMContentLoaded", function () { focusSummary(document); });
  document.addEventListener("htmx:afterSettle", function (event) { focusSummary(event.target); });
})();
