/* The channel between parent and child, and the bounds both keep. */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "rule/inner.h"

#define MIB	((uint64_t)1 << 20)

struct dx_budget
dx_budget_run(uint64_t document)
{
	int64_t cpu = 1000 + (int64_t)(document * 200 / MIB);

	return (struct dx_budget){ cpu, 2 * cpu, 512 * MIB + 24 * document };
}

/* Far over what jq 1.6 needs for its builtins and for programs of this size on a busy machine; 20 s at most. */
struct dx_budget
dx_budget_compile(uint64_t programs)
{
	int64_t cpu = programs < MIB ? 5000 + (int64_t)(programs * 15000 / MIB) : 20000;

	return (struct dx_budget){ cpu, 2 * cpu, 512 * MIB };
}

/* Whether there was an event before the deadline; ends of the channel are events. */
static bool
wait_for(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;

	for (;;) {
		left = deadline - dx_clock_mono_ms();
		if (left <= 0)
			return false;
		if (poll(&p, 1, left < 60000 ? (int)left : 60000) > 0)
			return true;
	}
}

/* The child answers only after it has read a whole run, so sending first and receiving then cannot lock up. */
enum dx_wire
dx_wire_send(int fd, const void *bytes, size_t n, int64_t deadline)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (k > 0) {
			p += k;
			n -= (size_t)k;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			if (!wait_for(fd, POLLOUT, deadline))
				return DX_WIRE_LATE;
		} else if (errno != EINTR) {
			return DX_WIRE_LOST;
		}
	}
	return DX_WIRE_OK;
}

enum dx_wire
dx_wire_recv(int fd, void *bytes, size_t n, int64_t deadline)
{
	char *p = bytes;

	while (n > 0) {
		ssize_t k = recv(fd, p, n, MSG_DONTWAIT);

		if (k > 0) {
			p += k;
			n -= (size_t)k;
		} else if (k == 0) {
			return DX_WIRE_LOST;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			if (!wait_for(fd, POLLIN, deadline))
				return DX_WIRE_LATE;
		} else if (errno != EINTR) {
			return DX_WIRE_LOST;
		}
	}
	return DX_WIRE_OK;
}

bool
dx_wire_read(int fd, void *bytes, size_t n)
{
	char *p = bytes;

	while (n > 0) {
		ssize_t k = recv(fd, p, n, 0);

		if (k == 0 || (k < 0 && errno != EINTR))
			return false;
		if (k > 0) {
			p += k;
			n -= (size_t)k;
		}
	}
	return true;
}

bool
dx_wire_write(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k < 0 && errno != EINTR)
			return false;
		if (k > 0) {
			p += k;
			n -= (size_t)k;
		}
	}
	return true;
}
