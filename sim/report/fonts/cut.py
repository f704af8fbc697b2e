"""Cut the Chinese font of the report again: `python sim/report/fonts/cut.py FONT`, for developers, never at run time.

FONT is Noto Sans CJK SC Regular (Debian: fonts-noto-cjk, `/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc`).
Needs `pip install fonttools brotli`. Run it after new Chinese wording: a test names the characters that lack a glyph.
Writes the subset and `characters.txt`, the characters that it draws.
"""  # noqa: INP001 - a tool beside its font, no module of the package

import json
import sys
from pathlib import Path

from fontTools import subset  # type: ignore[import-not-found, unused-ignore]

HERE = Path(__file__).parent
WORDING = HERE.parents[2] / "wording" / "zh"
ASCII = "".join(map(chr, range(0x20, 0x7F)))
PUNCTUATION = (  # row 1 of GB 2312
    "、。·ˉˇ¨〃々—～‖…‘’“”"
    "〔〕〈〉《》「」『』〖〗【】±×÷∶∧∨∑∏∪∩∈∷√⊥∥∠⌒⊙∫∮≡≌≈∽∝≠≮≯≤≥∞∵∴♂♀°′″℃＄¤￠￡‰§№☆★○●◎◇◆□■△▲※→←↑↓〓"
)
FULL_WIDTH = "".join(map(chr, range(0xFF01, 0xFF5F))) + "\u3000￥￣"
SIGNS = "\N{MINUS SIGN}\N{EN DASH}\N{MIDDLE DOT}\N{NO-BREAK SPACE}\N{YEN SIGN}✓"
ALL_LANGUAGES_IN_ONE_FILE = 2
"""Place of Simplified Chinese in the collection (JP, KR, SC, TC, HK)."""


def characters() -> str:
    """Every character that the report's Chinese can need, in order of code point."""
    texts = [text for file in sorted(WORDING.glob("*.json")) for text in json.loads(file.read_text("utf-8")).values()]
    wanted = set("".join(texts)) | set(ASCII + PUNCTUATION + FULL_WIDTH + SIGNS)
    return "".join(sorted(wanted - {"\n", "\t", "\r"}))


def cut(source: str) -> None:
    """Write the subset of `source`."""
    options = subset.Options(
        flavor="woff2",
        font_number=ALL_LANGUAGES_IN_ONE_FILE,
        layout_features=["kern"],
        desubroutinize=True,
        hinting=False,
        notdef_outline=True,
        name_IDs=[0, 1, 2, 13, 14],
    )
    options.drop_tables += ["vmtx", "vhea", "VORG"]  # nothing is set vertically
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters())
    subsetter.subset(font)
    drawn = font.getBestCmap()
    subset.save_font(font, str(HERE / "mashang-sans-sc.woff2"), options)
    HERE.joinpath("characters.txt").write_text("".join(map(chr, sorted(drawn))) + "\n", encoding="utf-8")
    if missing := [character for character in characters() if ord(character) not in drawn]:
        sys.stderr.write(f"the font itself lacks {''.join(missing)}\n")


if __name__ == "__main__":
    cut(sys.argv[1])
