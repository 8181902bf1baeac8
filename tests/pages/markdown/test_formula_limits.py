"""Formulas that would freeze a browser, or fill it, are shown as their source."""

import pytest

from pages.widgets.markdown.formula_limits import is_drawable
from pages.widgets.markdown.math import normalize_math
from pages.widgets.markdown.piece import prepare

MATRIX = r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}"


@pytest.mark.parametrize(
    "source",
    [
        r"E = mc^2",
        MATRIX,
        r"\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}",
        r"\begin{aligned} a &= b \\[4pt] &= c \quad \hspace{1em} d \end{aligned}",
        r"\left( \sum_{i=1}^{n} \left| x_i \right|^p \right)^{1/p} \! \mathrm{d}x",
        r"f(x) = \begin{cases} 1 & x > 0 \\ 0 & \text{else, 100\% of 5 em} \end{cases}",
        r"\cfrac{1}{1 + " * 10 + "x" + "}" * 10,
        r"5 \times 10 \text{ cm} + \operatorname{defect}(x) \longrightarrow \charlie",
    ],
)
def test_what_people_write_is_drawn(source):
    assert is_drawable(source)
    assert normalize_math(f"so ${source}$ holds") == f"so ${source}$ holds"


@pytest.mark.parametrize(
    "source",
    [
        "x+" * 600,
        r"\begin{matrix} " + "a&" * 300 + r" \end{matrix}",
        r"\begin{matrix} " + r"a\cr" * 300 + r" \end{matrix}",
        r"\begin{array}{c}" * 12 + "x" + r"\end{array}" * 12,
        r"\sqrt{" * 60 + "x" + "}" * 60,
        r"\left(" * 60 + "x" + r"\right)" * 60,
        r"\def\a{xx}\def\b{\a\a}\b",
        r"\newcommand{\a}{xx}\a",
        r"\gdef\a#1{#1#1}\a{\a{x}}",
        r"\let\a=\b",
        r"\@firstoftwo{a}{b}",
        r"\rule{97000px}{1em}",
        r"\rule{1em}{97000px}",
        r"\phantom{\rule{999em}{999em}}",
        r"\raisebox{-99em}{x}",
        r"\kern-99em x",
        r"\hspace{- 99 em}",
        r"\hskip 99cm plus 1fil",
        "x" + r"\kern-1em" * 50,
        "x" + r"\!" * 300,
        "\\rule{9% a comment\n9em}{1em}",
        r"x \\[999em] y",
        r"\mathllap{\rule{99em}{1em}}",
        r"\mskip 9999mu",
        r"\vphantom{\raisebox{40pc}{x}}",
    ],
)
def test_what_is_over_a_limit_is_not(source):
    assert not is_drawable(source)
    inline = normalize_math(f"so ${source}$ holds")
    assert "$$" not in inline
    assert f"`${' '.join(source.split())}$`" in inline or "\n" in source
    block = normalize_math(f"so\n\n$$\n{source}\n$$\n\nholds")
    assert block == f"so\n\n```latex\n{source}\n```\n\nholds"
    brackets = normalize_math(f"so\n\n\\[\n{source}\n\\]\n\nholds")
    assert "$$" not in brackets or not brackets.count("\n$$\n")


def test_a_formula_over_the_limit_stays_in_its_list_and_keeps_its_ticks():
    heavy = "x`+" * 600
    assert normalize_math(f"- $$\n  {heavy}\n  $$") == f"- ```latex\n  {heavy}\n  ```"
    code = normalize_math(f"so ${heavy}$")
    assert code == f"so `` ${heavy}$ ``"


def test_an_unfinished_formula_over_the_limit_is_shown_as_it_comes():
    heavy = "x+" * 600
    assert normalize_math(f"$$\n{heavy}") == f"$$\n{heavy}".replace("$$", "```latex")


def test_a_formula_whose_end_the_browser_sees_elsewhere_is_text():
    text = "> $$\n> a\n\n\n> b\n$$\n\\rule{1em}{1em}"
    assert "$" not in normalize_math(text).replace("\\$", "")
    assert normalize_math("$$x = 1 and on it goes\nwithout an end") == (
        r"\$\$x = 1 and on it goes" + "\nwithout an end"
    )


def test_a_formula_that_begins_beside_its_dollars_is_a_block():
    assert normalize_math("$$x = 1 \\\\\ny = 2$$\n\nso") == (
        "$$\nx = 1 \\\\\ny = 2\n$$\n\nso"
    )


def test_a_piece_draws_no_more_formulas_than_half_a_second_allows():
    drawn = normalize_math(r"$\frac{a}{b}$ " * 500)
    assert 50 < 500 - drawn.count("`$") < 250
    assert drawn.count(r"\frac{a}{b}") == 500


@pytest.mark.parametrize(
    "formula", ["$2xy$", "$3ab + c$", "$n =$", "$x$", "$5$", "$10 \\text{ cm}$", "$2n$"]
)
def test_a_formula_with_a_number_first_is_one(formula):
    assert normalize_math(f"so {formula} holds") == f"so {formula} holds"


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 (USD) or 10$ in all.",
        "Set $HOME/$USER and $PATH:$HOME.",
        "From $5M to $10M, or $5k – $7k.",
        "$1,200 per month vs. $900",
    ],
)
def test_amounts_and_variables_are_no_formulas(text):
    assert "$" not in normalize_math(text).replace("\\$", "")


@pytest.mark.parametrize(
    "text", ["http://$\\rule{99em}{9em}$", "[http://a$\\rule{99em}{1em}$](u)"]
)
def test_an_address_hides_no_formula(text):
    assert "`$\\rule" in prepare(text).markdown
