"""A CSV writer whose output is read back unchanged."""

import csv
from collections.abc import Sequence
from typing import Any

# Without it Excel reads the file in the encoding of the country, and shows "FrÃ¼h".
BYTE_ORDER_MARK = "\ufeff"


class CsvWriter:
    """Writes rows to a text file that was opened with newline="".

    Python's writer does not quote a cell that contains "\\r" when rows end with "\\n", but its
    reader takes the "\\r" for the end of the row. So rows with "\\r" are quoted completely.
    """

    def __init__(self, file: Any, delimiter: str = ",") -> None:  # noqa: ANN401  (has `write`)
        self._plain = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        self._quoting = csv.writer(
            file, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL
        )

    def write_row(self, cells: Sequence[object]) -> None:
        """Write a row."""
        has_return = any(isinstance(cell, str) and "\r" in cell for cell in cells)
        (self._quoting if has_return else self._plain).writerow(cells)
