"""What ./dev conform stands on: pages and grids in one form, and the reasons it gives."""
import pathlib
import sys
import tempfile
import unittest

import reasons
import run
import tables

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / 'fixtures'))
import make_docx  # noqa: E402

PAGE = '''<style>td { x }</style><table>
<tr><td rowspan=2>甲</td><td></td><td colspan="2"> 乙 <br>\u00a0丙<sup><a href="#fn1">1</a></sup></td></tr>
<tr><td></td><td><p>一<td>二<table><tr><td>内</td></tr></table></td></tr></table>'''


class Tables(unittest.TestCase):
    def test_page(self):
        outer, inner = map(tables.canonical, tables.from_html(PAGE))
        self.assertEqual(outer, ((0, 0, 2, 1, '甲'), (0, 1, 1, 2, '乙丙'), (1, 1, 1, 1, '一'), (1, 2, 1, 1, '二')))
        self.assertEqual(inner, ((0, 0, 1, 1, '内'),))

    def test_dump_is_as_the_page(self):
        path = 'word/document.xml#tbl[1]'
        rows = [('0', '0', '0', '2', '1', '1', '甲', 'tr[1]/tc[1]'), ('0', '0', '2', '1', '2', '1', '乙\\n丙', 'tr[1]/tc[3]'),
                ('0', '1', '2', '1', '1', '1', '一', 'tr[2]/tc[3]'), ('0', '1', '3', '1', '1', '1', '二', 'tr[2]/tc[4]'),
                ('1', '0', '0', '1', '1', '1', '文', 'p[1]')]
        text = '#table\trow\tcol\trowspan\tcolspan\tpage\ttext\tpath\n'
        text += ''.join('\t'.join(r[:7]) + f'\t{path}/{r[7]}\n' for r in rows)
        found = tables.from_dump(text)
        self.assertEqual(list(found), [path])
        self.assertEqual(tables.canonical([c for c, _ in found[path]]), tables.canonical(tables.from_html(PAGE)[0]))

    def test_places_matter(self):
        moved = PAGE.replace('<td></td><td><p>一', '<td><p>一')
        self.assertNotEqual(tables.canonical(tables.from_html(PAGE)[0]), tables.canonical(tables.from_html(moved)[0]))


class Stub:
    """A document whose readings are given."""
    read, ours, paths, path, kind = {}, {}, {}, None, 'docx'


class Comparing(unittest.TestCase):
    A, B, C = (((0, 0, 1, 1, text),) for text in ('一二三四', '一二三五', '天地'))

    def compare(self, ours, *theirs):
        stub = Stub()
        stub.read, stub.ours = {str(i): t for i, t in enumerate(theirs)}, {str(i): t for i, t in enumerate(ours)}
        return run.compare(stub, list(stub.read))

    def test_same(self):
        self.assertEqual(self.compare([self.A, self.C], [self.A], [self.C, self.A]), (1, 2, []))

    def test_other(self):
        self.assertEqual(self.compare([self.B], [self.A, self.A], [self.A]), (1, 2, [(self.A, '0')]))
        self.assertEqual(self.compare([self.C], [self.A]), (1, 1, [(self.A, None)]))


@unittest.skipUnless((run.BUILD / 'libpifu.a').exists(), 'no library to build on')
class Ours(unittest.TestCase):
    def test_paths_of_cells(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'a.docx'
            path.write_bytes(make_docx.make_docx('== body\n<w:tbl>{grid 9 9}{row 甲 | 1}{row 乙 | 2}</w:tbl>\n'))
            document = run.Document(path)
            document.read_ours(run.build_cells(folder))
        self.assertEqual(document.status, '')
        self.assertEqual(document.ours, {'word/document.xml#tbl[1]': (
            (0, 0, 1, 1, '甲'), (0, 1, 1, 1, '1'), (1, 0, 1, 1, '乙'), (1, 1, 1, 1, '2'))})


class Reasons(unittest.TestCase):
    BODY = '''== body
<w:tbl>{grid 900 900}<w:tr>{c 甲}<w:tc><w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>%s</w:p></w:tc></w:tr></w:tbl>
'''
    PATH = 'word/document.xml#tbl[1]'

    def explain(self, inside, ours, theirs):
        with tempfile.TemporaryDirectory() as folder:
            stub = Stub()
            stub.path = pathlib.Path(folder) / 'a.docx'
            stub.path.write_bytes(make_docx.make_docx(self.BODY % inside))
            cell = lambda column, text: (tables.Cell(0, column, 1, 1, text), f'{self.PATH}/tr[1]/tc[{column + 1}]')
            stub.paths = {self.PATH: [cell(0, '甲'), cell(1, ours)]}
            return reasons.explain(stub, tables.canonical([cell(0, '甲')[0], cell(1, theirs)[0]]), self.PATH)

    def test_label(self):
        self.assertEqual(self.explain('', '一、总则\n二、分则', '总则分则'), ['numbering label'])
        self.assertEqual(self.explain('', '一、总则\n二、分则', '总则附则'), [])

    def test_check_box(self):
        box = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox/></w:ffData></w:fldChar></w:r>'
        self.assertEqual(self.explain(box, '☐是☒否', '是否'), [reasons.CONSTRUCTS['checkBox']])
        self.assertEqual(self.explain('', '☐是☒否', '是否'), [])

    def test_construct(self):
        self.assertEqual(self.explain('<w:fldSimple/>', '12', '一'), [reasons.CONSTRUCTS['fldSimple']])
        self.assertEqual(self.explain('', '12', '一'), [])


if __name__ == '__main__':
    unittest.main()
