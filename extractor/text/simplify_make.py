#!/usr/bin/env python3
"""Write simplify_table.h: traditional characters and their simplified forms.

The pairs come from ICU's transliterator Hant-Hans, asked through `uconv`
(Debian: icu-devtools), character by character. Two corrections by hand:

  KEEP   written in simplified texts as well; they stay as they are
  MORE   printed variants of traditional characters that ICU leaves alone

    python3 simplify_make.py > simplify_table.h

The table is checked in, so that building needs no ICU tools.
"""
import subprocess

FIRST, LAST = 0x4E00, 0x9FFF
KEEP = set('俱吒姊徵摺箝苧著藉跤阪乾瞭')
MORE = dict(zip('爲裏綫説衞羣峯週鑑啓鈎麪綉繮産鷄牆塲嚐曆係繫閲鋭鎸銹牀牠喫灾託羶衆污汚鬥鬪',
                '为里线说卫群峰周鉴启钩面绣缰产鸡墙场尝历系系阅锐镌锈床它吃灾托膻众污污斗斗'))


def pairs():
    chars = [chr(c) for c in range(FIRST, LAST + 1)]
    run = subprocess.run(['uconv', '-f', 'utf-8', '-t', 'utf-8', '-x', 'Hant-Hans'],
                         input='\n'.join(chars).encode(), capture_output=True, check=True)
    table = {}
    for a, b in zip(chars, run.stdout.decode().split('\n')):
        if a != b and len(b) == 1 and ord(b) < 0x10000 and a not in KEEP:
            table[a] = b
    for a, b in MORE.items():
        if a != b:
            table.setdefault(a, b)
    for a in table:  # one step leads to the end: simplify(simplify(c)) == simplify(c)
        while table[a] in table:
            table[a] = table[table[a]]
    return sorted(table.items())


def rows(items, per_line):
    for i in range(0, len(items), per_line):
        print('\t' + ' '.join(items[i:i + per_line]))


def main():
    table = pairs()
    bits = [0] * ((LAST - FIRST + 1) // 32)
    for a, _ in table:
        at = ord(a) - FIRST
        bits[at // 32] |= 1 << (at % 32)
    rank, below = [], 0
    for word in bits:
        rank.append(below)
        below += bin(word).count('1')
    print('/* Written by simplify_make.py, not by hand: %d traditional characters of' % len(table))
    print(' * U+%04X to U+%04X. Bit c - %04X of the set tells whether c has a simplified' % (FIRST, LAST, FIRST))
    print(' * form; the form stands in `to` at the number of bits set before it. */')
    print('const uint32_t pifu_simplify_set[%d] = {' % len(bits))
    rows(['0x%08X,' % b for b in bits], 8)
    print('};\n\n/* Bits set in the words before each word. */')
    print('static const uint16_t simplify_rank[%d] = {' % len(rank))
    rows(['%d,' % r for r in rank], 16)
    print('};\n\nstatic const uint16_t simplify_to[%d] = {' % len(table))
    rows(['0x%04X,' % ord(b) for _, b in table], 12)
    print('};')


main()
