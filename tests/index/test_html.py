import pytest

from index.formats.extraction import Block
from index.formats.html import extract, extract_xhtml


def text_of(html: str) -> str:
    return extract(html.encode()).text


def test_every_block_is_a_line_of_its_own() -> None:
    extraction = extract(b"<title>T</title><h1>The <b>dam</b></h1><p>It\n  stands.<p>Still.")
    assert extraction.text == "The dam\n\nIt stands.\n\nStill."
    assert extraction.blocks == (Block(0, 7, "heading", 1), Block(9, 19, "paragraph"), Block(21, 27, "paragraph"))
    assert extraction.title == "T"


def test_entities_become_the_characters_they_name() -> None:
    assert text_of("<p>5 &lt; 6 &amp; caf&eacute; &#8364;10 &#x1F44D;") == "5 < 6 & café €10 👍"


def test_a_no_break_space_stays_one() -> None:
    assert text_of("<p>10&nbsp;000 troops") == "10\u00a0000 troops"


@pytest.mark.parametrize(
    "tag", ["script", "style", "noscript", "template", "nav", "svg", "iframe", "select", "button", "object"]
)
def test_what_is_not_read_as_text_is_left_out(tag: str) -> None:
    assert text_of(f"<p>Before.</p><{tag}>alert(1)</{tag}><p>After.</p>") == "Before.\n\nAfter."


@pytest.mark.parametrize("tag", ["h2", "h6", "summary"])
def test_a_button_that_is_a_heading_is_read(tag: str) -> None:
    question = "How do I return a parcel?"
    page = f"<{tag}><button>{question}<svg><title>Open</title></svg></button></{tag}><p>By post.<button>Copy</button>"
    extraction = extract(page.encode())
    assert [(block.kind, extraction.text[block.start : block.end]) for block in extraction.blocks] == [
        ("paragraph" if tag == "summary" else "heading", question),
        ("paragraph", "By post."),
    ]


def test_a_button_beside_the_words_of_a_heading_is_left_out() -> None:
    assert text_of("<h2>Install <button>Copy link</button></h2><p>Unpack it.</p>") == "Install\n\nUnpack it."


def test_hidden_elements_and_comments_are_left_out() -> None:
    assert text_of("<p>Seen.<span hidden> Unseen.</span><!-- remark --></p>") == "Seen."


def test_a_row_of_a_table_is_one_line_with_tabs() -> None:
    html = "<table><tr><th>Dam<th>Height</tr><tr><td><p>Kariba</p></td><td>128<br>m</td></tr></table><p>End."
    extraction = extract(html.encode())
    assert extraction.text == "Dam\tHeight\nKariba\t128 m\n\nEnd."
    assert [block.kind for block in extraction.blocks] == ["row", "row", "paragraph"]


def test_a_row_that_is_indented_in_the_source_has_the_same_tabs() -> None:
    assert text_of("<table>\n <tr>\n  <td>Kariba</td>\n  <td>128 m</td>\n </tr>\n</table>") == "Kariba\t128 m"


def test_an_empty_cell_keeps_its_place() -> None:
    assert text_of("<table><tr><td>Kariba</td><td></td><td>1959</td></tr></table>") == "Kariba\t\t1959"


def headings_of(html: str) -> list[str | None]:
    extraction = extract(html.encode())
    return [block.headings and extraction.text[slice(*block.headings)] for block in extraction.blocks]


def test_cells_that_go_over_columns_and_rows_leave_the_others_in_their_place() -> None:
    head = "<tr><th><th colspan=2>2023<th>2024<tr><th>Depot<th>Buses<th>Trams<th>Buses"
    rows = "<tr><td rowspan=2>North<td>1<td>2<td rowspan='3'>3<tr><td>4<td>5<tr><td>South<td colspan=x>6<td>7"
    text = extract(f"<table>{head}{rows}<tr><td>East<td>8<td>9<td>10</table>".encode()).text
    assert text.split("\n") == [
        "\t2023\t\t2024",
        "Depot\tBuses\tTrams\tBuses",
        "North\t1\t2\t3",
        "\t4\t5",
        "South\t6\t7",
        "East\t8\t9\t10",
    ]


@pytest.mark.parametrize(
    ("first", "second", "heading"),
    [
        ("<td><b>Dam</b><td><strong>Site</strong>", "<td>Kariba<td>Zambezi", "Dam\tSite"),
        ("<td>Dam<td>Height", "<td>Kariba<td>128", "Dam\tHeight"),
        ("<td>Dam<td>Site", "<td>Kariba<td>Zambezi", None),
        ("<td>Dam<td>Height", "<td>Kariba", None),
        ("<td><b>Dams</b>", "<td>Kariba", None),
        ("<td><b>Dam</b><td>3", "<td>Kariba<td>128", None),
        ("<td><table><tr><td>Dam<td>Site</table><td>x", "<td>Kariba<td>128", None),
    ],
)
def test_a_table_that_marks_no_heading_may_have_one(first: str, second: str, heading: str | None) -> None:
    assert headings_of(f"<table><tr>{first}<tr>{second}</table>")[-1] == heading


@pytest.mark.parametrize(
    "menu",
    [
        "<div id=menu><ul><li><a href=a>Ships</a><li><a href=b>Ports</a></ul></div>",
        "<ul class='main-nav'><li><a href=a>Ships</a></ul>",
        "<div role=navigation>Ships and ports</div>",
    ],
)
def test_menus_are_left_out_of_a_page_that_does_not_say_what_its_matter_is(menu: str) -> None:
    assert extract(f"<body>{menu}<p>The dam stands.</p></body>".encode()).text == "The dam stands."


@pytest.mark.parametrize(
    "section", ["<div class=menu>Soup of the day, 4 euros, <a>all day</a></div>", "<p id=nav>Soup</p>"]
)
def test_what_is_named_like_a_menu_and_holds_text_is_read(section: str) -> None:
    assert "Soup" in extract(f"<body>{section}</body>".encode()).text


def test_a_number_of_columns_that_is_beyond_all_measure_loses_no_page() -> None:
    assert extract(f"<table><tr><td colspan={'9' * 5000}>1<td>2</table>".encode()).text == "1" + "\t" * 100 + "2"


def test_a_row_knows_what_names_its_columns() -> None:
    table = "<table><tr><th>Dam<th>Height<tr><th>Kariba<td>128 m<tr><td>Hoover<td>221 m</table>"
    assert headings_of(f"{table}<p>Text.{table}") == [None, *["Dam\tHeight"] * 2, None, None, *["Dam\tHeight"] * 2]


def test_the_head_of_a_table_names_its_columns_in_all_its_rows() -> None:
    table = "<table><thead><tr><td>Dam<td>Size<tr><td><td>Height<tbody><tr><td>Kariba<td>128 m</table>"
    assert headings_of(table) == [None, None, "Dam\tSize\n\tHeight"]


def test_a_table_that_names_no_columns_has_no_headings() -> None:
    assert headings_of("<table><tr><td>Nasser<td>Nile<tr><td>Kariba<td>Zambezi</table>") == [None, None]


def test_one_table_right_after_another_has_not_its_headings() -> None:
    assert headings_of("<table><tr><th>a<th>b</table><table><tr><td>c<td>d</table>") == [None, None]


MATTER = "It stands. " * 20


@pytest.mark.parametrize("matter", ["<article>{}</article>", "<main>{}</main>", "<div role=main>{}</div>"])
@pytest.mark.parametrize("beside", ["header", "footer", "aside", "nav"])
def test_the_article_is_read_and_not_what_stands_beside_it(matter: str, beside: str) -> None:
    page = f"<{beside}>Menu.</{beside}><div>Before.{matter.format(MATTER)}<{beside}>More.</{beside}>After.</div>"
    assert text_of(page) == f"Before.\n\n{MATTER.strip()}\n\nAfter."


@pytest.mark.parametrize("within", ["header", "footer", "aside"])
def test_what_stands_in_the_article_belongs_to_it(within: str) -> None:
    assert text_of(f"<article><{within}>By Ada.</{within}><p>{MATTER}</article>") == f"By Ada.\n\n{MATTER.strip()}"


def test_a_heading_above_the_article_is_kept_where_the_article_has_none() -> None:
    header = "<header><h1>Dams</h1></header>"
    assert text_of(f"{header}<main>{MATTER}</main>") == f"Dams\n\n{MATTER.strip()}"
    assert text_of(f"{header}<main><h1>Kariba</h1>{MATTER}</main>") == f"Kariba\n\n{MATTER.strip()}"


@pytest.mark.parametrize("page", ["<header>Top.</header><p>It stands.", "<header>Top.</header><main></main>It stands."])
def test_nothing_is_lost_of_a_page_without_an_article_or_with_an_empty_one(page: str) -> None:
    assert text_of(page) == "Top.\n\nIt stands."


def test_xhtml_may_have_empty_elements() -> None:
    page = b'<html><head><title/><script src="a.js"/></head><body><p>It stands.</p></body></html>'
    assert extract_xhtml(page).text == "It stands."


def test_headings_have_their_level_and_the_first_is_the_title_where_there_is_none() -> None:
    extraction = extract(b"<h2>Dams</h2><h4>Height</h4><p>High.")
    assert [(block.kind, block.level) for block in extraction.blocks][:2] == [("heading", 2), ("heading", 4)]
    assert extraction.title == "Dams"


def test_list_items_are_items() -> None:
    extraction = extract(b"<ul><li>One<li>Two<ul><li>Inner</ul></ul>")
    assert extraction.text == "One\n\nTwo\n\nInner"
    assert [block.kind for block in extraction.blocks] == ["item", "item", "item"]


def test_preformatted_text_keeps_its_lines() -> None:
    extraction = extract(b"<pre>a = 1\n  b = 2\n</pre>")
    assert extraction.text == "a = 1\n  b = 2"
    assert extraction.blocks == (Block(0, 13, "code"),)


def test_a_line_break_ends_a_line() -> None:
    assert text_of("<p>Roses are red<br>Violets are blue") == "Roses are red\nViolets are blue"


def test_two_line_breaks_part_paragraphs() -> None:
    extraction = extract(b"<div>The dam<br>\n<br>It stands.<br>It holds.<br></div>")
    assert [extraction.text[b.start : b.end] for b in extraction.blocks] == ["The dam", "It stands.\nIt holds."]


def test_ten_thousand_nested_elements_are_read() -> None:
    assert text_of("<div>" * 10_000 + "deep" + "</div>" * 10_000) == "deep"


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ("<meta charset=windows-1252>", "cp1252"),
        ("<meta http-equiv='Content-Type' content='text/html; charset=ISO-8859-2'>", "iso-8859-2"),
        ("<?xml version='1.0' encoding='cp1250'?>", "cp1250"),
        ("", "utf-8"),
    ],
)
def test_the_declared_encoding_is_used(declaration: str, encoding: str) -> None:
    assert extract(f"{declaration}<p>Käse für Gérard".encode(encoding)).text == "Käse für Gérard"


def test_a_number_that_names_no_character_leaves_valid_unicode() -> None:
    text = text_of("<p>a&#xD800;b&#0;c&#x110000;d")
    assert text == "a\ufffdb\ufffdc\ufffdd"


def test_text_after_an_unclosed_tag_is_kept() -> None:
    assert text_of("<p>One <b>two <i>three</p><p>four") == "One two three\n\nfour"


def test_inline_elements_do_not_part_a_word() -> None:
    assert text_of("<p>un<b>believ</b>able") == "unbelievable"


def test_blocks_cover_the_whole_text_but_for_line_ends() -> None:
    extraction = extract(b"<h1>A</h1>x<ul><li>b<li>c</ul><table><tr><td>d<td>e</table><pre>f\ng</pre>tail")
    covered = "".join(extraction.text[block.start : block.end] for block in extraction.blocks)
    assert covered == "Axbcd\tef\ngtail"
