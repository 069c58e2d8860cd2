// Sends files in pieces of 512 KB: progress, cancel, and going on where a broken link stopped, also after the page was
// closed (choose the same file again). Without this file the form takes the files itself.
// The server's answer always says how much has arrived; the next piece begins there (docs/decisions/0025).
(function () {
  "use strict";

  const PIECE = 512 * 1024;
  const WAITS = [1, 2, 4, 8, 15, 30, 30];
  const ONE_TRY = 90000;
  const jobs = new Set();

  // --- One request, with patience: broken links and busy servers are tried again, refusals are not.
  class Refusal extends Error {
    constructor(message, field, status) {
      super(message);
      this.field = field || "";
      this.status = status;
    }
  }

  function token() {
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    const input = document.querySelector("input[name=csrfmiddlewaretoken]");
    return cookie ? cookie[1] : input ? input.value : "";
  }

  async function once(job, url, options) {
    const timer = setTimeout(function () { job.stop.abort(); }, ONE_TRY);
    job.stop = new AbortController();
    const stop = job.stop;
    try {
      const headers = Object.assign({ "X-CSRFToken": token(), Accept: "application/json" }, options.headers);
      const answer = await fetch(url, Object.assign({}, options, { headers: headers, signal: stop.signal, credentials: "same-origin" }));
      const isJson = (answer.headers.get("Content-Type") || "").startsWith("application/json");
      if (answer.redirected || (!isJson && answer.status < 500)) {
        throw new Refusal("Phiên làm việc đã hết hoặc trang đã cũ. Đăng nhập lại ở thẻ mới rồi bấm Tiếp tục.", "session", 403);
      }
      if (answer.status >= 500) {
        throw new Error("busy");
      }
      const data = await answer.json();
      if (!answer.ok) {
        throw new Refusal(data.message, data.field, answer.status);
      }
      return data;
    } finally {
      clearTimeout(timer);
    }
  }

  async function patiently(job, url, options) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await once(job, url, options);
      } catch (error) {
        if (job.cancelled || (error instanceof Refusal && error.field !== "piece") || attempt >= WAITS.length) {
          throw error;
        }
        job.say("Mất kết nối, tự thử lại sau " + WAITS[attempt] + " giây…");
        await pause(job, WAITS[attempt] * 1000);
      }
    }
  }

  function pause(job, time) {
    return new Promise(function (go) {
      const timer = setTimeout(go, time);
      job.wake = function () { clearTimeout(timer); go(); };
    });
  }

  window.addEventListener("online", function () {
    jobs.forEach(function (job) { if (job.wake) { job.wake(); } });
  });

  function form(data) {
    return { method: "POST", body: new URLSearchParams(data) };
  }

  // --- One file.
  async function send(job) {
    job.say("Đang kiểm tra tệp…");
    const digest = await window.sha256Hex(await job.file.arrayBuffer());
    for (let round = 0; round < 3; round += 1) {
      const begun = await patiently(job, job.begin, form({ unit: job.unit, name: job.file.name, size: job.file.size, sha256: digest }));
      if (begun.evidence) {
        return begun;
      }
      job.cancelUrl = begun.cancel_url;
      try {
        return await pieces(job, begun);
      } catch (error) {
        if (!(error instanceof Refusal && (error.field === "gone" || error.field === "offset"))) {
          throw error;
        }
      }
    }
    throw new Refusal("Chưa tải được tệp này. Hãy chọn lại tệp.");
  }

  async function pieces(job, begun) {
    let received = begun.received;
    if (received) {
      job.say("Tiếp tục từ " + percent(received, begun.size) + " %");
    } else {
      job.show(0, begun.size);
    }
    while (received < begun.size) {
      const piece = await job.file.slice(received, received + PIECE).arrayBuffer();
      const state = await patiently(job, begun.url, {
        method: "POST",
        body: piece,
        headers: { "Content-Type": "application/octet-stream", "X-Piece-Offset": String(received), "X-Piece-Sha256": await window.sha256Hex(piece) },
      });
      received = state.received;
      job.show(received, begun.size);
    }
    return patiently(job, begun.finish_url, { method: "POST" });
  }

  function percent(part, whole) {
    return Math.floor((part * 100) / whole);
  }

  // --- What is seen of it.
  function element(name, text, className) {
    const found = document.createElement(name);
    found.textContent = text;
    found.className = className || "";
    return found;
  }

  function button(text, act) {
    const found = element("button", text, "btn btn-sm btn-outline-secondary");
    found.type = "button";
    found.addEventListener("click", act);
    return found;
  }

  function jobOf(place, file) {
    const line = element("li", "", "upload");
    const bar = document.createElement("progress");
    const words = element("span", "Chờ đến lượt", "upload__words");
    const job = { file: file, place: place, line: line, begin: place.dataset.uploadBegin, unit: place.dataset.uploadUnit, stop: new AbortController() };
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", "Tải " + file.name);
    job.say = function (text) { words.textContent = text; };
    job.show = function (part, whole) {
      bar.value = percent(part, whole);
      job.say("Đã tải " + percent(part, whole) + " %");
    };
    job.quit = button("Hủy", function () { cancel(job); });
    job.again = button("Tiếp tục", function () { job.again.remove(); line.classList.remove("is-error"); job.quit.textContent = "Hủy"; run(job); });
    line.append(element("span", file.name, "upload__name"), bar, words, job.quit);
    place.querySelector("[data-upload-list]").append(line);
    return job;
  }

  function announce(text) {
    const live = document.querySelector("[data-live]");
    if (live) {
      live.textContent = text;
    }
  }

  function cancel(job) {
    job.cancelled = true;
    job.stop.abort();
    if (job.wake) {
      job.wake();
    }
    if (job.cancelUrl) {
      fetch(job.cancelUrl, { method: "POST", headers: { "X-CSRFToken": token(), Accept: "application/json" }, credentials: "same-origin" }).catch(function () {});
    }
    jobs.delete(job);
    job.line.remove();
    quieten();
    announce("Đã hủy tải " + job.file.name);
  }

  function finished(job, answer) {
    const evidence = answer.evidence;
    const link = element("a", evidence.name, "upload__name");
    link.href = evidence.page_url;
    job.line.replaceChildren(link, element("span", answer.known ? "Đã có trong kho, không cần tải lại" : "Đã tải xong", "upload__words"));
    job.line.classList.add("is-done");
    announce("Đã tải xong " + evidence.name);
    if (job.place.querySelector("[data-upload-chosen]")) {
      choose(job.place, evidence);
      job.line.remove();
    }
    if (job.place.dataset.uploadRefresh && window.htmx) {
      const target = "#" + job.place.dataset.uploadRefresh;
      window.htmx.ajax("GET", window.location.href, { target: target, select: target, swap: "outerHTML" });
    }
  }

  // --- The file becomes a ticked line of the form, saved with everything else.
  function choose(place, evidence) {
    const list = place.querySelector("[data-upload-chosen]");
    const known = place.querySelector("input[name=evidence][value='" + evidence.id + "']");
    if (known && list.contains(known)) {
      known.checked = true;
    } else {
      if (known) {
        known.closest("li").remove();
      }
      list.append(lineOf(place, evidence));
    }
    place.querySelector("[data-upload-none]").hidden = true;
    place.querySelector("[data-upload-some]").hidden = false;
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function lineOf(place, evidence) {
    const line = place.querySelector("[data-upload-line]").content.cloneNode(true);
    const pages = line.querySelector("[data-pages]");
    const link = line.querySelector("a");
    line.querySelector("input[name=evidence]").value = evidence.id;
    line.querySelector("[data-keep]").textContent = "Giữ tệp " + evidence.name;
    line.querySelector("[data-size]").textContent = evidence.size;
    link.href = evidence.file_url;
    link.textContent = evidence.name;
    if (evidence.is_pdf) {
      pages.querySelector("input").name = "pages-" + evidence.id;
      pages.querySelector("input").id = "id_pages-" + evidence.id;
      pages.querySelector("label").htmlFor = "id_pages-" + evidence.id;
    } else {
      pages.remove();
    }
    return line;
  }

  async function run(job) {
    jobs.add(job);
    try {
      finished(job, await send(job));
    } catch (error) {
      if (job.cancelled) {
        return;
      }
      job.line.classList.add("is-error");
      job.quit.textContent = "Bỏ tệp này";
      job.say(error instanceof Refusal ? error.message : "Mất kết nối. Phần đã tải được giữ lại.");
      announce(job.file.name + ": " + (error.message || "mất kết nối"));
      if (!(error instanceof Refusal) || error.field === "session") {
        job.line.append(job.again);
      }
    } finally {
      jobs.delete(job);
      quieten();
    }
  }

  // --- One file after the other.
  let turn = Promise.resolve();

  function take(place, input) {
    Array.from(input.files).forEach(function (file) {
      const job = jobOf(place, file);
      jobs.add(job);
      turn = turn.then(function () { return job.cancelled ? null : run(job); });
    });
    input.value = "";
    input.dispatchEvent(new Event("change", { bubbles: true })); // the control says again that nothing is chosen
  }

  document.addEventListener("change", function (event) {
    const place = event.target.matches("input[type=file]") ? event.target.closest("[data-upload]") : null;
    if (place && event.target.files.length) {
      take(place, event.target);
    }
  });

  const BUSY = "Còn tệp đang tải lên. Hãy chờ tải xong hoặc hủy tệp đó rồi bấm lại.";
  const FAILED = "Có tệp chưa tải lên được. Hãy bỏ tệp đó hoặc tải lại rồi bấm lại.";

  // Why a form may not go yet: a file on its way, or one that failed and would silently be left out; "" when it may.
  function hindrance(form) {
    if (!form.querySelector("[data-upload]")) {
      return "";
    }
    return jobs.size ? BUSY : form.querySelector(".upload.is-error") ? FAILED : "";
  }

  // Take the alarm back once it no longer holds.
  function quieten() {
    const alarm = document.querySelector("[data-alarm]");
    const failed = document.querySelector(".upload.is-error");
    if (alarm && ((alarm.textContent === BUSY && !jobs.size) || (alarm.textContent === FAILED && !failed))) {
      alarm.textContent = "";
    }
  }

  // Before forms.js marks the form as sent.
  window.addEventListener("submit", function (event) {
    const words = hindrance(event.target);
    if (words) {
      event.preventDefault();
      event.stopPropagation();
      const alarm = document.querySelector("[data-alarm]");
      if (alarm) {
        alarm.textContent = words;
      }
    }
  }, true);

  window.addEventListener("beforeunload", function (event) {
    if (jobs.size) {
      event.preventDefault();
      event.returnValue = "";
    }
  });

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-upload-plain]").forEach(function (part) { part.hidden = true; });
    // Files chosen before this script was there.
    document.querySelectorAll("[data-upload] input[type=file]").forEach(function (input) {
      if (input.files.length) {
        take(input.closest("[data-upload]"), input);
      }
    });
  });
})();
