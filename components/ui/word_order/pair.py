"""The two sentences of the Word order page, as they are compared."""

from dataclasses import dataclass

from components.core import Intervention, PositionsOff, PositionsReordered
from components.core.context.comparison import Comparison
from components.core.positions.permutations import shuffle_positions
from components.core.tokens.tokens import Tokens
from components.ui.caches import comparisons
from components.ui.caches.requests import ComparisonRequest, TraceRequest
from components.ui.pickers import POSITION_MODES


@dataclass(frozen=True)
class Pair:
    """Two sentences, the model that reads them, and the reader's choice of positions, one of POSITION_MODES."""

    model: str
    first: Tokens
    second: Tokens
    mode: str

    def request(self, mode: str | None = None) -> ComparisonRequest:
        """The cache key of the comparison. mode: of the positions; the reader's choice if None.

        Sentences of equal length are shuffled alike.
        """
        interventions: list[tuple[Intervention, ...]] = [(), ()]
        if (mode or self.mode) == "off":
            interventions = [(PositionsOff(),), (PositionsOff(),)]
        elif (mode or self.mode) == "shuffled":
            orders = [shuffle_positions(each.special.tolist(), seed=0) for each in (self.first, self.second)]
            interventions = [(PositionsReordered(order),) for order in orders]
        one, other = (
            TraceRequest(self.model, sentence.text, interventions=changes)
            for sentence, changes in zip((self.first, self.second), interventions, strict=True)
        )
        return ComparisonRequest(one, other)

    def compared(self, mode: str | None = None) -> Comparison:
        """The comparison. mode: of the positions; the reader's choice if None."""
        return comparisons.comparison(self.request(mode))

    def compared_in_all_modes(self) -> list[Comparison]:
        """The comparisons in all modes of positions: an axis that spans them stays when the mode is changed."""
        return [self.compared(mode) for mode in POSITION_MODES]
