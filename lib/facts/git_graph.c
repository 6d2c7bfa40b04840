#include "facts/git_graph.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"

#define HEADER		8
#define CHUNK		12		/* of the table: a name and an offset */
#define FANOUT		((size_t)256 * 4)
#define ROW		((size_t)DX_GRAPH_ID + 16)	/* tree, two parents, generation and date */
#define NO_PARENT	0x70000000u
#define GENERATION_MAX	0x3FFFFFFFu	/* this or more */
#define MANY_PARENTS	0x80000000u	/* the second one and more stand elsewhere */

struct dx_git_graph {
	const unsigned char	*bytes;
	size_t			 size;
	const unsigned char	*fanout, *ids, *rows;
	uint32_t		 count;
};

static uint32_t
u32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint64_t
u64(const unsigned char *p)
{
	return (uint64_t)u32(p) << 32 | u32(p + 4);
}

/* The bytes of a chunk, at least `need`; NULL: not there. */
static const unsigned char *
chunk(const struct dx_git_graph *g, const char name[static 4], size_t need)
{
	size_t n = g->bytes[6];

	for (size_t i = 0; i < n; i++) {
		const unsigned char *line = g->bytes + HEADER + i * CHUNK;
		uint64_t at = u64(line + 4), end = u64(line + CHUNK + 4);

		if (memcmp(line, name, 4) == 0)
			return at <= end && end <= g->size && end - at >= need ? g->bytes + at : NULL;
	}
	return NULL;
}

static bool
read_header(struct dx_git_graph *g)
{
	/* signature, version 1, SHA-1, no file below this one */
	if (g->size < HEADER || memcmp(g->bytes, "CGPH\1\1", 6) != 0 || g->bytes[7] != 0 ||
	    g->size < HEADER + ((size_t)g->bytes[6] + 1) * CHUNK)
		return false;
	g->fanout = chunk(g, "OIDF", FANOUT);
	if (g->fanout == NULL)
		return false;
	g->count = u32(g->fanout + 255 * 4);
	g->ids = chunk(g, "OIDL", (size_t)g->count * DX_GRAPH_ID);
	g->rows = chunk(g, "CDAT", (size_t)g->count * ROW);
	return g->ids != NULL && g->rows != NULL && g->count < NO_PARENT;
}

struct dx_git_graph *
dx_git_graph_open(const char *objects)
{
	struct dx_git_graph *g = dx_alloc(sizeof(*g));
	struct dx_buf path = { 0 };
	struct stat st;
	void *map = MAP_FAILED;
	int fd;

	memset(g, 0, sizeof(*g));
	dx_buf_printf(&path, "%s/info/commit-graph", objects);
	fd = open(path.data, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	dx_buf_release(&path);
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
		g->size = (size_t)st.st_size;
		map = mmap(NULL, g->size, PROT_READ, MAP_PRIVATE, fd, 0);
	}
	if (fd >= 0)
		close(fd);
	if (map != MAP_FAILED) {
		g->bytes = map;
		if (read_header(g))
			return g;
	}
	dx_git_graph_close(g);
	return NULL;
}

void
dx_git_graph_close(struct dx_git_graph *g)
{
	union { const unsigned char *read; void *map; } u;

	if (g == NULL)
		return;
	u.read = g->bytes;
	if (u.map != NULL)
		munmap(u.map, g->size);
	free(g);
}

static bool
parent(const struct dx_git_graph *g, uint32_t position, struct dx_git_links *out)
{
	if (position == NO_PARENT)
		return true;
	if (position >= g->count)
		return false;
	memcpy(out->parent[out->parents++], g->ids + (size_t)position * DX_GRAPH_ID, DX_GRAPH_ID);
	return true;
}

bool
dx_git_graph_find(const struct dx_git_graph *g, const unsigned char id[static DX_GRAPH_ID], struct dx_git_links *out)
{
	uint32_t low = id[0] == 0 ? 0 : u32(g->fanout + ((size_t)id[0] - 1) * 4), high = u32(g->fanout + (size_t)id[0] * 4);
	const unsigned char *row;

	if (low > high || high > g->count)
		return false;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = memcmp(id, g->ids + (size_t)middle * DX_GRAPH_ID, DX_GRAPH_ID);

		if (order == 0) {
			row = g->rows + (size_t)middle * ROW + DX_GRAPH_ID;
			out->parents = 0;
			out->generation = u32(row + 8) >> 2;
			out->generation = out->generation < GENERATION_MAX ? out->generation : 0;
			out->date = (int64_t)(u64(row + 8) & ((UINT64_C(1) << 34) - 1));
			return (u32(row + 4) & MANY_PARENTS) == 0 && parent(g, u32(row), out) && parent(g, u32(row + 4), out);
		}
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}
