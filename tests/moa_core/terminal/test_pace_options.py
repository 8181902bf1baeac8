from dataclasses import replace

import pytest

from moa_core.errors import ConfigError
from moa_core.mixture import Auto, FastStart, Hedging, Pace, Quorum
from moa_core.terminal.options import parser
from moa_core.terminal.pace_options import with_pace
from tests.moa_core.scripted import mixture

PACED = Pace(quorum=Quorum(share=0.9), hedging=Hedging(times=5.0))


def paced(*words, pace):
    call = parser("polyphony").parse_args(["Why?", *words])
    return with_pace(mixture(["a"], pace=pace), call).pace


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ([], PACED, PACED),
        ([], Pace(), Pace()),
        (["--quorum"], Pace(), Pace(quorum=Quorum())),
        (
            ["--quorum", "0.8"],
            PACED,
            Pace(quorum=Quorum(share=0.8), hedging=PACED.hedging),
        ),
        (["--quorum", "off"], PACED, Pace(hedging=PACED.hedging)),
        (["--hedge"], Pace(), Pace(hedging=Hedging())),
        (["--hedge", "5"], Pace(), Pace(hedging=Hedging(at_least_s=5.0))),
        (["--hedge", "off", "--quorum", "off"], PACED, Pace()),
        (["--auto"], PACED, replace(PACED, auto=Auto())),
        (["--auto", "0.3"], Pace(), Pace(auto=Auto(threshold=0.3))),
        (["--auto", "off"], Pace(auto=Auto()), Pace()),
        (["--fast-start"], Pace(), Pace(fast_start=FastStart())),
        (
            ["--fast-start", "provisional"],
            PACED,
            replace(PACED, fast_start=FastStart(way="provisional")),
        ),
        (["--fast-start", "off"], Pace(fast_start=FastStart()), Pace()),
    ],
)
def test_an_option_changes_its_mode_and_no_other(words, before, after):
    assert paced(*words, pace=before) == after


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--quorum", "0"], "--quorum: A quorum is more than 0 and at most 1"),
        (["--auto", "2"], "--auto: The threshold of Auto is 0 to 1, not 2."),
        (["--auto", "maybe"], "--auto takes a number or off, not 'maybe'."),
        (["--early-exit"], "--early-exit needs two layers of proposers or more."),
        (["--quorum", "7"], "not 7"),
        (["--quorum", "-1"], "not -1"),
        (["--quorum", "nan"], "not nan"),
        (["--quorum", "most"], "--quorum takes a number or off, not 'most'."),
        (["--hedge", "-2"], "--hedge: Hedging waits more than 0"),
        (["--hedge", "inf"], "not inf"),
        (["--fast-start", "now"], "takes chunks, provisional or off, not 'now'."),
        (["--hedge", "soon"], "--hedge takes a number or off, not 'soon'."),
    ],
)
def test_what_no_mode_can_have_is_refused_with_its_option(words, said):
    with pytest.raises(ConfigError, match=said.replace(".", r"\.")):
        paced(*words, pace=Pace())
