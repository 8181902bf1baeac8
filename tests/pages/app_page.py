"""Reads and presses what is on a page that Streamlit's AppTest runs."""

from pathlib import Path

SHELL = str(Path(__file__).parents[2] / "pages" / "shell.py")


def ask(page, question):
    page.chat_input[0].set_value(question).run()
    assert not page.exception
    return page


def words(page):
    """Everything that the page says, in one string."""
    kinds = (
        page.markdown,
        page.text,
        page.caption,
        page.title,
        page.info,
        page.warning,
        page.error,
    )
    said = "\n".join(element.value for kind in kinds for element in kind)
    return said.replace("\\", "")


def button(page, label):
    return next(b for b in page.button if b.label.replace("\\", "") == label)


def open_uid(page):
    uid = page.query_params["c"]
    return uid if isinstance(uid, str) else uid[0]


def last_run(app, page):
    return app.conversations.load(open_uid(page)).turns[-1].run.state


def by_label(elements, label):
    return next(each for each in elements if each.label == label)


def row_of(page, name):
    table = next(each.value for each in page.markdown if "| Contestant |" in each.value)
    row = next(line for line in table.splitlines() if f"**{name}**" in line)
    return [cell.strip() for cell in row.strip("|").split(" | ")]
