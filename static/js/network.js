// Says aloud what went wrong with a request made by htmx: the page stays, and what was typed stays in it.
(function () {
  "use strict";

  const LOST = "Mất kết nối: thay đổi vừa rồi chưa được lưu. Hãy kiểm tra mạng rồi thử lại.";

  function alarm(text) {
    const place = document.querySelector("[data-alarm]");
    if (place) {
      place.textContent = text;
    }
  }

  function pageOf(xhr) {
    const text = xhr.responseText || "";
    return /^\s*<!doctype/i.test(text) ? new DOMParser().parseFromString(text, "text/html") : null;
  }

  function messageOf(page) {
    const place = page && page.querySelector("[data-error-message]");
    return place ? place.textContent.trim() : "";
  }

  // A whole error page is not put into a part of this one: only its message is shown.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const xhr = event.detail.xhr;
    if (xhr.status < 400) {
      return;
    }
    const page = pageOf(xhr);
    if (page && !event.detail.selectOverride) {
      event.detail.shouldSwap = false;
      alarm(messageOf(page) || "Chưa thực hiện được. Hãy tải lại trang.");
    }
  });

  document.addEventListener("htmx:responseError", function (event) {
    const message = messageOf(pageOf(event.detail.xhr));
    alarm(message || "Hệ thống chưa trả lời được (mã " + event.detail.xhr.status + "). Hãy thử lại sau ít phút.");
  });
  document.addEventListener("htmx:sendError", function () { alarm(LOST); });
  document.addEventListener("htmx:timeout", function () { alarm(LOST); });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful) {
      alarm("");
    }
  });

  // Signed out meanwhile: the answer is the sign-in page. Go there instead of showing it inside this page.
  document.addEventListener("htmx:beforeSwap", function (event) {
    const url = event.detail.xhr.responseURL || "";
    if (/\/dang-nhap\/(\?|$)/.test(url)) {
      event.detail.shouldSwap = false;
      alarm("Phiên làm việc đã hết. Hãy mở trang đăng nhập ở thẻ mới, đăng nhập rồi quay lại đây lưu tiếp.");
    }
  });
})();
