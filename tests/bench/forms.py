"""Invented forms with their truth: what a form says, and the clean table of its cells.

    form.rows[i]   one indicator: labels, name, target as the form says them (the truth)
    table(form)    the same as cells, a label only where its block begins:

        职能1：…   产出指标   数量指标   name   ≥5座
                                        name   12套
                             质量指标   name   ≥95%
"""
import unicodedata

import words

PARENTS = {'数量指标': '产出指标', '质量指标': '产出指标', '时效指标': '产出指标', '成本指标': '产出指标',
           '经济效益指标': '效益指标', '社会效益指标': '效益指标', '生态效益指标': '效益指标', '可持续影响指标': '效益指标',
           '服务对象满意度指标': '满意度指标', '经济成本指标': '成本指标', '社会成本指标': '成本指标',
           '生态环境成本指标': '成本指标'}


class Row:
    """One indicator. `target` is '' once damage has lost it; `damage` names what was done."""

    def __init__(self, no, function, level1, level2, name, target):
        self.no, self.function, self.level1, self.level2 = no, function, level1, level2
        self.name, self.target, self.damage = name, target, None

    def truth(self):
        fold = lambda s: unicodedata.normalize('NFKC', s)
        return (self.no, fold(self.function), self.level1, self.level2, fold(self.name), fold(self.target))


class Form:
    def __init__(self, kind, head, rows):
        self.kind, self.head, self.rows = kind, head, rows
        self.width = 5 if kind == 'department' else 4


def fill(rng, pattern):
    return pattern.format(t=rng.choice(words.THINGS), p=rng.choice(words.PEOPLE), w=rng.choice(words.WORKS))


def number(rng, unit):
    if unit in ('万元', '公里', '万元/台', '万元/年'):
        return rng.choice([f'{rng.uniform(0.5, 90):.1f}', f'{rng.uniform(0.5, 40):.2f}', str(rng.randint(1, 300))])
    if unit in ('元', '元/套', '元/月人', '元/人', '元/户', '元/处', '元/平方米', '人次', '份', '亩', '平方米'):
        return str(rng.choice([rng.randint(1, 40) * 50, rng.randint(20, 9000)]))
    return str(rng.choice([rng.randint(1, 12), rng.randint(1, 60), rng.randint(10, 800)]))


def amount(rng, unit, falling=False):
    """A number with its unit, the comparator as forms usually write it."""
    value = number(rng, unit) + unit
    less = rng.choices(['≤', '＜', '<', '不超过'], [16, 1, 2, 1])[0]
    more = rng.choices(['≥', '＝', '=', '', '不少于', '>', '约'], [60, 2, 6, 20, 3, 1, 1])[0]
    if not falling and rng.random() < 0.02 and value[0].isdigit() and unit in ('次', '场', '场次'):
        low = rng.randint(2, 9)
        return f'{low}-{low + rng.randint(1, 6)}{unit}'
    return (less if falling else more) + value


def percent(rng, falling=False):
    value = rng.choice([100, 100, 100, 99, 98, 95, 95, 90, 90, 85, 80, 75, 60, 50, 20, 97.5, 99.5, 92])
    if falling:
        return f'≤{rng.choice([1, 2, 3, 5, 10, 20])}%'
    shape = rng.choices(['≥{}%', '{}%', '={}%', '≥ {}%', '{}%以上', '≥{}％', '不低于{}%'], [80, 8, 4, 2, 2, 2, 2])[0]
    return shape.format(value if '以上' not in shape or value != 100 else 95)


def of_pattern(rng, pairs, falling=False):
    pattern, units = rng.choice(pairs)
    name = fill(rng, pattern)
    if units is None:
        return name, rng.choice(words.QUALITIES)
    unit = rng.choice(units.split())
    return name, percent(rng) if unit == '%' else amount(rng, unit, falling)


def timely(rng, year):
    kind = rng.random()
    if kind < 0.55:
        return fill(rng, rng.choice(words.TIMELY)), percent(rng)
    if kind < 0.8:
        shape = rng.choice(['≤{}小时', '≤{}分钟', '<{}小时', '≤{}天', '{}分钟', '≤{}个工作日'])
        return fill(rng, rng.choice(words.TIMES)), shape.format(rng.randint(1, 48))
    month = rng.randint(3, 12)
    shape = rng.choice(['{y}年{m}月底前', '{m}月底前', '{y}年{m}月', '{m}月底之前', '{y}年12月31日前', '{y}年1-12月'])
    return fill(rng, rng.choice(words.DATES)), shape.format(y=year, m=month)


def social(rng):
    if rng.random() < 0.5:
        return fill(rng, rng.choice(words.SOCIAL_RATES)), percent(rng)
    return fill(rng, rng.choice(words.SOCIAL_WORDS)), rng.choice(['≥12个月', '≥90%', '≥80%', *words.QUALITIES])


def indicator(rng, level2, year):
    """(name, target) of an indicator under `level2`."""
    makers = {
        '数量指标': lambda: of_pattern(rng, words.COUNTS),
        '质量指标': lambda: (fill(rng, rng.choice(words.RATES)), percent(rng)),
        '时效指标': lambda: timely(rng, year),
        '成本指标': lambda: of_pattern(rng, words.COSTS, True),
        '经济成本指标': lambda: of_pattern(rng, words.COSTS, True),
        '社会成本指标': lambda: of_pattern(rng, words.SOCIAL_COST, True),
        '生态环境成本指标': lambda: of_pattern(rng, words.ECOLOGY_COST, True),
        '经济效益指标': lambda: of_pattern(rng, words.ECONOMIC),
        '社会效益指标': lambda: social(rng),
        '生态效益指标': lambda: of_pattern(rng, words.ECOLOGY),
        '可持续影响指标': lambda: of_pattern(rng, words.LASTING),
        '服务对象满意度指标': lambda: (fill(rng, rng.choice(words.CONTENT)), percent(rng)),
    }
    return makers[level2]()


def levels(rng, cost_style, large):
    """The level-2 labels of one function or project in order, with how many indicators each has."""
    some = lambda low, high: rng.randint(low, high) * (4 if large else 1)
    plan = [('数量指标', some(1, 4)), ('质量指标', some(1, 3)), ('时效指标', some(1, 2))]
    if cost_style == 'level2' and rng.random() < 0.5:
        plan.append(('成本指标', some(1, 1)))
    if cost_style == 'level1' and rng.random() < 0.6:
        plan.append((rng.choice(['经济成本指标', '社会成本指标', '生态环境成本指标']), some(1, 1)))
    if rng.random() < 0.2:
        plan.append(('经济效益指标', some(1, 1)))
    plan.append(('社会效益指标', some(1, 2)))
    if rng.random() < 0.2:
        plan.append(('生态效益指标', some(1, 1)))
    if rng.random() < 0.3:
        plan.append(('可持续影响指标', some(1, 1)))
    plan.append(('服务对象满意度指标', some(1, 1) if not large else rng.randint(1, 4)))
    return plan


def function_name(rng, used):
    for _ in range(50):
        shape = rng.choice(['{t}{w}{f}', '{t}、{u}{w}及{v}{f}', '{p}{w}{f}', '{t}{w}'])
        name = shape.format(t=rng.choice(words.THINGS), u=rng.choice(words.THINGS), p=rng.choice(words.PEOPLE),
                            w=rng.choice(words.WORKS), v=rng.choice(words.WORKS), f=rng.choice(words.FUNDS))
        if name not in used:
            break
    used.add(name)
    return name


def head(rng, kind, year):
    two = lambda patterns: rng.choice(patterns).format(a=rng.choice(words.THINGS), b=rng.choice(words.THINGS))
    office = rng.choice(words.PLACES) + rng.choice(words.OFFICES)
    goals = ' '.join(f'{i}、{two(words.GOALS)}。' for i in range(1, rng.randint(3, 5)))
    duty = ','.join(two(words.DUTIES) for _ in range(4)) + '。'
    return {'year': year, 'office': office, 'goals': goals, 'duty': duty,
            'project': function_name(rng, set()), 'mark': rng.choice(['职能{}: {}', '职能{}：{}', '职能{}:{}']),
            'kind': kind, 'sheet': rng.choice(['批复表', '申报表', '表'])}


def make(rng, kind):
    """One clean form: a department's with about 100 indicators, or a project's with about 40."""
    year = rng.randint(2019, 2026)
    cost_style = rng.choices(['none', 'level2', 'level1'], [3, 4, 3])[0]
    rows, used = [], set()
    for no in range(1, (rng.randint(9, 15) if kind == 'department' else 1) + 1):
        name = function_name(rng, used) if kind == 'department' else ''
        for level2, count in levels(rng, cost_style, kind != 'department'):
            for _ in range(count):
                rows.append(Row(str(no) if name else '', name, PARENTS[level2], level2, *indicator(rng, level2, year)))
    return Form(kind, head(rng, kind, year), rows)


def table(form):
    """The clean cells, one list for each row: [function,] level 1, level 2, name, target."""
    cells, last = [], ('', '', '')
    for row in form.rows:
        new_function = row.no != last[0]
        new_level1 = new_function or row.level1 != last[1]
        new_level2 = new_level1 or row.level2 != last[2]
        line = [row.level1 if new_level1 else '', row.level2 if new_level2 else '', row.name, row.target]
        if form.width == 5:
            line.insert(0, form.head['mark'].format(row.no, row.function) if new_function else '')
        cells.append(line)
        last = (row.no, row.level1, row.level2)
    return cells


def head_lines(form):
    """The lines above the table as lists of cells; a single cell is a line of text."""
    h = form.head
    if form.kind == 'department':
        return [[f'{h["year"]}年部门整体支出绩效目标{h["sheet"]}'], [f'({h["year"]}年度)'], [],
                ['部门(单位)名称', '', h['office'], '', h['office']], ['部门职能概述', '', h['duty'], '', ''],
                ['年度整体绩效目标', h['goals'], '', '', ''], ['核心职能', '年度绩效指标', '', '', ''],
                ['', '一级指标', '二级指标', '三级指标', '指标值']]
    return [[f'项目支出绩效目标{h["sheet"]}'], [f'({h["year"]}年度)'], [], ['项目名称', h['project'], '', ''],
            ['主管部门', h['office'], '', ''], ['年度总体目标', h['goals'], '', ''],
            ['一级指标', '二级指标', '三级指标', '指标值']]
