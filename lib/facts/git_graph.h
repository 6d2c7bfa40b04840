/* git_graph: the commit-graph file that git writes beside a repository's objects (gitformat-commit-graph(5)): parents and dates of
 * commits without reading them.  libgit2 1.5 does not take those of a newer git.  Within lib/facts; knows no libgit2. */
#ifndef DX_FACTS_GIT_GRAPH_H
#define DX_FACTS_GIT_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DX_GRAPH_ID	20	/* bytes of an id: SHA-1 */

struct dx_git_graph;
/* The file objects/info/commit-graph; NULL: there is none that can be used (a chain of several, another hash, a broken one). */
struct dx_git_graph	*dx_git_graph_open(const char *objects);
void	dx_git_graph_close(struct dx_git_graph *g);

/* A commit: its date (s), its generation (more than that of every ancestor; 0: not known) and up to two parents.  False: it is not in the file, or has more, or the file makes no sense there: read
 * the commit itself. */
struct dx_git_links { int64_t date; uint32_t generation; size_t parents; unsigned char parent[2][DX_GRAPH_ID]; };
bool	dx_git_graph_find(const struct dx_git_graph *g, const unsigned char id[static DX_GRAPH_ID], struct dx_git_links *out);

#endif
