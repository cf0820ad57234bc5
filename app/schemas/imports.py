"""Imports, their previews, and the server's folders."""

from pydantic import Field

from app.domain.enums import ImportLabels, ImportMode
from app.schemas.base import Body, Out


class ImportFromUri(Body):
    """An import from a place the server can read."""

    uri: str = Field(
        max_length=2000,
        description="file:///... below one of the import roots, or s3://, gs://, az://, https:// as allowed: "
        "a folder, a zip, an image, or a list of images",
    )
    labels: ImportLabels = ImportLabels.IGNORE
    mode: ImportMode = Field(
        ImportMode.COPY, description="copy the images' bytes into the store, or leave them where they are"
    )
    preview: bool = Field(False, description="say what would happen, and import nothing yet")


class ImportConfirmation(Body):
    """What the previewed images become."""

    labels: ImportLabels = ImportLabels.IGNORE
    create_classes: bool = Field(False, description="whether folders of no known class make new classes")


class FolderEntry(Out):
    """A folder, or a zip."""

    name: str
    path: str
    is_folder: bool


class FolderOut(Out):
    """What lies in a folder of the server that imports may read."""

    path: str | None = Field(description="null: these are the folders that the administrator allows")
    parent: str | None = None
    entries: list[FolderEntry]
    left_off: int = Field(0, description="folders and zips that are not listed")
    files: int = Field(0, description="other files, which may be images")
    addresses: list[str] = Field([], description="without a path: what may be imported beyond this server")
