// Ticking rows of a list and printing the page. Without this file rows are ticked one by one.
(function () {
  "use strict";

  function boxesOf(form) {
    return Array.from(form.elements).filter(function (box) {
      return box.type === "checkbox" && box.name === "ky";
    });
  }

  function show(form) {
    const boxes = boxesOf(form);
    const ticked = boxes.filter(function (box) { return box.checked; }).length;
    const count = form.querySelector("[data-pick-count]");
    if (count) {
      count.textContent = ticked ? "Đã chọn " + ticked + " dòng:" : "Chưa chọn dòng nào.";
    }
    const all = form.querySelector("[data-pick-all] input");
    if (all) {
      all.checked = ticked > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
  }

  function begin(form) {
    const label = form.querySelector("[data-pick-all]");
    if (label) {
      label.hidden = false;
    }
    show(form);
  }

  document.addEventListener("change", function (event) {
    const box = event.target;
    const form = box.form;
    if (!form || !form.hasAttribute("data-pick")) {
      return;
    }
    if (box.closest("[data-pick-all]")) {
      boxesOf(form).forEach(function (other) { other.checked = box.checked; });
    }
    show(form);
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) {
      window.print();
    }
  });

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("form[data-pick]").forEach(begin);
    document.querySelectorAll("[data-print]").forEach(function (button) {
      button.hidden = false;
    });
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-pick]").forEach(show);
  });
})();
