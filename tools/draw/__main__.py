"""`python -m tools.draw FILE…` writes the diagram part of BPMN files anew; `--check` says which are not as drawn."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.draw.writing import drawn


def main(arguments: list[str]) -> int:
    is_check, stale = "--check" in arguments, []
    for path in [Path(one) for one in arguments if one != "--check"]:
        source = path.read_bytes()
        result = drawn(source)
        if result != source:
            stale.append(path)
            if not is_check:
                path.write_bytes(result)
    for path in stale:
        sys.stdout.write(f"{path}\n")
    return 1 if is_check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
