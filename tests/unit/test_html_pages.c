/* Every page of tests/html, MHTML archive and JSON of a converter against the
 * grid that lies beside it (NAME.grid): in one block, in small blocks, with rows
 * given back; pages also as GB18030 and UTF-16.
 * PIFU_ACCEPT=1 writes the .grid files anew; look at the difference. */
#include "test_read_grid.h"

#include <dirent.h>
#include <string.h>
#include <unicode/ucnv.h>

#include "read/formats.h"

static const char folder[] = PIFU_SOURCE_DIR "/tests/html";

struct page {
	char name[256];
	const struct format *format;
	char *bytes, *grid;
	size_t size;
};

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);
	return n >= m && strcmp(s + n - m, end) == 0;
}

static void accept_grid(const char *path, const char *text)
{
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void check_page(const struct page *p, const char *how_named, struct show_how how)
{
	struct shown s = show_grid(p->format, show_input(p->bytes, p->size), how);
	if (s.status != PIFU_OK)
		fail_msg("%s (%s): %s", p->name, how_named, s.err.message);
	if (strcmp(s.text.s, p->grid) != 0)
		fail_msg("%s (%s) differs; now it is\n%s", p->name, how_named, s.text.s);
	pifu_buf_free(&s.text);
}

/* The same text in another encoding must give the same grid. */
static void check_encoding(const struct page *p, const char *encoding)
{
	UErrorCode code = U_ZERO_ERROR;
	int32_t n = ucnv_convert(encoding, "UTF-8", NULL, 0, p->bytes, (int32_t)p->size, &code);
	struct page other = *p;

	code = U_ZERO_ERROR;
	other.bytes = malloc((size_t)n + 1);
	assert_non_null(other.bytes);
	other.size = (size_t)ucnv_convert(encoding, "UTF-8", other.bytes, n + 1, p->bytes,
	                                  (int32_t)p->size, &code);
	assert_true(U_SUCCESS(code));
	check_page(&other, encoding, (struct show_how){0});
	free(other.bytes);
}

static const struct format *format_of(const char *name)
{
	static const struct {
		const char *end;
		const struct format *format;
	} formats[] = {
		{".html", &pifu_format_html},
		{".md", &pifu_format_html},
		{".mht", &pifu_format_mhtml},
		{".json", &pifu_format_json},
	};
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (ends_with(name, formats[i].end))
			return formats[i].format;
	return NULL;
}

/* The format that is chosen by content must be the right one. */
static void check_choice(const struct page *p)
{
	struct input in = show_input(p->bytes, p->size);
	const struct format *chosen = pifu_format_detect(&in, NULL, NULL);

	assert_non_null(chosen);
	if (chosen != p->format)
		fail_msg("%s is taken for %s", p->name, chosen->name);
}

static void load_page(struct page *p, const char *name)
{
	char path[512];
	size_t n;

	snprintf(p->name, sizeof p->name, "%s", name);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	p->bytes = load_file(path, &p->size);
	snprintf(strrchr(path, '.'), 8, ".grid");
	if (getenv("PIFU_ACCEPT")) {
		struct shown s =
			show_grid(p->format, show_input(p->bytes, p->size), (struct show_how){0});
		accept_grid(path, s.text.s);
		pifu_buf_free(&s.text);
	}
	p->grid = load_file(path, &n);
}

static void pages_give_their_grids(void **state)
{
	(void)state;
	DIR *dir = opendir(folder);
	size_t pages = 0;

	assert_non_null(dir);
	for (struct dirent *e; (e = readdir(dir));) {
		struct page p;
		if (!(p.format = format_of(e->d_name)))
			continue;
		load_page(&p, e->d_name);
		check_choice(&p);
		check_page(&p, "one block", (struct show_how){0});
		check_page(&p, "small blocks", (struct show_how){.want = 300});
		check_page(&p, "rows given back",
		           (struct show_how){.want = 300, .give_back = true});
		if (p.format == &pifu_format_html) {
			check_encoding(&p, "GB18030");
			check_encoding(&p, "UTF-16");
		}
		free(p.bytes);
		free(p.grid);
		pages++;
	}
	closedir(dir);
	assert_true(pages >= 18);
}

/* A page that is cut off anywhere keeps all text before the cut. */
static void cut_pages_lose_nothing(void **state)
{
	(void)state;
	size_t n;
	char *bytes = load_file(PIFU_SOURCE_DIR "/tests/html/09-cut-off.md", &n);
	const char *text = strstr(bytes, "验收合格率");

	assert_non_null(text);
	for (size_t cut = (size_t)(text - bytes) + strlen("验收合格率"); cut <= n; cut++) {
		struct shown s =
			show_grid(&pifu_format_html, show_input(bytes, cut), (struct show_how){0});
		assert_int_equal(s.status, PIFU_OK);
		assert_non_null(strstr(s.text.s, "验收合格率"));
		pifu_buf_free(&s.text);
	}
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_give_their_grids),
		cmocka_unit_test(cut_pages_lose_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
