"""Who guesses links is stopped for a minute, and shuts nobody else out."""

from services.sharing.guesses import MOST_ADDRESSES, WRONG_A_MINUTE, Guesses


class Clock:
    now_s = 100.0

    def __call__(self):
        return self.now_s


def guessed(guesses, address, times=WRONG_A_MINUTE):
    for _ in range(times):
        assert guesses.may_try("wrong", address)
        guesses.was_wrong(address)


def test_an_address_may_be_wrong_so_often_a_minute():
    clock = Clock()
    guesses = Guesses(clock)
    guessed(guesses, "10.0.0.1")
    assert not guesses.may_try("wrong", "10.0.0.1")
    assert guesses.may_try("wrong", "10.0.0.2")
    clock.now_s += 59.0
    assert not guesses.may_try("wrong", "10.0.0.1")
    clock.now_s += 1.0
    guessed(guesses, "10.0.0.1")


def test_what_has_opened_once_opens_for_all_behind_one_proxy():
    guesses = Guesses(Clock())
    guesses.was_right("good")
    guessed(guesses, "10.0.0.1")
    assert guesses.may_try("good", "10.0.0.1")
    assert not guesses.may_try("another", "10.0.0.1")


def test_many_addresses_take_no_more_room_than_some():
    guesses = Guesses(Clock())
    for number in range(MOST_ADDRESSES + 50):
        guesses.was_wrong(f"2001:db8::{number:x}")
    assert len(guesses._wrong) == MOST_ADDRESSES
