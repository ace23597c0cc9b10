"""Texts as nobody would think of them, for the promises that hold for every text."""

from hypothesis import strategies as st

_PIECES = (
    *(
        "The dam holds. ",
        "Dr. Smith said so. ",
        "Is it 3.5 m high? ",
        "Wow! ",
        "word ",
        "a",
        ". ",
        '"Quoted." ',
        "e.g. ",
    ),
    *(
        "\n",
        "\n\n",
        "\r\n",
        "\r\n\r\n",
        "\r",
        "\r\r",
        "\f",
        "\t",
        "  ",
        "\u00a0",
        "\u2028",
        "\u0085",
        "\u3000",
        "\ufeff",
    ),
    *(
        "# Heading\n\n",
        "Setext\n===\n\n",
        "- item\n",
        "* [x](y)\n",
        "1. one\n",
        "> quoted\n",
        "```\ncode. More.\n```\n",
    ),
    *(
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
        "<div>x</div>\n",
        "---\ntitle: T\n---\n",
        "    indented\n",
        "[r]: http://x.y\n",
    ),
    *("👩‍👩‍👧‍👦", "🇦🇹", "👍🏽", "❤️", "e\u0301", "n\u0303o ", "क्षि ", "\u0e01\u0e33", "\u200d", "\u0301"),
    *("שלום עולם. ", "مرحبا بالعالم؟ ", "\u202eabc\u202c ", "你好。世界！", "これは文です。", "Ωμέγα; "),
    *("x" * 300, "é" * 1100, "漢" * 400, "e\u0301" * 600, "👍🏽" * 300, "no full stop here " * 70),
)

#: Any character that a text file may hold.
_CHARACTERS = st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\t\n\r\f\x85")

#: Text made of awkward pieces; none of it is refused as binary.
texts = st.lists(st.sampled_from(_PIECES) | st.text(_CHARACTERS, max_size=20), max_size=25).map("".join)

#: The same, as far as it can become a document.
texts_with_words = texts.filter(lambda text: bool(text.removeprefix("\ufeff").strip()))
