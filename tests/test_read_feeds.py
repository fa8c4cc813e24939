"""Feeds in the forms that they come in, well-formed or not; lists of feeds. Places, people and outlets are invented."""

from __future__ import annotations

import contextlib
import json
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rashomon.errors import InputError, UnreadableInput
from rashomon.read import feeds, opml
from rashomon.read.feeds import Entry, FeedDocument, parse

AT = "https://velm.example/news/feed.xml"
XML = '<?xml version="1.0" encoding="utf-8"?>'
RSS = f'{XML}<rss version="2.0"><channel><title>Velm Courier</title>'
END = "</channel></rss>"
ATOM = f'{XML}<feed xmlns="http://www.w3.org/2005/Atom"><title>Velm Courier</title>'
ONE = Entry(url="https://velm.example/a", title="Old bridge closed")


def of(document: str | bytes, **options: str) -> FeedDocument:
    return parse(document.encode() if isinstance(document, str) else document, AT, **options)


def entry(document: str | bytes) -> Entry:
    (found,) = of(document).entries
    return found


def item(content: str) -> str:
    return f"{RSS}<item>{content}</item>{END}"


FULL = Entry(
    url="https://velm.example/a",
    id="velm-7",
    title="Old bridge & ferry",
    published="2031-05-17T14:05:00+02:00",
    updated="2031-05-18T08:00:00+00:00",
    author="Ida Korn",
    summary_html="<p>The bridge is shut.</p>",
    content_html="<p>The bridge is shut until the county has looked at its piers.</p>",
)
RSS_2 = f"""{XML}
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/">
 <channel>
  <title>Velm Courier</title> <link>https://velm.example/</link> <ttl>15</ttl>
  <image><title>Not the feed's title</title><link>https://velm.example/logo</link></image>
  <item>
   <media:title>Not the title</media:title>
   <title>Old bridge &amp;amp; ferry</title>
   <link>https://velm.example/a</link>
   <guid isPermaLink="false">velm-7</guid>
   <media:content url="https://velm.example/a.jpg"><media:description>Not the text</media:description></media:content>
   <dc:creator>Ida Korn</dc:creator>
   <pubDate>Sat, 17 May 2031 14:05:00 +0200</pubDate>
   <dcterms:modified>2031-05-18T08:00:00Z</dcterms:modified>
   <description>&lt;p&gt;The bridge is shut.&lt;/p&gt;</description>
   <content:encoded><![CDATA[<p>The bridge is shut until the county has looked at its piers.</p>]]></content:encoded>
  </item>
 </channel>
</rss>"""
ATOM_1 = f"""{XML}
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
 <title type="text">Velm Courier</title> <link rel="self" href="{AT}"/> <link href="https://velm.example/"/>
 <author><name>The Velm Courier</name></author>
 <entry>
  <title type="html">Old bridge &amp;amp; ferry</title>
  <link rel="enclosure" href="https://velm.example/a.mp3"/>
  <link rel="alternate" type="application/json" href="https://velm.example/a.json"/>
  <link rel="alternate" type="text/html" href="/a"/>
  <id>velm-7</id>
  <published>2031-05-17T14:05:00+02:00</published><updated>2031-05-18T08:00:00Z</updated>
  <author><name>Ida Korn</name><email>ida@velm.example</email></author>
  <summary type="html">&lt;p&gt;The bridge is shut.&lt;/p&gt;</summary>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The bridge is shut until the county has looked at
its piers.</p></div></content>
 </entry>
</feed>"""
RSS_1 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
 <channel rdf:about="https://velm.example/"><title>Velm Courier</title><link>https://velm.example/</link>
  <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>
  <items><rdf:Seq><rdf:li rdf:resource="https://velm.example/a"/></rdf:Seq></items></channel>
 <item rdf:about="https://velm.example/a"><title>Old bridge &amp;amp; ferry</title><link>https://velm.example/a</link>
  <dc:date>2031-05-17T14:05:00+02:00</dc:date><dc:creator>Ida Korn</dc:creator>
  <description>The bridge is shut.</description></item>
</rdf:RDF>"""
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Velm Courier",
    "items": [
        {
            "id": "velm-7",
            "url": "https://velm.example/a",
            "title": "Old bridge & ferry",
            "date_published": "2031-05-17T14:05:00+02:00",
            "date_modified": "2031-05-18T08:00:00+00:00",
            "authors": [{"name": "Ida Korn"}],
            "summary": "The bridge is shut.",
            "content_html": FULL.content_html,
        }
    ],
}


def test_rss() -> None:
    assert of(RSS_2) == FeedDocument("Velm Courier", (FULL,), 900.0)


def test_atom() -> None:
    (found,) = of(ATOM_1).entries
    assert found.content_html is not None and "".join(found.content_html.split()).count("<p>Thebridgeisshutuntil") == 1
    assert of(ATOM_1) == FeedDocument("Velm Courier", (FULL._replace(content_html=found.content_html),))


def test_rdf() -> None:
    bare = FULL._replace(id="https://velm.example/a", updated=None, content_html=None)
    assert of(RSS_1) == FeedDocument("Velm Courier", (bare._replace(summary_html="The bridge is shut."),), 21600.0)


def test_json_feed() -> None:
    expected = FULL._replace(summary_html="The bridge is shut.")
    assert of(json.dumps(JSON_FEED)) == FeedDocument("Velm Courier", (expected,))
    loose = {
        **JSON_FEED,
        "items": [
            {"id": 7, "external_url": "/a", "content_text": "One & two.\n\nThree.", "author": {"name": "Ida Korn"}},
            {"id": "https://velm.example/b", "title": ["no"], "date_published": "soon", "authors": "nobody"},
            "nonsense",
        ],
    }
    assert of(json.dumps(loose)).entries == (
        Entry("https://velm.example/a", "7", author="Ida Korn", content_html="<p>One &amp; two.</p><p>Three.</p>"),
        Entry("https://velm.example/b", "https://velm.example/b"),
    )


OLD = '<rss version="0.91"><channel><title>Velm Courier</title>'
LINK, TITLE = "<link>https://velm.example/a</link>", "<title>Old bridge closed</title>"
FORMS = {
    "no namespace, no declaration": f"{OLD}<item>{TITLE}{LINK}</item>{END}",
    "rss 0.90": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    f'xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>x</title></channel><item>{TITLE}{LINK}</item>'
    "</rdf:RDF>",
    "atom 0.3": f'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry>{TITLE}'
    '<link rel="alternate" href="https://velm.example/a"/></entry></feed>',
    "atom with a prefix": '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>Old bridge closed</a:title>'
    '<a:link href="https://velm.example/a"/></a:entry></a:feed>',
    "another namespace": f'<rss xmlns="http://velm.example/ours"><channel><item>{TITLE}{LINK}</item>{END}',
    "capitals": "<RSS><CHANNEL><ITEM><TITLE>Old bridge closed</TITLE><LINK>https://velm.example/a</LINK></ITEM>"
    "</CHANNEL></RSS>",
    "a byte order mark": "\ufeff" + item(TITLE + LINK),
    "lines before the declaration": "\n\n  " + item(TITLE + LINK),
    "junk before": "<br/>\nWarning: mysql in /home/x on line 4\n" + item(TITLE + LINK),
    "junk after": item(TITLE + LINK) + "\n<script>track()</script>\n<!-- cached -->",
    "control characters": item(f"<title>Old bridge\x0b closed\x1b</title>{LINK}"),
    "cut off in an item": f"{RSS}<item>{TITLE}{LINK}<description>The bridge is",
    "cut off in a tag": f"{RSS}<item>{TITLE}{LINK}</item></chan",
    "a closing tag that is wrong": f"{RSS}<item>{TITLE}{LINK}</itm>{END}",
    "an item left open": f"{RSS}<item>{TITLE}{LINK}{END}",
    "markup that is not escaped": item(f"{TITLE}<description><p>The bridge<br>is shut.</description>{LINK}"),
    "an ampersand": item(f"<title>Old bridge closed</title>{LINK}<description>Smith & Sons &c; R&D</description>"),
    "a less-than sign": item(f"{TITLE}<description>It holds < 3 tons, <5 carts</description>{LINK}"),
    "prefixes that are not declared": item(f"{TITLE}{LINK}<dc:date>x</dc:date><content:encoded/><x:y z:a='1'/>"),
    "cdata": item("<title><![CDATA[Old bridge closed]]></title><link><![CDATA[ https://velm.example/a ]]></link>"),
    "an attribute without quotes": item(f"{TITLE}{LINK}<guid isPermaLink=false>x</guid>").replace("<guid", "<other"),
    "a relative link": item(f"{TITLE}<link>../a</link>"),
    "xml:base": item(f"{TITLE}<link>a</link>").replace("<item>", '<item xml:base="https://velm.example/">'),
    "a link as an attribute": item(f'{TITLE}<link href="https://velm.example/a"/>'),
    "a link behind its element": item(f"{TITLE}<link/>https://velm.example/a\n"),
    "a link in a guid": item(f"{TITLE}<guid>https://velm.example/a</guid>"),
    "an empty link": item(f"{TITLE}<link></link><guid isPermaLink='true'>https://velm.example/a</guid>"),
    "a link with spaces and lines": item(f"{TITLE}<link>\n https://velm.example/\n a\n</link>"),
    "the link that feedburner hides": item(
        f"{TITLE}<link>https://feedproxy.example/~r/7</link>"
        '<feedburner:origLink xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">https://velm.example/a'
        "</feedburner:origLink>"
    ),
    "atom links within rss": item(f'<atom:link rel="self" href="https://velm.example/x"/>{TITLE}{LINK}'),
    "comments and instructions": item(f"<!-- <title>no</title> --><?php x ?>{TITLE}{LINK}"),
    "markup in the title": item(f"<title>&lt;b&gt;Old&lt;/b&gt; <i>bridge</i> closed</title>{LINK}"),
    "a title in two lines": item(f"<title>\n Old bridge\n\tclosed </title>{LINK}"),
    "another declared encoding": item(TITLE + LINK).replace("utf-8", "iso-8859-1"),
    "a declared encoding that does not exist": item(TITLE + LINK).replace("utf-8", "x-unknown"),
    "a declared encoding that it has not": item(TITLE + LINK).replace("utf-8", "utf-16"),
    "a document type": item(TITLE + LINK).replace(
        "<rss", '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://velm.example/rss.dtd"><rss'
    ),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_forms(form: str) -> None:
    found = entry(form)
    assert (found.url, found.title) == (ONE.url, ONE.title)


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Smith &amp; Sons", "Smith & Sons"),
        ("Smith & Sons", "Smith & Sons"),
        ("Smith &amp;amp; Sons&#8217; bridge", "Smith & Sons’ bridge"),
        ("<![CDATA[Smith &amp; Sons &#x2019;s]]>", "Smith & Sons ’s"),
        ("Caf&eacute; &mdash; R&D&nbsp;cut", "Café — R&D cut"),
        ("It holds &lt; 3 tons", "It holds < 3 tons"),
        ("It holds &amp;lt; 3 tons &unknown; &#0;", "It holds < 3 tons &unknown;"),
        ("Smith & Sons <![CDATA[& Bros]]> &c", "Smith & Sons & Bros &c"),
        ("", None),
    ],
)
def test_characters_of_titles(title: str, words: str | None) -> None:
    assert entry(item(f"<title>{title}</title>{LINK}")).title == words


def test_encodings() -> None:
    document = item(f"<title>Café “Aure” closed</title>{LINK}")
    for encoding in ("utf-8", "utf-16", "cp1252"):
        assert entry(document.encode(encoding)).title == "Café “Aure” closed"
    polish = item(f"<title>Łucja Żuk</title>{LINK}").replace("utf-8", "iso-8859-2").encode("iso-8859-2")
    assert entry(polish).title == "Łucja Żuk"
    undeclared = item(f"<title>Мост закрыт</title>{LINK}").replace(' encoding="utf-8"', "").encode("koi8-r")
    (found,) = parse(undeclared, AT, "koi8-r").entries
    assert found.title == "Мост закрыт"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("Sat, 17 May 2031 14:05:00 GMT", "2031-05-17T14:05:00+00:00"),
        ("Sat, 17 May 2031 14:05:00 -0500", "2031-05-17T14:05:00-05:00"),
        ("17 May 2031 14:05 EST", "2031-05-17T14:05:00-05:00"),
        ("Mon, 17 May 2031 14:05:00 +0200", "2031-05-17T14:05:00+02:00"),
        ("Sat, 17 May 31 14:05:00 GMT", "2031-05-17T14:05:00+00:00"),
        ("2031-05-17T14:05:00Z", "2031-05-17T14:05:00+00:00"),
        ("2031-05-17T14:05:00.123+0200", "2031-05-17T14:05:00.123000+02:00"),
        ("2031-05-17 14:05:00", "2031-05-17T14:05:00"),
        ("2031-05-17 14:05:00 UTC", "2031-05-17"),
        ("Saturday, May 17, 2031 - 2:05pm", "2031-05-17"),
        ("17 May 2031", "2031-05-17"),
        ("2031-05-17", "2031-05-17"),
        ("2031-02-29T10:00:00Z", None),
        ("31 Jun 2031 10:00:00 GMT", None),
        ("10:30", None),
        ("May 17", None),
        ("17/05/2031", "2031-05-17"),
        ("05/06/2031", None),
        ("yesterday", None),
        ("1" * 5000, None),
    ],
)
def test_dates_are_those_that_are_written(written: str, value: str | None) -> None:
    assert entry(item(f"{TITLE}{LINK}<pubDate>{written}</pubDate>")).published == value


@pytest.mark.parametrize(
    ("content", "url"),
    [
        ("<link>file:///etc/passwd</link><guid>https://velm.example/a</guid>", "https://velm.example/a"),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>data:text/html,x</link>", None),
        ("<link>ftp://velm.example/a</link>", None),
        ("<link>http://</link>", None),
        ("<link>http://[</link>", None),
        ("<link>//aure.example/b</link>", "https://aure.example/b"),
        ("<guid isPermaLink='false'>https://velm.example/a</guid>", None),
        ("<guid>velm-7</guid>", None),
        ('<link xml:base="file:///etc/">passwd</link>', "https://velm.example/news/passwd"),
        ("", None),
    ],
)
def test_only_http_links_are_kept(content: str, url: str | None) -> None:
    assert entry(item(TITLE + content)).url == url


def test_a_base_of_another_kind_gives_no_link() -> None:
    assert entry(item(f"{TITLE}<link>passwd</link>").replace("<item>", '<item xml:base="file:///etc/">')).url is None


def test_authors() -> None:
    for written, author in (
        ("<author>ida@velm.example (Ida Korn)</author>", "Ida Korn"),
        ("<author>ida@velm.example</author>", None),
        ("<dc:creator><![CDATA[Ida Korn]]></dc:creator>", "Ida Korn"),
        ("<author>Ida Korn, Per Lund</author>", "Ida Korn, Per Lund"),
    ):
        assert entry(item(TITLE + LINK + written)).author == author


def test_every_item_of_a_broken_feed_keeps_its_own_link() -> None:
    items = "".join(
        f"<item><title>Number {n}</title><description><p>One<br>two & three</description>"
        f"<link>https://velm.example/{n}?a=1&b={n}</link></item>"
        for n in range(40)
    )
    found = of(RSS + items + END).entries
    assert [(e.title, e.url) for e in found] == [
        (f"Number {n}", f"https://velm.example/{n}?a=1&b={n}") for n in range(40)
    ]


def test_the_first_thousand_entries_are_taken() -> None:
    many = "".join(f"<item><title>Number {n}</title><link>https://velm.example/{n}</link></item>" for n in range(1500))
    found = of(RSS + many + END).entries
    assert len(found) == 1000 and found[0].title == "Number 0" and found[-1].title == "Number 999"
    feed = {**JSON_FEED, "items": [{"id": str(n)} for n in range(1500)]}
    assert len(of(json.dumps(feed)).entries) == 1000


def test_an_empty_feed_is_a_feed() -> None:
    assert of(RSS + END) == FeedDocument("Velm Courier", ())
    assert of(ATOM + "</feed>") == FeedDocument("Velm Courier", ())


@pytest.mark.parametrize(("said", "ttl"), [("60", 3600.0), ("0", None), ("-5", None), ("soon", None), ("9" * 99, None)])
def test_how_long_a_feed_stays_fresh(said: str, ttl: float | None) -> None:
    assert of(f"{RSS}<ttl>{said}</ttl>{END}").ttl == ttl


PAGE = """<!DOCTYPE html><html><head>
<link rel="alternate" type="application/rss+xml" title="News" href="/feed.xml?a=1&amp;b=2">
<LINK REL='alternate' HREF=https://velm.example/atom TYPE=application/atom+xml />
<link rel="alternate" type="application/json" href="/api"><link rel="stylesheet" href="/feed.css">
<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">
</head><body><p>The bridge is shut.</p><p>The feed tag is &lt;rss&gt;, as in <code><rss></code>.</p></body></html>"""


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (PAGE, "it names these feeds: https://velm.example/feed.xml?a=1&b=2, https://velm.example/atom"),
        ("<html><body>Nothing</body></html>", "is a web page, not a feed; it names no feed"),
        ("", "is empty"),
        ("The bridge is shut.", "is no feed: neither RSS nor Atom nor JSON Feed"),
        (f"{XML}<urlset><url><loc>https://velm.example/</loc></url></urlset>", "is no feed"),
        ('{"articles": []}', "is no feed: it is JSON, but no JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1", "items": 5}', "is no feed: it is JSON"),
        ('{"version": ', "is no feed: it begins as JSON, but is not valid"),
        ("{" * 100_000, "is no feed"),
        (b"%PDF-1.7", "is a PDF document"),
        (b"\x89PNG\r\n", "is an image"),
    ],
)
def test_what_is_no_feed(data: str | bytes, said: str) -> None:
    with pytest.raises(UnreadableInput) as raised:
        of(data)
    assert said in raised.value.message


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
DOCTYPES = (
    f'<!DOCTYPE rss [<!ENTITY a0 "ha">{LAUGHS}]>',
    f'<!DOCTYPE rss [\n<!ENTITY a0 "ha">\n{LAUGHS}\n]>',
    '<!DOCTYPE rss [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    '<!DOCTYPE rss SYSTEM "file:///etc/passwd">',
)


@pytest.mark.parametrize("doctype", DOCTYPES)
def test_entities_are_inert(doctype: str) -> None:
    """Billion laughs, files and addresses as entities: nothing swells, nothing is opened."""
    began = time.process_time()
    found = entry(f"{XML}{doctype}<rss><channel><item><title>Leak &a11;</title>{LINK}</item></channel></rss>")
    assert found == Entry(url="https://velm.example/a", title="Leak &a11;")
    listed = f'{XML}{doctype}<opml><body><outline xmlUrl="{AT}" title="Leak &a11;"/></body></opml>'
    assert opml.parse(listed.encode()) == (opml.Subscription(AT, "Leak &a11;"),)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "piece",
    ["<", "<!--", "<a ", "&", "<a>", "<item>", "<![CDATA[", "<a b='", "<link>", "<?", "<item xml:base='a/'>",
     "<item><p>", "<item><title>&lt;b", "<description>&lt;!--", " ", "<!DOCTYPE [", "<link rel='alternate' ", "a="]
)  # fmt: skip
@pytest.mark.parametrize("opening", [RSS, "", "<html>", "<opml><body>"])
def test_time_is_in_proportion_to_length(piece: str, opening: str) -> None:
    """A feed that is made to be slow must not stop the others: here 400 kB, which take far less than a second each."""
    data = (opening + piece * (400_000 // len(piece))).encode()
    began = time.process_time()
    for reader in (of, opml.parse):
        with contextlib.suppress(InputError):
            reader(data)
    assert time.process_time() - began < 4


LONG = "".join(
    f"<p>The harbour master of Velm closed bridge {n} on Saturday after two days of heavy rain, and said that nobody "
    f"would be let across before the engineers had seen its piers.</p>"
    for n in ("one", "two", "three", "four", "five", "six")
)


def test_an_entry_that_holds_the_whole_text_is_an_article() -> None:
    found = feeds.article(FULL._replace(content_html=LONG), "Velm Courier")
    assert found is not None and len(found.paragraphs) == 6
    assert (found.outlet, found.title, found.author) == ("Velm Courier", "Old bridge & ferry", "Ida Korn")
    assert (found.url, found.modified) == ("https://velm.example/a", "2031-05-18T08:00:00+00:00")
    assert found.published is not None and found.published.value == "2031-05-17T14:05:00+02:00"
    in_summary = feeds.article(Entry(id="velm-7", summary_html=LONG), None)
    assert in_summary is not None and in_summary.text == found.text and in_summary.id != found.id


@pytest.mark.parametrize("content", [None, "<p>The bridge is shut until Monday.</p>", "<p>Der Fluss und die </p>" * 60])
def test_an_entry_that_holds_a_summary_is_none(content: str | None) -> None:
    assert feeds.article(FULL._replace(content_html=content), "Velm Courier") is None


SHORT = (
    "<p>The harbour master of Velm closed the old bridge on Saturday after two days of heavy rain, he said.</p>"
    "<p>“Nobody was hurt,” said Tove Lindgren, the mayor, and went to see the ferry.</p>"
)


def test_a_short_text_that_stands_apart_from_the_summary_is_an_article() -> None:
    found = feeds.article(Entry(id="velm-8", title="Old bridge closed", content_html=SHORT), "Velm Courier")
    assert found is not None and len(found.paragraphs) == 2
    assert feeds.article(Entry(id="velm-8", summary_html=SHORT), "Velm Courier") is None
    for cut in (
        "…",
        " [...]",
        "<p><a href='/a'>Continue reading</a></p>",
        "<p>Read more → The post appeared first.</p>",
    ):
        assert feeds.article(Entry(id="velm-8", content_html=SHORT.replace("ferry.</p>", f"ferry{cut}")), None) is None


def test_a_list_of_feeds_is_no_feed() -> None:
    listed = f'{XML}<!-- ours --><opml version="2.0"><body><outline xmlUrl="{AT}"/></body></opml>'.encode()
    assert opml.is_list(listed) and not opml.is_list(RSS.encode())
    with pytest.raises(UnreadableInput, match="list of feeds"):
        feeds.parse(listed, AT)


def test_a_list_of_feeds() -> None:
    listed = f"""{XML}
    <opml version="2.0"><head><title>Ours</title></head><body>
      <outline text="Valley &amp; coast">
        <outline text="Velm Courier" type="rss" xmlUrl="{AT}" htmlUrl="https://velm.example/"/>
        <outline title="Aure Post" text="no"><outline TEXT="Deep" XMLURL=" http://aure.example/feed "/></outline>
      </outline>
      <OUTLINE xmlurl="feed://orrin.example/rss" text=""/>
      <outline text="Again" xmlUrl="https://www.velm.example/news/feed.xml#x"/>
      <outline text="A file" xmlUrl="file:///etc/passwd"/> <outline text="AT&T"/>
    </body></opml>"""
    assert opml.parse(listed.encode()) == (
        opml.Subscription(AT, "Velm Courier"),
        opml.Subscription("http://aure.example/feed", "Deep"),
        opml.Subscription("https://orrin.example/rss", None),
    )
    assert opml.parse(listed.encode("utf-16")) == opml.parse(listed.replace("</body></opml>", "").encode())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"https://velm.example/feed.xml", "is no list of feeds (OPML)"),
        (RSS_2.encode(), "is no list of feeds (OPML)"),
        (PAGE.encode(), "is no list of feeds (OPML)"),
        (b"<opml><body><outline text='x'/></body></opml>", "is a list without feeds"),
        (b"\x1f\x8b\x08", "is a gzip archive"),
    ],
)
def test_what_is_no_list_of_feeds(data: bytes, said: str) -> None:
    with pytest.raises(UnreadableInput) as raised:
        opml.parse(data)
    assert said in raised.value.message


PIECES = st.sampled_from(
    ["<rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "<link href='a'/>", "https://a.b/",
     "<![CDATA[", "]]>", "&amp;", "&", "&#x0;", "<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>",
     "<content type=", "'xhtml'>", "<opml>", "<outline xmlUrl='http://a/'", "/>", "<?xml", "?>", "\0", "<x:y",
     " xml:base='http://['", ">", '{"version":"jsonfeed.org",', '"items":[', '{"id":', "]}", "<pubDate>", "2031-05-17"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text(max_size=10)), max_size=25).map("".join))
@example('{"version":"jsonfeed.org","items":[{"id":{},"url":"http://[","authors":[5],"summary":1e999}]}')
@example("<rss xml:base='http://['><item><link>x</link></item></rss>")
def test_any_text_is_a_feed_or_an_error(text: str) -> None:
    for reader in (of, lambda data: opml.parse(data.encode("utf-8", "replace"))):
        try:
            found = reader(text)
        except InputError as error:
            assert error.message.isprintable()
            continue
        if isinstance(found, FeedDocument):
            assert all(e.url is None or e.url.casefold().startswith(("http://", "https://")) for e in found.entries)
