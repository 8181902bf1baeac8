"""Lets the user choose the order in which questions are drawn."""

import streamlit as st


def pick_seed(name: str) -> int:
    """Draw what gives the order of the questions, and return it.

    Args:
        name: Whose questions, in keys.
    """
    with st.expander("Order of the questions", key=f"{name}-order"):
        return st.number_input(
            "Seed",
            0,
            key=seed_key(name),
            help="Draws the questions and their order. The same seed draws the same.",
        )


def seed_key(name: str) -> str:
    """Where the seed stands in the session, also before it is drawn."""
    return f"{name}-seed"
