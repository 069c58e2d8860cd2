"""Real-browser fixtures: Debian's Chromium driven by Playwright against a live server on the test database."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

WIDE = {"width": 1366, "height": 768}
NARROW = {"width": 390, "height": 844}
DEMO_PASSWORD = "ninhgiang-demo"
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of this process."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "Chromium is missing: run bin/setup --test"
    arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
    # Playwright keeps an event loop in this thread; without this Django would refuse to query beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def live(live_server: Any) -> str:
    """The address of the running program, e.g. http://localhost:40123."""
    return str(live_server.url)


@pytest.fixture
def open_context(browser: Browser, live: str) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function opening a fresh browser context (own cookies); a page's script errors fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_one(viewport: dict[str, int] | None = None, **options: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=live, viewport=viewport or WIDE, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **options
        )
        context.set_default_timeout(20_000)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def person(commune: Any, open_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Return a function giving a page on which that demo user has signed in through the real form."""

    def page_of(username: str, viewport: dict[str, int] | None = None, **options: Any) -> Page:
        page = open_context(viewport, **options).new_page()
        page.goto("/dang-nhap/")
        page.locator("input[name=username]").fill(username)
        page.locator("input[name=password]").fill(DEMO_PASSWORD)
        page.locator("main form button[type=submit], form button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/dang-nhap/" not in url)
        return page

    return page_of
