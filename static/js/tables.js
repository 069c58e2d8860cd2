// A table that fits its wrap lets its head stick to the window; one that does not can be scrolled by keyboard.
(function () {
  "use strict";

  function measure(wrap) {
    const table = wrap.querySelector("table");
    if (!table) {
      return;
    }
    wrap.classList.remove("is-fit");
    const fits = table.scrollWidth <= wrap.clientWidth + 1;
    wrap.classList.toggle("is-fit", fits);
    if (fits) {
      wrap.removeAttribute("tabindex");
      wrap.removeAttribute("role");
      wrap.removeAttribute("aria-label");
    } else if (!wrap.hasAttribute("tabindex")) {
      const caption = table.querySelector("caption");
      wrap.tabIndex = 0;
      wrap.setAttribute("role", "region");
      wrap.setAttribute("aria-label", caption ? caption.textContent.trim() : "Bảng, cuộn ngang để xem hết");
    }
  }

  function measureAll() {
    document.querySelectorAll(".table-wrap").forEach(measure);
  }

  let timer = 0;
  window.addEventListener("resize", function () {
    window.clearTimeout(timer);
    timer = window.setTimeout(measureAll, 120);
  });
  document.addEventListener("DOMContentLoaded", measureAll);
  window.addEventListener("load", measureAll);
  document.addEventListener("htmx:afterSettle", measureAll);
})();
