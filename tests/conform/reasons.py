"""Why our reading of a Word table differs from that of others: what stands in the cells.

    explain(document, theirs, path) -> ['numbering label', …]; [] where nothing explains it

Every cell that differs must have a reason, or the table has none. A numbering label is
proven: without labels at the beginnings of lines our text is theirs; so is a check box.
Everything else is a construct found at the path of the cell, on which readers are known to differ.
"""
import collections
import re
import xml.etree.ElementTree as ET
import zipfile

import tables

# construct -> why readers differ
CONSTRUCTS = {
    'fldSimple': 'simple field (others drop its result)',
    'oMath': 'formula (others drop or spell it)',
    'del': 'deleted text', 'ins': 'inserted text', 'moveFrom': 'moved text', 'moveTo': 'moved text',
    'cellDel': 'deleted cell', 'cellIns': 'inserted cell', 'cellMerge': 'cells merged by a change',
    'sym': 'symbol character', 'vanish': 'hidden text', 'specVanish': 'hidden text', 'hidden': 'hidden text', 'ruby': 'ruby',
    'txbxContent': 'text box', 'AlternateContent': 'alternate content', 'hMerge': 'horizontal merge',
    'gridBefore': 'cells before the row', 'gridAfter': 'cells after the row',
    'sdt': 'content control', 'noBreakHyphen': 'hyphen', 'footnoteReference': 'note mark',
    'endnoteReference': 'note mark', 'checkBox': 'check box of a form', 'checkbox': 'check box of a form', 'commentReference': 'comment', 'altChunk': 'embedded part',
    'body': 'a body inside a run, which no document may have',
}
STRUCTURE = {CONSTRUCTS[k] for k in ('gridBefore', 'gridAfter', 'hMerge', 'hidden', 'cellDel', 'cellIns', 'cellMerge',
                                     'del', 'ins', 'vanish')}
LABEL_MOST = 24  # characters of a label
BOXES = '☐☑☒'  # no labels


def local(element):
    return element.tag.rsplit('}', 1)[-1] if isinstance(element.tag, str) else ''


def within(element, names):
    """Elements of those names below, not below another of them, in order."""
    for child in element:
        if local(child) in names:
            yield child
        else:
            yield from within(child, names)


def resolve(root, path):
    """The element at a path as our grid writes it, None where it cannot be followed."""
    here = root
    for step in path.split('/'):
        found = re.match(r'(\w+)\[(\d+)\]$', step)
        if not found or here is None:
            return None
        name, number = found.group(1), int(found.group(2))
        names = {'txbx': ('txbxContent',), 'tbl': ('tbl', 'txbxContent'), 'p': ('p', 'tbl', 'txbxContent'),
                 'tr': ('tr', 'tbl'), 'tc': ('tc', 'tbl')}.get(name, (name,))
        wanted = 'txbxContent' if name == 'txbx' else name
        of_name = [e for e in within(here, names) if local(e) == wanted]
        here = of_name[number - 1] if number <= len(of_name) else None
    return here


def read_part(document, name):
    """The bytes of a part, b'' where it cannot be had."""
    try:
        with zipfile.ZipFile(document.path) as z:
            return z.read(name)
    except (KeyError, zipfile.BadZipFile, OSError):
        return b''


def load(document, path):
    part, _, inside = path.partition('#')
    try:
        return resolve(ET.fromstring(read_part(document, part)), inside)
    except ET.ParseError:
        return None


def without_labels(raw, theirs):
    """Is our text, lines cut at their labels, the text of the others?"""
    at = 0
    for line in map(tables.fold, re.split('[\n\r]', raw)):
        cut = next((k for k in range(min(LABEL_MOST, len(line)) + 1) if theirs.startswith(line[k:], at)), None)
        if cut is None or any(box in line[:cut] for box in BOXES):
            return False
        at += len(line) - cut
    return at == len(theirs)


def constructs(element):
    found = [CONSTRUCTS[local(e)] for e in element.iter() if local(e) in CONSTRUCTS]
    return sorted(set(found))


def is_numbered(element, styles):
    """Has a paragraph below a numbering, of its own or by its style?"""
    names = {local(e) for e in element.iter()}
    return 'numPr' in names or 'pStyle' in names and b'numPr' in styles


def explain_cell(raw, theirs, element, styles):
    if element is None:
        return []
    if raw is not None and is_numbered(element, styles) and without_labels(raw, theirs):
        return ['numbering label']
    return constructs(element)


def only_boxes(whole, cells, theirs):
    """Is our table theirs once the check boxes of a form are left out?"""
    if not any(local(e) in ('checkBox', 'checkbox') for e in whole.iter()):
        return False
    bare = [c._replace(text=re.sub(f'[{BOXES}]', '', c.text)) for c in cells]
    return tables.canonical(bare) == theirs


def explain(document, table, path):
    """Reasons for every cell that differs; [] when one has none, or the table is not in ours."""
    if path is None or document.kind != 'docx':
        return []
    cells = document.paths[path]
    mine, whole = tables.canonical([c for c, _ in cells]), load(document, path)
    if whole is not None and only_boxes(whole, [c for c, _ in cells], table):
        return [CONSTRUCTS['checkBox']]
    ranks = tables.rank(c.row for c, _ in cells if tables.fold(c.text)), \
        tables.rank(c.column for c, _ in cells if tables.fold(c.text))
    at = {(ranks[0][c.row], ranks[1][c.column]): (c, p) for c, p in cells if tables.fold(c.text)}
    others = {c[:2]: c for c in table}
    reasons = collections.OrderedDict()
    styles = read_part(document, path.partition('#')[0].rpartition('/')[0] + '/styles.xml')
    for place in sorted({c[:2] for c in set(table) ^ set(mine)}):
        cell, where = at.get(place, (None, None))
        element = load(document, where) if where else whole
        theirs = others[place][4] if place in others else ''
        why = explain_cell(cell.text if cell else None, theirs, element, styles)
        if not why and whole is not None:
            why = [w for w in constructs(whole) if w in STRUCTURE]
        if not why:
            return []
        reasons.update(dict.fromkeys(why))
    return list(reasons)

