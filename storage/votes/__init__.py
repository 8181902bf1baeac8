"""Stores votes on answers, with what those answers had cost."""

from storage.votes.stored_votes import StoredVote
from storage.votes.vote_store import Votes

__all__ = ["StoredVote", "Votes"]
