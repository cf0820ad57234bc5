"""docs/configuration.md is what `Settings` says."""

from pathlib import Path

from app.config import Settings

PAGE = Path(__file__).parents[2] / "docs/configuration.md"


def table() -> list[str]:
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = "" if default is None else f"`{default}`"
        rows.append(f"| `NEXTBATCH_{name.upper()}` | {shown} | {field.description} |")
    return rows


def test_the_table_lists_every_setting_as_it_is() -> None:
    lines = PAGE.read_text().splitlines()
    assert [line for line in lines if line.startswith("| `NEXTBATCH_")] == table()
