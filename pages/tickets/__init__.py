"""Signs tickets, with which a page's browser follows runs over our own routes."""

from pages.tickets.held import hold_ticket, ticket_of_visitor
from pages.tickets.ticket import TicketError, Tickets

__all__ = ["TicketError", "Tickets", "hold_ticket", "ticket_of_visitor"]
