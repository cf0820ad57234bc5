"""Colours and hotkeys of classes for which nobody chose any, and the folder of what has no class."""

# Okabe and Ito's palette first (told apart by colour-blind people), then further hues.
COLORS = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a800", "#7a5195",
    "#ef5675", "#2f9e44", "#1098ad", "#f76707", "#ae3ec9", "#4263eb", "#74b816", "#868e96",
)  # fmt: skip
RESERVED_HOTKEYS = frozenset("zs")  # undo and skip on the annotator's page
HOTKEYS = "123456789abcdefghijklmnopqrtuvwxy0"
# Of images that show none of the classes, where an image may show several; a class may be called so, too.
NONE_FOLDER = "_none"
