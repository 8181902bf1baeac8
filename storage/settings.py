"""Stores what users set on the settings page: caps and prices; never a key."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, get_args

from moa_core.engine import Way
from moa_core.errors import ConfigError
from moa_core.settings import DEAREST_USD_PER_MTOK, OwnPrice, Titling
from moa_core.text import one_line
from storage.database import Database, advisory_lock
from storage.schema import SettingRow
from storage.values import now_ms

HIGHEST_CAP_USD = Decimal(1_000_000)
MOST_OWN_PRICES = 1000
LONGEST_REF = 300
_CAPS, _PRICES, _DECLINED = "caps", "own_prices", "declined_offers"
_TITLES, _CONTINUATIONS = "titles", "continuations"
_SEE, _REFUSED_IMAGES = "models_see_images", "models_refused_images"
MOST_SIGHTS = 1000
_TITLINGS = frozenset(get_args(Titling))
_WAYS = frozenset(get_args(Way))
_CAP_NAMES = ("per_run_usd", "per_day_usd", "per_month_usd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What may be spent at most, in US dollars; ``None`` sets no limit.

    Attributes:
        per_run_usd: By one run.
        per_day_usd: By all runs that begin on one day, by the machine's clock.
        per_month_usd: By all runs that begin in one month.
        allow_unknown: Whether runs whose price is unknown may begin under a cap.
        administrators: What an administrator lets this person spend; of two caps the
            lower one holds.
    """

    per_run_usd: Decimal | None = None
    per_day_usd: Decimal | None = None
    per_month_usd: Decimal | None = None
    allow_unknown: bool = False
    administrators: "Caps | None" = None

    def __post_init__(self) -> None:
        for name in _CAP_NAMES:
            usd = getattr(self, name)
            if usd is not None and not _is_amount(usd, HIGHEST_CAP_USD):
                raise ConfigError(
                    f"A cap must be 0 to {HIGHEST_CAP_USD:,} dollars, not {usd}."
                )

    @property
    def any(self) -> bool:
        """Whether there is a limit at all."""
        return any(each.sets_some for each in self._both())

    @property
    def sets_some(self) -> bool:
        """Whether these caps themselves set a limit."""
        return any(getattr(self, name) is not None for name in _CAP_NAMES)

    @property
    def unknown_may_begin(self) -> bool:
        """Whether all who set a limit allow runs whose price is unknown."""
        setting = [each for each in self._both() if each.sets_some] or [self]
        return all(each.allow_unknown for each in setting)

    def lowest(self, name: str) -> tuple[Decimal, bool] | None:
        """The cap of that name that holds, and whether it is an administrator's."""
        caps = [(getattr(each, name), each is not self) for each in self._both()]
        return min(
            ((usd, theirs) for usd, theirs in caps if usd is not None), default=None
        )

    def _both(self) -> Iterator["Caps"]:
        yield self
        if self.administrators:
            yield self.administrators


NO_CAPS = Caps()


class AppSettings:
    """The settings of one database.

    Args:
        database: Where they are kept.
        main: Where prices are kept, which hold for everybody; ``None``: there, too.
        limits: What an administrator lets its owner spend; ``None``: nobody says.
    """

    def __init__(
        self,
        database: Database,
        main: Database | None = None,
        limits: Callable[[], Caps] | None = None,
    ) -> None:
        self._database, self._main = database, main or database
        self._limits = limits

    def caps(self) -> Caps:
        """The spending caps, and an administrator's; none until some are set."""
        caps = caps_from_json(load_setting(self._database, _CAPS) or {})
        limits = self._limits() if self._limits else NO_CAPS
        return replace(caps, administrators=limits) if limits.sets_some else caps

    def set_caps(self, caps: Caps) -> None:
        """Let these caps hold from the next run on."""
        save_setting(self._database, _CAPS, caps_to_json(caps))

    def own_prices(self) -> Mapping[str, OwnPrice]:
        """Prices that the user has entered, by ``endpoint/model``."""
        return _prices_of(load_setting(self._main, _PRICES) or {})

    def set_own_prices(self, prices: Mapping[str, OwnPrice]) -> None:
        """Keep exactly these prices.

        Raises:
            ConfigError: One is no price, or not for a model; nothing was changed.
        """
        _check_prices(prices)
        value = {
            ref: {
                "input": str(price.input_usd_per_mtok),
                "output": str(price.output_usd_per_mtok),
            }
            for ref, price in prices.items()
        }
        save_setting(self._main, _PRICES, value)

    def declined_offers(self) -> frozenset[str]:
        """Endpoints that the user did not want instead of simulated models."""
        return frozenset(load_setting(self._database, _DECLINED) or ())

    def decline_offers(self, endpoints: Iterable[str]) -> None:
        """Offer these endpoints no more."""
        declined = self.declined_offers().union(endpoints)
        save_setting(self._database, _DECLINED, sorted(declined))

    def titles(self) -> Titling | None:
        """What chats are called after; ``None`` until that is chosen."""
        value: Titling | None = load_setting(self._database, _TITLES)
        return value

    def set_titles(self, titling: Titling) -> None:
        """Call chats after this from the next answer on."""
        save_setting(self._database, _TITLES, titling)

    def continuations(self) -> dict[str, Way]:
        """How models were found to continue a text, by ``endpoint/model``."""
        return dict(load_setting(self._database, _CONTINUATIONS) or {})

    def keep_continuations(self, found: Mapping[str, Way]) -> None:
        """Remember what was found out of some models."""
        known = {**self.continuations(), **found}
        save_setting(self._database, _CONTINUATIONS, known)

    def models_see(self) -> Mapping[str, bool]:
        """Whether models see images, as the user has set it, by ``endpoint/model``."""
        return dict(load_setting(self._database, _SEE) or {})

    def set_model_sees(self, ref: str, *, sees: bool | None) -> None:
        """Take the user's word for it; ``None`` leaves it to what is found out.

        What was learnt from a refusal is forgotten.

        Raises:
            ConfigError: That is no model, or there are too many; nothing was changed.
        """
        told = {name: each for name, each in self.models_see().items() if name != ref}
        if sees is not None:
            told[ref] = sees
        _check_sights(told)
        save_setting(self._database, _SEE, told)
        if ref in (refused := self.refused_images()):
            save_setting(self._database, _REFUSED_IMAGES, sorted(refused - {ref}))

    def refused_images(self) -> frozenset[str]:
        """Models, ``endpoint/model``, that have refused images."""
        return frozenset(load_setting(self._database, _REFUSED_IMAGES) or ())

    def keep_refused_images(self, ref: str) -> None:
        """Remember that a model has refused images."""
        refused = {*self.refused_images(), ref}
        if len(refused) <= MOST_SIGHTS:
            save_setting(self._database, _REFUSED_IMAGES, sorted(refused))


def check_setting(key: str, value: Any) -> None:  # noqa: ANN401 - JSON
    """Raise a ConfigError unless a setting from elsewhere could have been set here.

    Args:
        key: Of the setting; one that we do not know is never read, so it may be.
        value: As it is kept.
    """
    try:
        if key == _CAPS:
            caps_from_json(value)
        elif key == _PRICES:
            _check_prices(_prices_of(value))
        elif key in (_SEE, _REFUSED_IMAGES):
            _check_sights(value if key == _SEE else dict.fromkeys(value, False))
        elif (
            (key == _TITLES and value not in _TITLINGS)
            or (key == _DECLINED and value != [str(name) for name in value])
            or (key == _CONTINUATIONS and not _WAYS.issuperset(value.values()))
        ):
            raise ConfigError(f"{key}: this cannot be set.")
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        raise ConfigError(f"{key}: this cannot be set.") from None


def caps_to_json(caps: Caps) -> dict[str, Any]:
    """Caps as they are kept."""
    amounts = {name: getattr(caps, name) for name in _CAP_NAMES}
    value: dict[str, Any] = {
        name: None if usd is None else str(usd) for name, usd in amounts.items()
    }
    return {**value, "allow_unknown": caps.allow_unknown}


def caps_from_json(value: Mapping[str, Any]) -> Caps:
    """Read what ``caps_to_json`` wrote; none where nothing is set."""
    texts = {name: value.get(name) for name in _CAP_NAMES}
    amounts: dict[str, Any] = {
        name: text and Decimal(text) for name, text in texts.items()
    }
    return Caps(**amounts, allow_unknown=bool(value.get("allow_unknown", False)))


def _prices_of(value: Mapping[str, Any]) -> Mapping[str, OwnPrice]:
    return {
        ref: OwnPrice(
            input_usd_per_mtok=Decimal(price["input"]),
            output_usd_per_mtok=Decimal(price["output"]),
        )
        for ref, price in value.items()
    }


def _check_sights(sights: Mapping[str, bool]) -> None:
    if len(sights) > MOST_SIGHTS:
        raise ConfigError(f"You can set this for at most {MOST_SIGHTS:,} models.")
    for ref, sees in sights.items():
        check_ref(ref)
        if not isinstance(sees, bool):
            raise ConfigError(f"{ref}: a model sees images, or it does not.")


def check_ref(ref: str) -> None:
    """Raise a ConfigError unless it may be the ``endpoint/model`` of a model."""
    endpoint, _, model = ref.partition("/")
    if not (endpoint and model) or ref != one_line(ref, LONGEST_REF):
        raise ConfigError(
            f"“{one_line(ref, 80)}” is not a model. Enter endpoint/model, for example "
            "lab/my-model."
        )


def _is_amount(usd: object, highest: Decimal) -> bool:
    return isinstance(usd, Decimal) and usd.is_finite() and 0 <= usd <= highest


def _check_prices(prices: Mapping[str, OwnPrice]) -> None:
    if len(prices) > MOST_OWN_PRICES:
        raise ConfigError(f"You can set at most {MOST_OWN_PRICES:,} prices.")
    for ref, price in prices.items():
        check_ref(ref)
        for usd in (price.input_usd_per_mtok, price.output_usd_per_mtok):
            if not _is_amount(usd, DEAREST_USD_PER_MTOK):
                raise ConfigError(
                    f"{ref}: a price must be 0 to {DEAREST_USD_PER_MTOK:,} dollars per "
                    f"1M tokens, not {usd}."
                )


def load_setting(database: Database, key: str) -> Any:  # noqa: ANN401 - JSON
    """What is kept under ``key``; ``None`` if nothing is."""
    with database.reading() as session:
        row = session.get(SettingRow, key)
        return None if row is None else row.value


def save_setting(database: Database, key: str, value: Any) -> None:  # noqa: ANN401 - JSON
    """Keep ``value``, which is JSON, under ``key``."""
    with database.writing() as session:
        advisory_lock(session, "settings")
        session.merge(SettingRow(key=key, value=value, updated_at=now_ms()))
