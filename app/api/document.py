"""Prints the OpenAPI document, from which the frontend's types are made."""

import json

from app.main import create_app


def document() -> str:
    """Return the OpenAPI document as JSON."""
    return json.dumps(create_app().openapi(), indent=1)


if __name__ == "__main__":
    print(document())
