/* Messages over a pair of sockets. */
#include "wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static void attach(struct msghdr *message, union control *control, int fd)
{
	memset(control, 0, sizeof *control);
	message->msg_control = control->bytes;
	message->msg_controllen = sizeof control->bytes;
	struct cmsghdr *c = CMSG_FIRSTHDR(message);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof fd);
	memcpy(CMSG_DATA(c), &fd, sizeof fd);
}

/* Drop what has been sent from the front. */
static void advance(struct msghdr *message, size_t n)
{
	while (n > 0 && n >= message->msg_iov->iov_len) {
		n -= message->msg_iov->iov_len;
		message->msg_iov++;
		message->msg_iovlen--;
	}
	if (n > 0) {
		message->msg_iov->iov_base = (char *)message->msg_iov->iov_base + n;
		message->msg_iov->iov_len -= n;
	}
}

bool batch_wire_send(int socket, enum wire_kind kind, const struct iovec *parts, int n, int fd)
{
	struct wire_head head = {.kind = kind};
	struct iovec all[4] = {{&head, sizeof head}};
	struct msghdr message = {.msg_iov = all, .msg_iovlen = (size_t)n + 1};
	union control control;
	size_t left = sizeof head;

	for (int i = 0; i < n; i++) {
		all[i + 1] = parts[i];
		head.size += (uint32_t)parts[i].iov_len;
		left += parts[i].iov_len;
	}
	if (fd >= 0)
		attach(&message, &control, fd);
	while (left > 0) {
		ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return false;
		message.msg_control = NULL;
		message.msg_controllen = 0;
		left -= (size_t)sent;
		advance(&message, (size_t)sent);
	}
	return true;
}

static int descriptor_of(struct msghdr *message)
{
	int fd = -1;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			memcpy(&fd, CMSG_DATA(c), sizeof fd);
	return fd;
}

/* Exactly `size` bytes; a descriptor may come with the first. */
static bool take_bytes(int socket, char *bytes, size_t size, int *fd)
{
	while (size > 0) {
		union control control;
		struct iovec part = {bytes, size};
		struct msghdr message = {.msg_iov = &part,
		                         .msg_iovlen = 1,
		                         .msg_control = control.bytes,
		                         .msg_controllen = sizeof control.bytes};
		ssize_t n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		if (*fd < 0)
			*fd = descriptor_of(&message);
		bytes += n;
		size -= (size_t)n;
	}
	return true;
}

bool batch_wire_take(int socket, struct wire_head *head, struct buffer *b, int *fd)
{
	*fd = -1;
	batch_buffer_clear(b, 1 << 16);
	if (!take_bytes(socket, (char *)head, sizeof *head, fd))
		return false;
	batch_buffer_reserve(b, head->size);
	if (b->failed || !take_bytes(socket, b->s, head->size, fd))
		return false;
	b->n = head->size;
	b->s[b->n] = '\0';
	return true;
}
