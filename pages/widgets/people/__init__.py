"""Lists people for an administrator, who caps, blocks and deletes them."""

from pages.widgets.people.people_list import people_list

__all__ = ["people_list"]
