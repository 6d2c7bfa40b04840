/* read: artifacts of other tools as documents that rules can see (evidence page 2.3): JSON, Markdown, text, Cobertura, JUnit, TAP,
 * CSV, YAML, DSSE.  Home of expat and libyaml.  Knows no contract and no verdict. */
#ifndef DX_READ_READ_H
#define DX_READ_READ_H

#include "base/err.h"
#include "crypt/digest.h"
#include "json/json.h"
#include "tree/tree.h"

enum dx_media {
	DX_MEDIA_JSON, DX_MEDIA_KV_MD, DX_MEDIA_TABLE_MD, DX_MEDIA_TEXT, DX_MEDIA_COBERTURA, DX_MEDIA_JUNIT, DX_MEDIA_TAP,
	DX_MEDIA_CSV, DX_MEDIA_YAML, DX_MEDIA_DSSE, DX_MEDIA_BYTES,	/* {"sha256", "bytes"} of any file */
	DX_MEDIA_SCAN,		/* no file: lines found in a tree (contract/scan) */
	DX_MEDIA_PACKET		/* no file: a finance packet made anew (packet/finance) */
};
extern const char *const dx_media_names[];	/* "json", "kv-md", ... in that order, NULL at the end */

#define DX_READ_MAX	(16u << 20)	/* bytes of an artifact */
#define DX_READ_MAX_XML	(256u << 20)	/* of an XML one, which is streamed */
#define DX_READ_MAX_ANY	(UINT64_C(16) << 30)	/* of one of which only the digest is taken */

struct dx_spot_place { unsigned line, column; };	/* from 1 */

/* An artifact as read. `root` is what rules see (2.3's table; for json any value).  A node's `offset` is that of its first byte in
 * `text`, or an index of `places` where that is not NULL; DX_JSON_NOWHERE: the container's. */
struct dx_doc {
	enum dx_media		 media;
	struct dx_json		 root;
	char			*text;		/* the raw bytes (json: string ends may be NUL); NULL when streamed */
	size_t			 len;
	struct dx_spot_place	*places;
	size_t			 place_count;
	struct dx_sha256	 sha256;	/* of the raw bytes */
	uint64_t		 bytes;
	bool			 whole;		/* sha256 and bytes are those of the whole file, also when it was refused */
	unsigned		 line, column;	/* where reading failed; 0: unknown */
};

/* Documents, beyond what the table of 2.3 says of each media:
 *   cobertura  timestamp and line_rate as written (a JSON number, else text), absent when the report states none; of a file also, where
 *              there is a tree, the booleans exists (a regular file is there), ambiguous (two source roots have it), outside (the name,
 *              or a link, leads out of the root); path is the name as written when it does not exist
 *   junit      also flaky, mismatch (some stated total is not that of the elements), problems, timestamp (the first that is stated); a
 *              test also classname, flaky (true), where they are; failed counts errors too
 *   tap        also todo, unexpected (passed though TODO: counted under passed), problems; a test also unexpected (true); suite is ""
 *   problems   [{code, line, detail}], at most 256: junit_count_mismatch; tap_no_plan, tap_plan_mismatch, tap_sequence, tap_bail_out
 *   dsse       an entry also verified (the statement that gh says it verified) and certificate (verificationResult.signature.
 *              certificate); no entries member when the file is neither a list nor an object with members
 *   bytes      {"sha256", "bytes"} */

/* Reads fd to its end (the caller closes it).  Memory is the arena's.  A file that is not what it should be fails with the reason
 * of the file rule and out->line, ->column set where known; sha256 and bytes are set as far as read:
 *   json, dsse: json_syntax (also empty, bad UTF-8, too deep, lone surrogates, NUL), json_duplicate_key, json_number_range
 *   others: media_syntax; XML with a DTD, an entity declaration or over 64 levels: xml_rejected (malformed: media_syntax)
 *   any: media_too_large.  A read error is file_unreadable, an absent parser library_unavailable.
 * A UTF-8 byte order mark is media_syntax/json_syntax but in XML, where it is legal.  More than the reader keeps of one file (2^19 tests,
 * 2^18 files, 8 M lines, 4 M cells, 1 M YAML values or Markdown fields) is media_too_large.  tree may be NULL; cobertura needs it to
 * resolve source paths (4.2).  An XML file that is refused is read on for its digest.  scan and packet have no file: a bug. */
int	dx_read_fd(enum dx_media media, int fd, const char *name, struct dx_tree *tree, struct dx_arena *a, struct dx_doc *out,
	    struct dx_err *err);
/* The same of bytes in memory (len bytes, copied). */
int	dx_read_bytes(enum dx_media media, const char *bytes, size_t len, const char *name, struct dx_tree *tree, struct dx_arena *a,
	    struct dx_doc *out, struct dx_err *err);
/* Line and column of an offset of a node of that document (a walk over the text; sort many with dx_json_places). */
struct dx_spot_place	dx_doc_place(const struct dx_doc *d, uint32_t offset);

/* What the first bytes say: json `{`, XML by its root element (cobertura `coverage`, junit `testsuites`/`testsuite`), tap, zip `PK`.
 * Needs no more than 4 KiB (more blanks or comments than that before a root element: unknown). */
enum dx_look { DX_LOOK_UNKNOWN, DX_LOOK_JSON, DX_LOOK_COBERTURA, DX_LOOK_JUNIT, DX_LOOK_TAP, DX_LOOK_ZIP };
enum dx_look	dx_read_look(const char *bytes, size_t len);

#endif
