"""One run of the protocol as a process: ``python -m tests.faults.drive DATA LANDING BUILD [STARTS]``.

Ends as the command line would: with the exit code of the error and two lines on standard error, never a traceback.
With STARTS it starts so many at the same moment and prints how each of them ended.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from include.errors import HhwError
from tests.faults import protocol


def once(data: Path, landing: Path, build: Path) -> int:
    try:
        sys.stdout.write(protocol.run(protocol.settings_of(data), landing, build) + "\n")
    except HhwError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def at_once(number: int, data: Path, landing: Path, build: Path) -> list[int]:
    """Fork ``number`` starts that wait for one another, and return their exit codes."""
    ready, go = os.pipe()
    children = []
    for _ in range(number):
        child = os.fork()
        if child == 0:
            os.close(go)
            os.read(ready, 1)  # ends when the parent closes its end
            os._exit(once(data, landing, build))
        children.append(child)
    os.close(ready)
    os.close(go)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def main() -> None:
    paths = [Path(argument) for argument in sys.argv[1:4]]
    if len(sys.argv) > 4:
        sys.stdout.write(json.dumps(at_once(int(sys.argv[4]), *paths)))
        return
    sys.exit(once(*paths))


if __name__ == "__main__":
    main()
