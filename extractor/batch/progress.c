/* Progress and summary.
 *
 *     [=========>               ]  38 %  7612 documents  351/s  0:34 left  12 failed
 *
 * How far it is, is told by the bytes of the inputs: that holds for archives, too,
 * whose members nobody has counted. */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"

enum { FAILURES_TOLD = 20, LINE_SECONDS = 10, BAR = 25 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void batch_progress_begin(struct progress *p, const char *how)
{
	struct winsize size;

	p->begun = p->shown = now();
	p->width = 80;
	p->how = isatty(STDERR_FILENO) ? PROGRESS_BAR : PROGRESS_LINES;
	if (how && strcmp(how, "none") == 0)
		p->how = PROGRESS_NONE;
	if (how && strcmp(how, "json") == 0)
		p->how = PROGRESS_JSON;
	if (p->how == PROGRESS_BAR && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		p->width = size.ws_col;
}

/* ---- While it runs ---------------------------------------------------------------------- */

struct state {
	double seconds, share, rate, left; /* share, left under 0: not known */
};

static struct state look(const struct progress *p, const struct totals *t)
{
	struct state s = {.seconds = now() - p->begun, .share = -1, .left = -1};

	s.rate = s.seconds > 0 ? (double)t->documents / s.seconds : 0;
	if (p->bytes)
		s.share = (double)(t->bytes + t->unpacked) / (double)p->bytes;
	if (s.share > 1)
		s.share = 1;
	if (s.share > 0)
		s.left = s.seconds / s.share - s.seconds;
	return s;
}

static void put_left(char *out, size_t size, double left)
{
	unsigned long n = left > 0 ? (unsigned long)(left + 0.5) : 0;

	if (left < 0)
		out[0] = '\0';
	else if (n >= 3600)
		snprintf(out, size, "  %lu:%02lu:%02lu left", n / 3600, n / 60 % 60, n % 60);
	else
		snprintf(out, size, "  %lu:%02lu left", n / 60, n % 60);
}

static void put_state(char *out, size_t size, const struct state *s, const struct totals *t)
{
	char left[40], failed[40] = "", share[16] = "";

	put_left(left, sizeof left, s->left);
	if (s->share >= 0)
		snprintf(share, sizeof share, "%3.0f %%  ", 100 * s->share);
	if (t->failed)
		snprintf(failed, sizeof failed, "  %llu failed", (unsigned long long)t->failed);
	snprintf(out, size, "%s%llu documents  %.0f/s%s%s", share, (unsigned long long)t->documents,
	         s->rate, left, failed);
}

static void show_bar(struct progress *p, const struct totals *t)
{
	struct state s = look(p, t);
	char text[200], bar[BAR + 4] = "";
	int full = s.share > 0 ? (int)(s.share * BAR) : 0;

	put_state(text, sizeof text, &s, t);
	if (p->width > BAR + 4 + (int)strlen(text)) {
		memset(bar, ' ', BAR + 2);
		memset(bar + 1, '=', (size_t)full);
		bar[0] = '[';
		bar[BAR + 1] = ']';
		bar[BAR + 2] = ' ';
	}
	fprintf(stderr, "\r%s%.*s\033[K", bar, p->width - 1 - (int)strlen(bar), text);
	p->open = true;
}

static void show_json(const struct progress *p, const struct totals *t)
{
	struct state s = look(p, t);
	char left[32] = "null";

	if (s.left >= 0)
		snprintf(left, sizeof left, "%.1f", s.left);
	fprintf(stderr,
	        "{\"progress\":{\"documents\":%llu,\"failed\":%llu,\"records\":%llu,\"files\":%llu,"
	        "\"bytes\":%llu,\"bytes_all\":%llu,\"seconds\":%.1f,\"rate\":%.1f,\"left\":%s}}\n",
	        (unsigned long long)t->documents, (unsigned long long)t->failed,
	        (unsigned long long)t->records, (unsigned long long)p->files,
	        (unsigned long long)t->bytes + t->unpacked, (unsigned long long)p->bytes, s.seconds,
	        s.rate, left);
}

static void show_line(const struct progress *p, const struct totals *t)
{
	struct state s = look(p, t);
	char text[200];

	put_state(text, sizeof text, &s, t);
	fprintf(stderr, "pifu: %s\n", text + strspn(text, " "));
}

static void clear_bar(struct progress *p)
{
	if (p->open)
		fputs("\r\033[K", stderr);
	p->open = false;
}

static void show(struct progress *p, const struct totals *t)
{
	static const double every[] = {0, LINE_SECONDS, 0.2, 1};
	double at = now();

	if (p->how == PROGRESS_NONE || at - p->shown < every[p->how])
		return;
	p->shown = at;
	if (p->how == PROGRESS_BAR)
		show_bar(p, t);
	else if (p->how == PROGRESS_JSON)
		show_json(p, t);
	else
		show_line(p, t);
}

static void tell_failure(struct progress *p, const struct outcome *o)
{
	const char *status = pifu_status_name((pifu_status)o->tally.status);

	if (p->how == PROGRESS_JSON || p->how == PROGRESS_NONE || o->tally.unchanged)
		return;
	clear_bar(p);
	if (++p->told <= FAILURES_TOLD)
		fprintf(stderr, "pifu: %s: %s%s%s\n", o->name, status, *o->message ? ": " : "",
		        o->message);
	else if (p->told == FAILURES_TOLD + 1)
		fprintf(stderr, "pifu: further failures are not told here%s%s\n",
		        p->ledger ? ", but in " : "", p->ledger ? p->ledger : "");
}

void batch_progress_watch(void *ctx, const struct totals *t, const struct outcome *o)
{
	struct progress *p = ctx;

	if (o && o->tally.status != PIFU_OK)
		tell_failure(p, o);
	if (!o)
		show(p, t);
}

/* ---- At the end ----------------------------------------------------------------------------- */

static void put_count(struct buffer *b, uint64_t n, const char *one, const char *many)
{
	if (b->n)
		batch_buffer_text(b, ", ");
	batch_buffer_uint(b, n);
	batch_buffer_text(b, " ");
	batch_buffer_text(b, n == 1 ? one : many);
}

static void put_some(struct buffer *b, uint64_t n, const char *what)
{
	if (n)
		put_count(b, n, what, what);
}

static void put_causes(struct buffer *b, const struct totals *t)
{
	const char *comma = ": ";

	for (uint32_t i = 1; i < PIFU_STATUS_COUNT; i++) {
		if (!t->by_status[i])
			continue;
		batch_buffer_text(b, comma);
		batch_buffer_uint(b, t->by_status[i]);
		batch_buffer_text(b, " ");
		batch_buffer_text(b, pifu_status_name((pifu_status)i));
		comma = ", ";
	}
}

static void tell_summary(const struct progress *p, const struct totals *t, const char *end)
{
	struct buffer b = {0};
	double seconds = now() - p->begun;

	put_count(&b, t->documents, "document", "documents");
	put_count(&b, t->forms, "form", "forms");
	put_count(&b, t->records, "record", "records");
	put_some(&b, t->doubtful, "doubtful");
	put_some(&b, t->formless, "without a form");
	put_some(&b, t->duplicates, t->duplicates == 1 ? "duplicate" : "duplicates");
	put_some(&b, t->unchanged, "unchanged");
	put_some(&b, t->repeated, "named twice");
	put_some(&b, t->archives, t->archives == 1 ? "archive" : "archives");
	if (t->failed) {
		put_some(&b, t->failed, "failed");
		put_causes(&b, t);
	}
	if (!b.failed)
		fprintf(stderr, "pifu: %s: %s; %.1f seconds\n", end, b.s, seconds);
	batch_buffer_free(&b);
}

static void put_number(struct buffer *b, const char *key, uint64_t n)
{
	batch_buffer_key(b, key);
	batch_buffer_uint(b, n);
}

static void tell_json(const struct progress *p, const struct totals *t, const char *end)
{
	struct buffer b = {0};
	const char *comma = "";

	batch_buffer_text(&b, "{\"summary\":{\"end\":");
	batch_buffer_json(&b, end);
	put_number(&b, "documents", t->documents);
	put_number(&b, "forms", t->forms);
	put_number(&b, "records", t->records);
	put_number(&b, "doubtful", t->doubtful);
	put_number(&b, "repairs", t->repairs);
	put_number(&b, "formless", t->formless);
	put_number(&b, "duplicates", t->duplicates);
	put_number(&b, "unchanged", t->unchanged);
	put_number(&b, "repeated", t->repeated);
	put_number(&b, "archives", t->archives);
	put_number(&b, "failed", t->failed);
	batch_buffer_text(&b, ",\"causes\":{");
	for (uint32_t i = 1; i < PIFU_STATUS_COUNT; i++) {
		if (!t->by_status[i])
			continue;
		batch_buffer_text(&b, comma);
		batch_buffer_json(&b, pifu_status_name((pifu_status)i));
		batch_buffer_text(&b, ":");
		batch_buffer_uint(&b, t->by_status[i]);
		comma = ",";
	}
	batch_buffer_text(&b, "}");
	put_number(&b, "restarts", t->restarts);
	put_number(&b, "worker_peak", t->worker_peak);
	if (!b.failed)
		fprintf(stderr, "%s,\"seconds\":%.2f}}\n", b.s, now() - p->begun);
	batch_buffer_free(&b);
}

void batch_progress_end(struct progress *p, const struct totals *t, const char *end)
{
	clear_bar(p);
	if (p->how == PROGRESS_JSON)
		tell_json(p, t, end);
	else if (p->how != PROGRESS_NONE)
		tell_summary(p, t, end);
}
