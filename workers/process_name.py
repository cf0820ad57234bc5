"""What a worker's processes are called where other machines read of them."""

import os
import socket


def process_name() -> str:
    """Return the name of this process."""
    return f"{socket.gethostname()}:{os.getpid()}"
