"""The page of people: who uses this installation, for its administrators."""

from pages.account import visitor
from pages.widgets.layout import empty_state, readable
from pages.widgets.people import people_list
from services import administration

place = readable("title")
place.title("People", anchor=False)
person = visitor()
if person is None:
    empty_state("Nobody signs in here: there is one user.")
elif not person.administers:
    empty_state("Only administrators see this page.")
else:
    with readable("people"):
        people_list(administration(), person.uid)
