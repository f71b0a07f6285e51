/* A drafted family as YAML that explains itself.
 *
 *     # what was seen, column by column      for whoever corrects it
 *     name, title, extends: common
 *     recognise: the title's own words
 *     patterns:  title, where no family's titles look like it
 *     columns:   headers nobody knew, by role
 *     levels:    labels nobody knew, with what they stand under */
#include "grammar/draft.h"
#include "stage/classify.h"

enum { GUESS = 60, LABELS = 40, LABEL_CHARS = 20, PARENTS = 4, SHOWN = 60 };

static const char *const look_names[LOOK_COUNT] = {
#define PIFU_LOOK(id, plural) [LOOK_##id] = plural,
#include "grammar/looks.def"
#undef PIFU_LOOK
};

/* ---- Texts ------------------------------------------------------------------ */

/* Characters that YAML cannot hold or takes for the end of a line. */
static uint32_t printable(uint32_t c)
{
	if (c < 0x20 || c == 0x85 || c == 0x2028 || c == 0x2029)
		return ' ';
	bool never = (c >= 0x7f && c < 0xa0) || (c >= 0xd800 && c < 0xe000) || c == 0xfeff ||
	             c == 0xfffe || c == 0xffff;
	return never ? 0xfffd : c;
}

static void put_text(struct buf *out, struct str text, bool quoted)
{
	char bytes[4];
	for (uint32_t i = 0; i < text.n;) {
		uint32_t c = printable(pifu_utf8_next(text, &i));
		pifu_buf_put(out, bytes, pifu_utf8_put(bytes, c));
		if (quoted && c == '\'')
			pifu_buf_char(out, '\'');
	}
}

void pifu_draft_quote(struct buf *out, struct str text)
{
	pifu_buf_char(out, '\'');
	put_text(out, text, true);
	pifu_buf_char(out, '\'');
}

void pifu_draft_line(struct buf *out, struct str text)
{
	put_text(out, text, false);
}

static void put(struct draft *d, const char *text)
{
	pifu_buf_str(&d->out, pifu_str_of(text));
}

static const struct token *header_of(const struct draft *d, size_t i)
{
	return &d->doc->tokens[d->columns[i].token];
}

/* ---- What was seen ------------------------------------------------------------- */

static void put_looks(struct draft *d, const struct draft_column *c)
{
	pifu_buf_fmt(&d->out, "%u cell%s", c->cells, c->cells == 1 ? "" : "s");
	for (size_t i = 0; i < LOOK_COUNT; i++)
		if (c->looks[i])
			pifu_buf_fmt(&d->out, ", %u %% %s",
			             (c->looks[i] * 100 + c->cells / 2) / c->cells, look_names[i]);
	if (c->cells > 1 && c->looks[LOOK_NUMBER] == c->cells)
		pifu_buf_fmt(&d->out, " (sum %lld.%02d)", (long long)(c->sum / 100),
		             (int)(c->sum % 100));
	if (c->distinct < c->cells)
		pifu_buf_fmt(&d->out, ", %u different", c->distinct);
}

static void put_seen(struct draft *d, size_t i)
{
	const struct draft_column *c = &d->columns[i];
	put(d, "#   ");
	pifu_draft_line(&d->out, header_of(d, i)->text);
	pifu_buf_fmt(&d->out, " -> %s", pifu_draft_role_key(c->role));
	put(d, c->known ? " (known): " : c->score < GUESS ? " (a guess): " : ": ");
	put_looks(d, c);
	put(d, "\n");
}

static bool has_role(const struct draft *d, uint8_t role)
{
	for (size_t i = 0; i < d->ncolumns; i++)
		if (d->columns[i].role == role)
			return true;
	return false;
}

static bool knows_all(const struct draft *d)
{
	for (size_t i = 0; i < d->ncolumns; i++)
		if (!d->columns[i].known)
			return false;
	return d->recognised;
}

static void put_lacks(struct draft *d)
{
	if (knows_all(d))
		put(d, "# Nothing is unknown about this form: pifu extract reads it as it is. A "
		       "family of its own\n"
		       "# is worth while only where its records come out wrong.\n");
	if (!has_role(d, ROLE_NAME))
		put(d, "# No column looks like the indicator's name; without one the table is not "
		       "found.\n");
	if (!has_role(d, ROLE_TARGET))
		put(d, "# No column looks like the target.\n");
	if (d->title == PIFU_NONE)
		put(d, "# No title stands above the table: it is recognised by its columns alone, "
		       "and so\n"
		       "# may other forms be. A clue {title: ...} is surer.\n");
}

static void put_preface(struct draft *d)
{
	const char *slash = strrchr(d->doc->file.s, '/');
	put(d, "# A draft, made from ");
	pifu_draft_line(&d->out, pifu_str_of(slash ? slash + 1 : d->doc->file.s));
	put(d, ". Correct it by hand:\n"
	       "#   1. Look at the columns below: is each what the draft takes it for? A header "
	       "moves\n"
	       "#      to another role by moving it under `columns`.\n"
	       "#   2. Look at the clues under `recognise`: they should fit forms of this kind "
	       "alone.\n"
	       "#   3. Look at what the sample expects: it is what the draft reads, right or "
	       "wrong.\n");
	put(d, "#   4. Save this beside common.yaml as ");
	pifu_buf_str(&d->out, d->name);
	put(d, ".yaml; pifu grammar check ");
	pifu_buf_str(&d->out, d->name);
	put(d,
	    "\n#\n# Columns, from the left: role, and what the cells below the header look like\n");
	for (size_t i = 0; i < d->ncolumns; i++)
		put_seen(d, i);
	put_lacks(d);
}

/* ---- Title and clues -------------------------------------------------------------- */

/* A title as it is told: without a heading's mark. */
static struct str title_text(const struct token *t)
{
	return t->flags & TEXT_MARK ? t->key : t->text;
}

/* Where the title's own words begin: behind a year, and behind a place or an office. */
static uint32_t skip_owner(struct str key)
{
	static const struct str owners[] = {{"年度", 6}, {"年", 3}, /* the longer first */
	                                    {"县", 3},   {"市", 3}, {"区", 3},   {"局", 3},
	                                    {"厅", 3},   {"委", 3}, {"院", 3},   {"校", 3},
	                                    {"镇", 3},   {"乡", 3}, {"街道", 6}, {"中心", 6}};
	enum { REST = 12 };
	uint32_t from = 0;
	for (uint32_t at = 0; at + REST < key.n; pifu_utf8_next(key, &at)) {
		struct str rest = pifu_str_sub(key, at, key.n);
		size_t i = 0;
		while (i < sizeof owners / sizeof *owners && !pifu_str_starts(rest, owners[i]))
			i++;
		if (i < sizeof owners / sizeof *owners && at + owners[i].n + REST <= key.n)
			from = at + owners[i].n;
	}
	return from;
}

static bool is_letter(uint32_t c)
{
	return (c >= 0x4e00 && c < 0xa000) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The run of letters that the title ends in, brackets apart. */
static struct str title_words(struct str key)
{
	uint32_t from = skip_owner(key), to = from;
	for (uint32_t at = from; at < key.n;) {
		uint32_t start = at, c = pifu_utf8_next(key, &at);
		if (c == '(')
			break;
		if (!is_letter(c))
			from = at;
		else if (start < from)
			from = start;
		to = at;
	}
	return from < to ? pifu_str_sub(key, from, to) : STR_NONE;
}

static void put_column_clues(struct draft *d)
{
	put(d, "recognise:\n");
	for (size_t i = 0; i < d->ncolumns; i++) {
		bool repeated = false;
		for (size_t k = 0; k < i; k++)
			repeated |= d->columns[k].role == d->columns[i].role;
		if (!repeated && d->columns[i].role != ROLE_OTHER)
			pifu_buf_fmt(&d->out, "  - {column: %s, score: 6}\n",
			             pifu_draft_role_key(d->columns[i].role));
	}
	put(d, "\n");
}

static void put_clues(struct draft *d)
{
	const struct pifu_doc *doc = d->doc;
	struct str words =
		d->title == PIFU_NONE ? STR_NONE : title_words(doc->tokens[d->title].key);
	if (words.n < 6) {
		put_column_clues(d);
		return;
	}
	if (d->contested)
		put(d, "# Another family claims forms with such a title. Make the pattern tell "
		       "them apart;\n"
		       "# until then the score takes all of them for this family.\n");
	put(d, "recognise:\n  - {title: ");
	pifu_draft_quote(&d->out, words);
	pifu_buf_fmt(&d->out, ", score: %d}\n\n", d->contested ? 400 : 100);
	const struct rule *known = doc->grammars->common->title_rule;
	if (known &&
	    pifu_rule_match(known, doc->matcher, doc->tokens[d->title].key, 0, NULL, 0, NULL) == 1)
		return;
	put(d, "# No family's titles look like this one.\npatterns:\n  title: '^.{0,60}");
	put_text(&d->out, words, true);
	put(d, "(?:\\(.{0,24}\\))?$'\n\n");
}

/* ---- Columns ------------------------------------------------------------------------ */

static bool is_proposed(const struct draft *d, size_t i)
{
	return !d->columns[i].known && header_of(d, i)->key.n > 0;
}

static bool is_listed(const struct draft *d, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (is_proposed(d, i) && d->columns[i].role == d->columns[at].role)
			return true;
	return false;
}

static void put_headers(struct draft *d, uint8_t role)
{
	const char *before = "";
	pifu_buf_fmt(&d->out, "  %s: [", pifu_draft_role_key(role));
	for (size_t i = 0; i < d->ncolumns; i++) {
		if (!is_proposed(d, i) || d->columns[i].role != role)
			continue;
		put(d, before);
		pifu_draft_quote(&d->out, header_of(d, i)->text);
		before = ", ";
	}
	put(d, "]\n");
}

static void put_columns(struct draft *d)
{
	bool any = false;
	for (size_t i = 0; i < d->ncolumns; i++) {
		if (!is_proposed(d, i) || is_listed(d, i))
			continue;
		if (!any)
			put(d, "# Headers that no family knew.\ncolumns:\n");
		any = true;
		put_headers(d, d->columns[i].role);
	}
	put(d, any ? "\n" : "# Every header is known already.\n\n");
}

/* ---- Levels -------------------------------------------------------------------------- */

struct label_word {
	struct str text;
	bool known;
	struct str parents[PARENTS];
	size_t nparents;
};

struct label_words {
	struct label_word items[LABELS];
	size_t n;
};

static void add_parent(struct label_word *w, struct str parent)
{
	for (size_t i = 0; i < w->nparents; i++)
		if (pifu_str_eq(w->parents[i], parent))
			return;
	if (parent.s && w->nparents < PARENTS)
		w->parents[w->nparents++] = parent;
}

static void add_word(struct label_words *words, struct str text, bool known, struct str parent)
{
	size_t i = 0;
	while (i < words->n && !pifu_str_eq(words->items[i].text, text))
		i++;
	if (i == LABELS || pifu_utf8_count(text) > LABEL_CHARS)
		return;
	if (i == words->n)
		words->items[words->n++] = (struct label_word){.text = text, .known = known};
	add_parent(&words->items[i], parent);
}

/* What a label is called: by the vocabulary, or as it stands there. */
static struct str label_name(const struct pifu_doc *doc, const struct token *t, unsigned level,
                             bool *known)
{
	const struct meaning *m;
	*known = pifu_token_means(t, MEANING_LABEL, &m) &&
	         doc->grammars->common->labels[m->id].level == level;
	return *known ? doc->grammars->common->labels[m->id].text : t->text;
}

static const struct draft_column *column_with(const struct draft *d, uint8_t role)
{
	for (size_t i = 0; i < d->ncolumns; i++)
		if (d->columns[i].role == role)
			return &d->columns[i];
	return NULL;
}

static void gather_labels(const struct draft *d, struct label_words *first,
                          struct label_words *second)
{
	const struct pifu_doc *doc = d->doc;
	const struct draft_column *one = column_with(d, ROLE_LEVEL1),
				  *two = column_with(d, ROLE_LEVEL2);
	struct str parent = STR_NONE;
	bool known;
	for (uint32_t i = doc->row_token[d->header_end]; i < doc->row_token[d->end]; i++) {
		const struct token *t = &doc->tokens[i];
		if (doc->row_kind[t->row] != ROW_TEXT && doc->row_kind[t->row] != ROW_DATA)
			continue;
		if (one && t->col == one->col) {
			parent = label_name(doc, t, 1, &known);
			add_word(first, parent, known, STR_NONE);
		} else if (two && t->col == two->col) {
			struct str text = label_name(doc, t, 2, &known);
			add_word(second, text, known, parent);
		}
	}
}

static void put_parents(struct draft *d, const struct label_word *w)
{
	size_t from = 0;
	if (!w->known && w->nparents > 0) {
		put(d, ", under: ");
		pifu_draft_quote(&d->out, w->parents[from++]);
	}
	for (size_t i = from; i < w->nparents; i++) {
		put(d, i == from ? ", also_under: [" : ", ");
		pifu_draft_quote(&d->out, w->parents[i]);
	}
	put(d, from < w->nparents ? "]}\n" : "}\n");
}

static void put_labels(struct draft *d, const char *level, const struct label_words *words,
                       bool known_too)
{
	bool any = false;
	for (size_t i = 0; i < words->n; i++) {
		const struct label_word *w = &words->items[i];
		if (w->known && !known_too)
			continue;
		if (!any)
			pifu_buf_fmt(&d->out, "  %s:\n", level);
		any = true;
		put(d, "    - {label: ");
		pifu_draft_quote(&d->out, w->text);
		put_parents(d, w);
	}
}

static void put_levels(struct draft *d)
{
	const struct draft_column *one = column_with(d, ROLE_LEVEL1),
				  *two = column_with(d, ROLE_LEVEL2);
	bool first = one && one->level_words, second = two && two->level_words;
	struct label_words words[2] = {{.n = 0}, {.n = 0}};
	if (!first && !second)
		return;
	gather_labels(d, &words[0], &words[1]);
	put(d, "# Labels that no vocabulary has. Leave those that are none.\nlevels:\n");
	if (first)
		put_labels(d, "level1", &words[0], false);
	if (two)
		put_labels(d, "level2", &words[1], first);
	put(d, "\n");
}

void pifu_draft_write(struct draft *d)
{
	put_preface(d);
	put(d, "name: ");
	pifu_buf_str(&d->out, d->name);
	put(d, "\ntitle: ");
	struct str title =
		d->title == PIFU_NONE ? STR("未命名的表") : title_text(&d->doc->tokens[d->title]);
	pifu_draft_quote(&d->out, title);
	put(d, "\nextends: common\n\n");
	put_clues(d);
	put_columns(d);
	put_levels(d);
}
