"""Tables in one form that every reader's output can be put into.

    Cell(row, column, rows, columns, text)      as read: logical places, spans
    canonical(cells) -> tuple of (row, column, rows, columns, text)

Readers differ in what says nothing: blank cells, columns in which nothing begins, blanks
within text. So only cells with text count, text is without blanks, and places are ranks:

    | a |   | b (2) |        a: row 0, column 0       ranks of the rows and columns in
    |   |   | c | d |        b: row 0, column 1, 2 columns      which some text begins
"""
import collections
import html.parser
import re
import unicodedata

Cell = collections.namedtuple('Cell', 'row column rows columns text')
VOID = {'area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr'}
# LibreOffice writes control characters where a field begins and ends
INVISIBLE = re.compile('[\\s\\x00-\\x1f\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]+')
SPAN_MOST = 1000
NOTE = re.compile(r'#(fn|footnote|endnote|sdfootnote|sdendnote)')


def fold(text):
    return INVISIBLE.sub('', unicodedata.normalize('NFKC', text))


def rank(places):
    return {place: i for i, place in enumerate(sorted(set(places)))}


def canonical(cells):
    """The comparable form; () for a table without text."""
    cells = [c._replace(text=fold(c.text)) for c in cells]
    cells = [c for c in cells if c.text]
    rows, columns = rank(c.row for c in cells), rank(c.column for c in cells)
    covered = lambda ranks, begin, n: sum(begin <= p < begin + n for p in ranks)
    return tuple(sorted((rows[c.row], columns[c.column], covered(rows, c.row, c.rows),
                         covered(columns, c.column, c.columns), c.text) for c in cells))


class Open:
    """A table being read: its rows of (rows, columns, [text]), the open cell."""

    def __init__(self):
        self.rows, self.cell, self.notes = [], None, 0

    def cells(self):
        """Place the cells: a cell takes the first column that no cell above reaches into."""
        found, taken = [], {}
        for row, cells in enumerate(self.rows):
            column = 0
            for down, across, text in cells:
                while taken.get(column, 0) > row:
                    column += 1
                down = down or len(self.rows) - row
                found.append(Cell(row, column, down, across, ''.join(text)))
                for c in range(column, column + across):
                    taken[c] = row + down
                column += across
        return found


class Parser(html.parser.HTMLParser):
    """All tables of a page in the order they begin; a cell's text leaves out tables inside it."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tables, self.open, self.silent = [], [], []

    def span(self, attributes, name):
        value = re.match(r'\s*(\d+)', dict(attributes).get(name) or '')
        return min(int(value.group(1)), SPAN_MOST) if value else 1

    def handle_starttag(self, tag, attributes):
        top = self.open[-1] if self.open else None
        if self.silent:
            self.silent += [tag] if tag not in VOID else []
        elif tag in ('style', 'script', 'title') or tag == 'a' and NOTE.match(dict(attributes).get('href') or ''):
            self.silent.append(tag)
        elif tag == 'table':
            self.open.append(Open())
            self.tables.append(self.open[-1])
        elif top and tag == 'tr':
            top.rows.append([])
            top.cell = None
        elif top and tag in ('td', 'th'):
            if not top.rows:
                top.rows.append([])
            top.cell = []
            top.rows[-1].append((self.span(attributes, 'rowspan'), max(1, self.span(attributes, 'colspan')), top.cell))

    def handle_endtag(self, tag):
        if self.silent:
            while tag in self.silent:
                if self.silent.pop() == tag:
                    break
        elif self.open and tag == 'table':
            self.open.pop()
        elif self.open and tag in ('td', 'th', 'tr'):
            self.open[-1].cell = None

    def handle_data(self, data):
        if not self.silent and self.open and self.open[-1].cell is not None:
            self.open[-1].cell.append(data)


def from_html(text):
    """[[Cell]] of a page."""
    parser = Parser()
    parser.feed(text)
    parser.close()
    return [table.cells() for table in parser.tables]


# what comes before a cell: a table in Word and in pages, a sheet
STORED = re.compile(r'^(.*\b(?:tbl|table)\[\d+\])/tr\[\d+\]/t[cdh]\[\d+\]$|^(.*)![A-Z]+\d+$')
ESCAPES = {'\\t': '\t', '\\n': '\n', '\\r': '\r', '\\\\': '\\'}


def from_dump(text):
    """{path of the table: [(Cell, path)]} of a grid dump. Tables are taken as they are stored, by their
    path in the document: that we join some is no difference in what a cell says or where it stands."""
    tables = {}
    lines = text.split('\n')
    names = lines[0].lstrip('#').split('\t')
    for line in lines[1:]:
        cell = dict(zip(names, line.split('\t')))
        found = STORED.match(cell.get('path', '') or '')
        if not found:
            continue
        said = re.sub(r'\\[tnr\\]', lambda m: ESCAPES[m.group()], cell['text'])
        place = Cell(*(int(cell[k]) for k in ('row', 'col', 'rowspan', 'colspan')), said)
        tables.setdefault(found.group(1) or found.group(2), []).append((place, cell['path']))
    return tables


def split_joined(cells):
    """A span that a join made longer than its stored table is only as long as that."""
    last = max((c.row + 1 for c in cells), default=0)
    return [c._replace(rows=min(c.rows, max(1, last - c.row))) for c in cells]
