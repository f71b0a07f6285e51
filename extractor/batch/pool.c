/* Starting, feeding, hearing and ending processes. */
#include "pool.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static bool share_page(struct process *p)
{
	void *page;

	if (p->page)
		return true;
	page = mmap(NULL, sizeof *p->page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
	            0);
	if (page == MAP_FAILED)
		return false;
	p->page = page;
	return true;
}

static _Noreturn void live(const struct child_settings *s, struct process *p, int socket,
                           int parent, bool unpacker)
{
	int fd = batch_child_settle(socket, s->memory, parent);

	if (unpacker)
		batch_child_unpack(s, fd);
	batch_child_work(s, fd, p->page);
}

bool batch_process_start(struct process *p, const struct child_settings *s, bool unpacker)
{
	int ends[2], parent = (int)getpid(), room = 4 << 20;

	p->n = 0;
	p->have = 0;
	if (!share_page(p) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	memset(p->page, 0, sizeof *p->page);
	setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room); /* as much as is allowed */
	p->pid = fork();
	if (p->pid == 0)
		live(s, p, ends[1], parent, unpacker);
	close(ends[1]);
	p->socket = ends[0];
	if (p->pid > 0)
		return true;
	close(ends[0]);
	p->pid = 0;
	return false;
}

void batch_process_stop(struct process *p)
{
	if (p->pid)
		kill(p->pid, SIGKILL);
}

int batch_process_end(struct process *p, uint64_t *peak)
{
	struct rusage usage = {0};
	int status = 0;

	if (!p->pid)
		return 0;
	close(p->socket);
	kill(p->pid, SIGKILL);
	while (wait4(p->pid, &status, 0, &usage) < 0 && errno == EINTR)
		;
	p->pid = 0;
	if (peak && (uint64_t)usage.ru_maxrss * 1024 > *peak)
		*peak = (uint64_t)usage.ru_maxrss * 1024;
	return status;
}

void batch_process_free(struct process *p)
{
	batch_process_end(p, NULL);
	if (p->page)
		munmap(p->page, sizeof *p->page);
	batch_buffer_free(&p->end);
	*p = (struct process){0};
}

/* ---- Documents out ------------------------------------------------------------------------- */

bool batch_process_send(struct process *p, struct document *d)
{
	struct wire_job job = {0};
	struct iovec parts[] = {{&job, sizeof job}, {d->name, strlen(d->name) + 1}};

	if (d->is_known)
		memcpy(job.known, d->known.sha256, sizeof job.known);
	if (!batch_wire_send(p->socket, WIRE_JOB, parts, 2, d->fd))
		return false;
	d->state = DOCUMENT_SENT;
	p->jobs[p->n++] = d;
	return true;
}

struct document *batch_process_first(struct process *p)
{
	struct document *d = p->jobs[0];

	p->n--;
	memmove(p->jobs, p->jobs + 1, p->n * sizeof *p->jobs);
	return d;
}

/* ---- Answers in ------------------------------------------------------------------------------- */

static void take_end(struct process *p, struct line *done)
{
	struct document *d = batch_process_first(p);
	struct wire_end end;

	memcpy(&end, p->end.s, sizeof end);
	d->tally = end.tally;
	d->crc = end.crc;
	memcpy(d->sha256, end.sha256, sizeof d->sha256);
	if (p->end.n > sizeof end + 1)
		d->message = strdup(p->end.s + sizeof end);
	batch_line_add(done, d);
}

static struct buffer *place_of(struct process *p)
{
	switch (p->head.kind) {
	case WIRE_RECORDS:
		return &p->jobs[0]->records;
	case WIRE_LINE:
		return &p->jobs[0]->line;
	default:
		return &p->end;
	}
}

/* The next bytes of the message: its head first. Returns how many were used. */
static size_t take_some(struct process *p, struct line *done, const char *bytes, size_t n)
{
	size_t whole = sizeof p->head + (p->have < sizeof p->head ? 0 : p->head.size);
	size_t used = whole - p->have < n ? whole - p->have : n;

	if (p->have < sizeof p->head) {
		memcpy((char *)&p->head + p->have, bytes, used);
		p->have += used;
		if (p->have == sizeof p->head && p->head.kind == WIRE_END)
			batch_buffer_clear(&p->end, SIZE_MAX);
		return used;
	}
	batch_buffer_put(place_of(p), bytes, used);
	p->have += used;
	if (p->have < whole)
		return used;
	p->have = 0;
	if (p->head.kind == WIRE_END && !p->end.failed)
		take_end(p, done);
	return used;
}

bool batch_process_take(struct process *p, struct line *done, char *scratch, size_t size)
{
	ssize_t n = recv(p->socket, scratch, size, MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	for (size_t at = 0; at < (size_t)n;) {
		if (p->n == 0)
			return false; /* it answers what nobody asked */
		at += take_some(p, done, scratch + at, (size_t)n - at);
	}
	return n > 0;
}
