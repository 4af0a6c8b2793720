"""One row of the picture of the whole way, which says itself where it has drawn what."""

import json
import re

from tests.browser.reader import Picture, Reader, Tile


class WayRow(Picture):
    """A strip of numbers, or the thumbnails of all heads."""

    def __init__(self, reader: Reader, row: int, alt: str = "The sentence step by step") -> None:
        root = reader.main.locator(".view").filter(has=reader.page.get_by_role("img", name=re.compile(f"^{alt}")))
        super().__init__(reader.page, root)
        self.row = row

    def _tile(self, number: int, of: int, columns: int) -> Tile:
        row = json.loads(self.stage.get_attribute("data-box") or "")[self.row]
        grid = row.get("grid")
        if grid is None:
            place = row["picture"]
            return Tile(place["x"], place["y"], place["width"], place["height"])
        layer, head = divmod(number, grid["heads"])
        x = grid["x"] + layer % grid["blocks"] * (grid["width"] + grid["gap"]) + head % grid["columns"] * grid["side"]
        y = grid["y"] + layer // grid["blocks"] * (grid["height"] + 4) + grid["named"]
        y += head // grid["columns"] * grid["side"]
        return Tile(x, y, grid["side"] - 2, grid["side"] - 2)
