"""Files are chosen, pasted and dropped into the composer, and opened again."""

import base64

from playwright.async_api import expect

from moa_core.mixture.links import encode_mixture
from tests.browser.accessibility.axe import ALL_RULES, seen_by_axe
from tests.browser.app.lab import mixture
from tests.browser.pages.chat_page import ChatPage
from tests.support.files.attached import png

GIVE = """([name, type, data, how]) => {
  const bytes = Uint8Array.from(atob(data), each => each.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type }));
  const field = document.querySelector('[data-testid="stChatInput"] textarea');
  const how_ = { bubbles: true, cancelable: true };
  const event = how === "paste"
    ? new ClipboardEvent("paste", { clipboardData: carried, ...how_ })
    : new DragEvent("drop", { dataTransfer: carried, ...how_ });
  const zone = document.querySelector('[data-testid="stChatInputFileUploadButton"]');
  field.focus();
  (how === "paste" ? field : zone).dispatchEvent(event);
}"""
CRAFTED = "<img src=x onerror=alert(1)> **bold** ![x](http://127.0.0.1:9/x.png).md"


async def give(page, name, media_type, data, how):
    encoded = base64.b64encode(data).decode()
    await page.evaluate(GIVE, [name, media_type, encoded, how])


async def test_files_from_the_composer_to_the_models_and_back(lab, server, page):
    chat = ChatPage(page)
    await chat.open(f"{lab.url}/?preset={encode_mixture(mixture('ada', 'ben'))}")
    composer = page.get_by_test_id("stChatInput")
    chosen = {"name": CRAFTED, "mimeType": "text/plain", "buffer": b"Sales rose."}
    await composer.locator("input[type=file]").set_input_files(chosen)
    await expect(composer.get_by_text("<img")).to_be_visible()
    await give(page, "cat.png", "image/png", png(), "paste")
    await expect(composer.get_by_text("cat.png")).to_be_visible()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    await give(page, "evil.svg", "image/svg+xml", svg, "drop")
    await expect(composer.get_by_text("evil.svg")).to_be_visible()
    await chat.send("What is in them?")
    await expect(page.locator(".st-key-refused-file-0")).to_contain_text("SVG")
    await expect(chat.composer).to_have_value("What is in them?")
    await expect(page.locator('[class*="st-key-remove-held-"]').first).to_be_visible()
    await chat.composer.press("Enter")
    await chat.answered()
    question = chat.questions.last
    await expect(question.locator("button.file")).to_have_count(2)
    await expect(question.locator("button.file img")).to_have_count(1)
    await question.get_by_role("button", name="Open cat.png").click()
    opened = page.get_by_role("dialog").get_by_role("img", name="cat.png")
    await expect(opened).to_be_visible()
    assert await opened.evaluate("each => each.naturalWidth") == 40
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await question.locator("button.file").first.click()
    await expect(page.get_by_role("dialog")).to_contain_text("Sales rose.")
    await page.keyboard.press("Escape")
    bodies = [str(each.body) for each in server.calls]
    assert len(bodies) == 3
    assert all("data:image/png;base64," in body for body in bodies)
    assert await seen_by_axe(page, "files", ALL_RULES) == []
