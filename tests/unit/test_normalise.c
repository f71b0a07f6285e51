/* Normalisation: what each kind of writing becomes, and the laws that hold for
 * every text: its own normal form, a monotone map, valid UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "text/normalise.h"
#include "text/simplify.h"
#include "text/symbol.h"

static struct normal normal_of(struct arena *a, struct str raw)
{
	struct normal n;
	pifu_error err = {0};
	assert_int_equal(pifu_text_normalise(a, raw, &n, &err), PIFU_OK);
	return n;
}

/* ---- Single cases -------------------------------------------------------- */

struct expected {
	const char *raw, *text;
	const char *key; /* NULL: as the text */
};

static const struct expected table[] = {
	/* width and punctuation */
	{"", "", NULL},
	{"维修面积", "维修面积", NULL},
	{"（含路口）：", "(含路口):", NULL},
	{"ＡＢＣ１２３％", "ABC123%", NULL},
	{"１，２６０", "1,260", NULL},
	{"℃", "°C", NULL},
	{"m²", "m2", NULL},
	{"①办结率", "(1)办结率", NULL},
	{"㈠", "(一)", NULL},
	{"Ⅱ级", "II级", NULL},
	{"……", "......", NULL},
	{"e\xCC\x81tude", "\xC3\xA9tude", NULL},
	{"が", "が", NULL},
	{"か\xE3\x82\x99", "が", NULL},
	/* blanks */
	{"经 济 效益", "经济效益", NULL},
	{"服务对象 满意度指标", "服务对象满意度指标", NULL},
	{"维修\xC2\xA0面\xE3\x80\x80积\xE2\x80\x8B数", "维修面积数", NULL},
	{"\xEF\xBB\xBF维修", "维修", NULL},
	{"维修\n面积", "维修面积", NULL},
	{"维修<br>面积<br/>数", "维修面积数", NULL},
	{"维修<BR />面积", "维修面积", NULL},
	{"一级<span style=\"x\">指标</span>", "一级指标", NULL},
	{"Windows  Server", "Windows Server", "WindowsServer"},
	{"Windows\nServer 2019", "Windows Server 2019", "WindowsServer2019"},
	{"PM 2.5 浓度", "PM 2.5浓度", "PM2.5浓度"},
	{"968.191 8", "968.1918", NULL},
	{"9 5 %", "95%", NULL},
	{"12 000 000", "12000000", NULL},
	{"2023 2024", "2023 2024", "20232024"},
	{"30 km", "30km", NULL},
	{"2024 年 12 月", "2024年12月", NULL},
	{"  维修 ", "维修", NULL},
	{" ", "", NULL},
	/* radicals, compatibility ideographs, symbol fonts */
	{"\xE2\xBB\x93期", "长期", NULL},
	{"\xE2\xBC\x80般", "一般", NULL},
	{"\xE2\xBB\x85\xE2\xBB\x85", "见见", NULL},
	{"\xEF\xA4\x80", "豈", "岂"},
	{"\357\202\26390%", "≥90%", NULL},
	{"\357\202\243 90%", "≤90%", NULL},
	{"\357\202\243", "≤", NULL},
	{"\357\202\243新增", "□新增", NULL},
	{"3\357\202\2644", "3×4", NULL},
	{"26\357\202\260C", "26°C", NULL},
	{"\357\202\2615%", "±5%", NULL},
	{"\357\203\274完成", "✓完成", NULL},
	/* comparators */
	{">=90%", "≥90%", NULL},
	{"=>90%", "≥90%", NULL},
	{"＞＝90%", "≥90%", NULL},
	{"＞ ＝ 90%", "≥90%", NULL},
	{"<=90%", "≤90%", NULL},
	{"=<90%", "≤90%", NULL},
	{"==90%", "=90%", NULL},
	{"≧90%", "≥90%", NULL},
	{"≦90%", "≤90%", NULL},
	{"⩾90%", "≥90%", NULL},
	{"⩽90%", "≤90%", NULL},
	{"﹥90%", ">90%", NULL},
	{"﹤90%", "<90%", NULL},
	{"﹦90%", "=90%", NULL},
	{"═90%", "=90%", NULL},
	{"══════", "══════", NULL},
	{"======", "======", NULL},
	{"<>", "<>", NULL},
	{"》90%", ">90%", NULL},
	{"》=90%", "≥90%", NULL},
	{"《5%", "<5%", NULL},
	{"《2024年工作要点》", "《2024年工作要点》", NULL},
	{"编制《规划》3部", "编制《规划》3部", NULL},
	{"不低于90%", "不低于90%", NULL},
	/* LaTeX */
	{"$\\geq 90\\%$", "≥90%", NULL},
	{"$\\geq 9 5 \\%$", "≥95%", NULL},
	{"\\geq90\\%", "≥90%", NULL},
	{"\\(\\le 3\\)天", "≤3天", NULL},
	{"$\\leqslant 3\\,\\mathrm{km}$", "≤3km", NULL},
	{"$\\geq 12 \\mathrm{~kg}$", "≥12kg", NULL},
	{"$3\\sim5$次", "3~5次", NULL},
	{"$26^{\\circ}\\mathrm{C}$", "26°C", NULL},
	{"$\\pm 5\\%$", "±5%", NULL},
	{"$3 \\times 4$", "3×4", NULL},
	{"$\\text{不低于}90\\%$", "不低于90%", NULL},
	{"$\\frac{元}{亩}$", "元/亩", NULL},
	{"$90\\%$", "90%", NULL},
	{"$100", "$100", NULL},
	{"\\unknown{x}", "\\unknown{x}", NULL},
	{"C:\\data", "C:\\data", NULL},
	/* Markdown and HTML */
	{"**数量指标**", "数量指标", NULL},
	{"**数量**（50分）", "数量(50分)", NULL},
	{"**数量**<br>**指标**", "数量指标", NULL},
	{"≥**%", "≥**%", NULL},
	{"≥**个,≥**%", "≥**个,≥**%", NULL},
	{"\\>= 12", "≥12", NULL},
	{"甲\\|乙", "甲|乙", NULL},
	{"\\*维修", "*维修", "维修"},
	{"&ge;90%", "≥90%", NULL},
	{"&amp;ge;90%", "≥90%", NULL},
	{"&amp;amp;le;90%", "≤90%", NULL},
	{"&#8805;90%", "≥90%", NULL},
	{"&#xff1e;90%", ">90%", NULL},
	{"&nbsp;维修&nbsp;面积", "维修面积", NULL},
	{"&lt;90%", "<90%", NULL},
	{"研发(R&D)投入", "研发(R&D)投入", NULL},
	{"AT&T", "AT&T", NULL},
	{"a<b", "a<b", NULL},
	/* readings and filler */
	{"警(jǐng)务", "警务", NULL},
	{"警（jǐng）务", "警务", NULL},
	{"处置(SOP)率", "处置(SOP)率", NULL},
	{"维修?面积", "维修面积", NULL},
	{"??维修??面积??", "维修面积", NULL},
	{"是否达标?", "是否达标?", NULL},
	{"是否达标？", "是否达标?", NULL},
	/* keys */
	{"★维修面积", "★维修面积", "维修面积"},
	{"☆ 维修面积*", "☆维修面积*", "维修面积"},
	{"#维修", "#维修", "维修"},
	{"●", "●", NULL},
	{"維修道路標線", "維修道路標線", "维修道路标线"},
	{"顯著", "顯著", "显著"},
	{"产 出 指 标", "产出指标", NULL},
};

static void check(struct arena *a, const struct expected *e)
{
	struct normal n = normal_of(a, pifu_str_of(e->raw));
	struct str key = pifu_str_of(e->key ? e->key : e->text);
	if (!pifu_str_eq(n.text, pifu_str_of(e->text)))
		fail_msg("'%s' becomes '%.*s', not '%s'", e->raw, (int)n.text.n, n.text.s, e->text);
	if (!pifu_str_eq(n.key, key))
		fail_msg("'%s' has the key '%.*s'", e->raw, (int)n.key.n, n.key.s);
}

static void test_table(void **state)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		check(*state, &table[i]);
}

/* ---- The fast path ------------------------------------------------------- */

static void test_plain_text_is_not_copied(void **state)
{
	static const char *const plain[] = {"警卫安保活动次数",
	                                    "≥25次/年",
	                                    "2000元/人",
	                                    "<24小时",
	                                    "=22个",
	                                    "100%",
	                                    "1,260人次",
	                                    "“一网通办”率",
	                                    "《工作要点》",
	                                    "及时、足额。",
	                                    "PM2.5",
	                                    "显著提高",
	                                    ">90%",
	                                    "≤5起"};
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		struct str raw = pifu_str_of(plain[i]);
		size_t used = pifu_arena_used(*state);
		struct normal n = normal_of(*state, raw);
		assert_ptr_equal(n.text.s, raw.s);
		assert_ptr_equal(n.key.s, raw.s);
		assert_null(n.map);
		assert_int_equal(pifu_arena_used(*state), used);
	}
}

static void test_flags(void **state)
{
	static const struct {
		const char *raw;
		uint32_t flags;
	} cases[] = {
		{"维修面积", TEXT_HAN},
		{"≥25次/年", TEXT_COMPARATOR | TEXT_DIGIT | TEXT_HAN},
		{"十二", TEXT_HAN | TEXT_HAN_DIGIT},
		{"95%", TEXT_DIGIT | TEXT_PERCENT},
		{"km", TEXT_LATIN},
		{"1,260", TEXT_DIGIT},
		{"甲、乙", TEXT_HAN | TEXT_PUNCT},
		{"甲\n乙", TEXT_HAN | TEXT_BREAK},
		{"甲<br>乙", TEXT_HAN | TEXT_BREAK},
		{"ab cd", TEXT_LATIN | TEXT_BLANK},
		{"$\\ge5$", TEXT_COMPARATOR | TEXT_DIGIT | TEXT_LATEX},
		{"≧5", TEXT_COMPARATOR | TEXT_DIGIT | TEXT_SYMBOL},
		{"\357\202\2635", TEXT_COMPARATOR | TEXT_DIGIT | TEXT_SYMBOL},
		{"＞5", TEXT_COMPARATOR | TEXT_DIGIT},
		{"甲?乙", TEXT_HAN | TEXT_FILLER},
		{"甲\xEF\xBF\xBD乙", TEXT_HAN | TEXT_FILLER},
		{"維修", TEXT_HAN | TEXT_TRADITIONAL},
		{"★维修", TEXT_HAN | TEXT_MARK},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct normal n = normal_of(*state, pifu_str_of(cases[i].raw));
		if (n.flags != cases[i].flags)
			fail_msg("'%s' has the flags %#x, not %#x", cases[i].raw, n.flags,
			         cases[i].flags);
	}
}

static void test_map_leads_back(void **state)
{
	struct str raw = STR("维　修（≧ 9 5 %）");
	struct normal n = normal_of(*state, raw);
	assert_true(pifu_str_eq(n.text, STR("维修(≥95%)")));
	static const struct {
		const char *text, *raw;
	} places[] = {{"修", "修"},  {"(", "（"}, {"≥", "≧"},
	              {"95", "9 5"}, {"%", "%"},  {")", "）"}};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		int64_t at = pifu_str_find(n.text, pifu_str_of(places[i].text));
		int64_t back = pifu_str_find(raw, pifu_str_of(places[i].raw));
		assert_true(at >= 0 && back >= 0);
		assert_int_equal(n.map[at], back);
	}
	assert_int_equal(n.map[n.text.n], raw.n);
}

/* ---- Laws ---------------------------------------------------------------- */

static bool is_utf8(struct str s)
{
	for (uint32_t i = 0; i < s.n;) {
		unsigned char c = (unsigned char)s.s[i];
		unsigned n = c < 0x80                ? 1
		             : c >= 0xF0 && c < 0xF5 ? 4
		             : c >= 0xE0 && c < 0xF0 ? 3
		             : c >= 0xC2 && c < 0xE0 ? 2
		                                     : 0;
		if (n == 0 || i + n > s.n)
			return false;
		for (unsigned k = 1; k < n; k++)
			if (((unsigned char)s.s[i + k] & 0xC0) != 0x80)
				return false;
		i += n;
	}
	return true;
}

static void check_laws(struct arena *a, struct str raw)
{
	struct normal once = normal_of(a, raw);
	struct normal twice = normal_of(a, once.text);
	if (!pifu_str_eq(once.text, twice.text))
		fail_msg("'%.*s' becomes '%.*s', that becomes '%.*s'", (int)raw.n, raw.s,
		         (int)once.text.n, once.text.s, (int)twice.text.n, twice.text.s);
	assert_true(is_utf8(once.text));
	assert_true(is_utf8(once.key));
	if (!once.map)
		assert_true(pifu_str_eq(once.text, raw));
	for (uint32_t i = 0; once.map && i < once.text.n; i++)
		assert_true(once.map[i] <= once.map[i + 1] && once.map[i] <= raw.n);
	if (once.map)
		assert_int_equal(once.map[once.text.n], raw.n);
}

static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

/* Pieces that steps look for, so that random texts hit their edges. */
static const char *const pieces[] = {
	"维修",
	"经",
	" ",
	"\n",
	"\xC2\xA0",
	"\xE3\x80\x80",
	"\xE2\x80\x8B",
	"9",
	"12",
	"345",
	".",
	",",
	"%",
	">",
	"<",
	"=",
	"≥",
	"≤",
	"≧",
	"》",
	"《",
	"═",
	"＞",
	"＝",
	"&",
	"&ge;",
	"&amp;",
	"ge;",
	"lt;",
	"&#62;",
	"#",
	"\\",
	"\\ge",
	"\\geq ",
	"\\mathrm",
	"{",
	"}",
	"$",
	"^",
	"_",
	"~",
	"\\%",
	"\\(",
	"\\)",
	"*",
	"**",
	"****",
	"?",
	"??",
	"？",
	"<br>",
	"<b",
	"r>",
	"</p>",
	"(",
	")",
	"jǐng",
	"(jǐng)",
	"e",
	"\xCC\x81",
	"\xE3\x82\x99",
	"か",
	"ab",
	"Q",
	"★",
	"顯",
	"著",
	"\xE2\xBB\x93",
	"\357\202\263",
	"\357\202\243",
	"\xEF\xBF\xBD",
	"…",
	"①",
	"℃",
	"\xCC\xB8",
	"\xEF\xA4\x80",
	"\xF0\xA0\x80\x80",
	"ﬁ",
	"½",
	"゛",
	"～",
	"｜",
};

static struct str random_pieces(struct arena *a, uint64_t *seed, unsigned most)
{
	char *out = pifu_arena_alloc(a, 16u * most);
	uint32_t n = 0;
	for (unsigned left = next_random(seed) % most; left > 0; left--) {
		const char *piece = pieces[next_random(seed) % (sizeof pieces / sizeof *pieces)];
		memcpy(out + n, piece, strlen(piece));
		n += (uint32_t)strlen(piece);
	}
	return (struct str){out, n};
}

static void test_laws_on_pieces(void **state)
{
	uint64_t seed = 7;
	for (unsigned i = 0; i < 60000; i++) {
		check_laws(*state, random_pieces(*state, &seed, 12));
		if (i % 1000 == 0)
			pifu_arena_reset(*state);
	}
}

static void test_laws_on_any_characters(void **state)
{
	uint64_t seed = 11;
	for (unsigned i = 0; i < 20000; i++) {
		char out[64];
		uint32_t n = 0;
		for (unsigned k = next_random(&seed) % 12; k > 0; k--) {
			uint32_t range = next_random(&seed) % 4, c = next_random(&seed);
			c = range == 0   ? c % 0x3000
			    : range == 1 ? 0x2E80 + c % 0x1000
			    : range == 2 ? 0xF000 + c % 0x1000
			                 : c % 0x110000;
			n += pifu_utf8_put(out + n, c >= 0xD800 && c <= 0xDFFF ? 0xFFFD : c);
		}
		check_laws(*state, (struct str){out, n});
		if (i % 1000 == 0)
			pifu_arena_reset(*state);
	}
}

static void test_laws_on_every_character(void **state)
{
	for (uint32_t c = 0; c < 0x110000; c++) {
		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		char out[16] = "中";
		uint32_t n = 3 + pifu_utf8_put(out + 3, c);
		memcpy(out + n, "5a", 2);
		check_laws(*state, (struct str){out, n + 2});
		if (c % 1000 == 0)
			pifu_arena_reset(*state);
	}
}

static void test_laws_on_table(void **state)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		check_laws(*state, pifu_str_of(table[i].raw));
}

/* Markup nested on purpose, and texts far longer than any cell. */
static void test_hostile(void **state)
{
	enum { SIZE = 300000 };
	static const char *const parts[] = {
		"\\ma\\mathrm", "&amp;",     "<b<b", "\\\\", "\xCC\x81", "$", "**",
		"9 9",          "&amp;#38;", "?",    "\\ge", "(",        "> "};
	for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
		char *text = malloc(SIZE);
		uint32_t n = 0, size = (uint32_t)strlen(parts[p]);
		assert_non_null(text);
		for (; n + size <= SIZE; n += size)
			memcpy(text + n, parts[p], size);
		check_laws(*state, (struct str){text, n});
		pifu_arena_reset(*state);
		free(text);
	}
}

/* ---- Tables -------------------------------------------------------------- */

static void test_simplify(void **state)
{
	(void)state;
	assert_int_equal(pifu_text_simplify(0x7DAD), 0x7EF4); /* 維 维 */
	assert_int_equal(pifu_text_simplify(0x8655), 0x5904); /* 處 处 */
	assert_int_equal(pifu_text_simplify(0x7232), 0x4E3A); /* 爲 为 */
	assert_int_equal(pifu_text_simplify(0x8457), 0x8457); /* 著 of 显著 */
	assert_int_equal(pifu_text_simplify(0x4E00), 0x4E00);
	assert_int_equal(pifu_text_simplify('a'), 'a');
	assert_int_equal(pifu_text_simplify(0x20000), 0x20000);
	unsigned pairs = 0;
	for (uint32_t c = 0; c < 0x110000; c++) {
		uint32_t s = pifu_text_simplify(c);
		assert_int_equal(pifu_text_simplify(s), s);
		assert_int_equal(s != c, pifu_text_traditional(c));
		pairs += s != c;
	}
	assert_true(pairs > 2500);
}

static void test_symbols_are_sorted(void **state)
{
	(void)state;
	static const struct {
		uint32_t from, to;
	} symbols[] = {
#define PIFU_SYMBOL(from, to) {0x##from, 0x##to},
#include "text/symbol.def"
#undef PIFU_SYMBOL
	};
	for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
		assert_true(i == 0 || symbols[i - 1].from < symbols[i].from);
		assert_int_equal(pifu_text_symbol(symbols[i].from), symbols[i].to);
	}
	assert_int_equal(pifu_text_symbol(0), 0);
	assert_int_equal(pifu_text_symbol(0x10FFFF), 0x10FFFF);
}

/* ---- Memory -------------------------------------------------------------- */

struct scarce {
	size_t left;
};

static void *scarce_alloc(void *ctx, size_t size)
{
	struct scarce *s = ctx;
	return s->left && s->left-- ? malloc(size) : NULL;
}

static void *scarce_realloc(void *ctx, void *block, size_t size)
{
	struct scarce *s = ctx;
	return s->left && s->left-- ? realloc(block, size) : NULL;
}

static void scarce_free(void *ctx, void *block)
{
	(void)ctx;
	free(block);
}

static void test_scarce_memory(void **state)
{
	(void)state;
	char raw[2048] = "", *at = raw;
	for (unsigned i = 0; i < 100; i++)
		at += sprintf(at, "㈱維 修%u&ge;", i);
	pifu_status st = PIFU_ERR_NOMEM;
	for (size_t n = 0; st != PIFU_OK; n++) {
		assert_true(n < 100);
		struct scarce scarce = {n};
		pifu_allocator allocator = {scarce_alloc, scarce_realloc, scarce_free, &scarce};
		struct arena *a = pifu_arena_new(&allocator);
		struct normal out;
		if (!a)
			continue;
		st = pifu_text_normalise(a, pifu_str_of(raw), &out, NULL);
		assert_true(st == PIFU_OK || st == PIFU_ERR_NOMEM);
		pifu_arena_free(a);
	}
}

static int setup(void **state)
{
	*state = pifu_arena_new(NULL);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	pifu_arena_free(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_plain_text_is_not_copied),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_map_leads_back),
		cmocka_unit_test(test_laws_on_table),
		cmocka_unit_test(test_laws_on_pieces),
		cmocka_unit_test(test_laws_on_any_characters),
		cmocka_unit_test(test_laws_on_every_character),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_simplify),
		cmocka_unit_test(test_symbols_are_sorted),
		cmocka_unit_test(test_scarce_memory),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
