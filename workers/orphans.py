"""Processes that do not outlive the one that started them."""

import os
import threading
import time

_LOOK_SECONDS = 1.0


def die_with(parent: int) -> None:
    """End this process soon after its parent, of this process id, has gone, however it went."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="orphans").start()
