/* Two questions to the API of the host: the repository, and how its main branch is protected. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/text.h"
#include "check/rc.h"
#include "check/repo_settings.h"
#include "net/http.h"
#include "op/settings_inner.h"

#define API		"https://api.github.com"
#define TOKEN_MAX	4096

/* --- the token --- */

static int
check_token(struct dx_buf *text, const char *path, struct dx_err *err)
{
	while (text->len > 0 && (text->data[text->len - 1] == '\n' || text->data[text->len - 1] == '\r'))
		text->data[--text->len] = '\0';
	for (size_t i = 0; i < text->len; i++)
		if (text->data[i] < 0x21 || text->data[i] > 0x7e)
			return dx_err_set(err, DX_R_KEY_INVALID, "%s holds more than a token", path);
	return text->len > 0 ? 0 : dx_err_set(err, DX_R_KEY_INVALID, "%s holds no token", path);
}

/* A file that nobody else may read. */
static int
read_token(const char *path, struct dx_buf *out, struct dx_err *err)
{
	struct stat st;
	int fd, rc;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return dx_err_sys(err, DX_R_FILE_UNREADABLE, errno, "%s: cannot open", path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		rc = dx_err_set(err, DX_R_FILE_UNREADABLE, "%s is no regular file", path);
	else if ((st.st_mode & 077) != 0)
		rc = dx_err_set(err, DX_R_KEY_FILE_PERMISSIONS, "%s: others may use this token (mode %04o): chmod 600 it", path,
		    (unsigned)(st.st_mode & 07777));
	else
		rc = dx_fd_read(fd, path, TOKEN_MAX, DX_R_KEY_INVALID, out, err);
	(void)close(fd);
	return rc == 0 ? check_token(out, path, err) : -1;
}

static void
forget(struct dx_buf *token)
{
	if (token->data != NULL)
		explicit_bzero(token->data, token->cap);
	dx_buf_release(token);
}

/* --- questions --- */

struct asking {
	const struct dx_settings_fetch *f;
	const char		*token;		/* NULL: none */
	int64_t			 end;		/* dx_clock_mono_ms */
	struct dx_arena		*a;
	struct dx_settings_parts parts;
};

/* Asks for a path; *doc is null where the answer is no JSON object. */
static int
ask(struct asking *q, const char *path, struct dx_http_said *said, struct dx_json *doc, struct dx_err *err)
{
	static const char *const version[] = { "X-GitHub-Api-Version: 2022-11-28" };
	const char *api = q->f->api != NULL ? q->f->api : API;
	size_t n = strlen(api);
	struct dx_http_get get = { .accept = "application/vnd.github+json", .header = version, .header_count = 1, .token = q->token,
	    .ca_file = q->f->ca_file, .timeout_ms = q->end - dx_clock_mono_ms(), .max = DX_SETTINGS_MAX };
	struct dx_buf body = { 0 };
	struct dx_err why = { 0 };
	char *text;
	int rc;

	while (n > 0 && api[n - 1] == '/')
		n--;
	get.url = dx_arena_printf(q->a, "%.*s/repos/%s%s", (int)n, api, q->f->repository, path);
	*doc = dx_json_null();
	rc = dx_http_get(&get, said, &body, err);
	text = dx_arena_dup(q->a, body.data != NULL ? body.data : "", body.len);
	if (rc == 0 && (dx_json_parse(q->a, text, body.len, DX_JSON_OURS, doc, &why) != 0 || doc->type != DX_JSON_OBJECT)) {
		*doc = dx_json_null();
		if (said->status == 200)
			rc = dx_err_set(err, DX_R_HTTP_FAILED, "the answer is no JSON object: %s", why.text);
	}
	if (rc != 0)
		(void)dx_err_in(err, "%s%s", q->f->repository, path);
	dx_buf_release(&body);
	return rc;
}

/* A refusal because too much was asked, which says nothing about what may be read. */
static bool
throttled(const struct dx_http_said *said, const struct dx_json *doc)
{
	const char *message = dx_json_get_str(doc, "message");

	return said->status == 429 || (said->status == 403 && (said->retry_after_s > 0 ||
	    (message != NULL && strcasestr(message, "rate limit") != NULL)));
}

static int
refused(const struct asking *q, const char *path, const struct dx_http_said *said, const struct dx_json *doc, struct dx_err *err)
{
	if (throttled(said, doc))
		(void)dx_err_set(err, DX_R_HTTP_FAILED, "too much was asked (status %ld), try again after %lld s", said->status,
		    (long long)said->retry_after_s);
	else
		(void)dx_err_set(err, DX_R_HTTP_FAILED, "the answer has status %ld%s", said->status,
		    said->status == 401 ? ": the token is not accepted" : said->status == 404 ? ": not there, or not for this token" : "");
	return dx_err_in(err, "%s%s", q->f->repository, path);
}

/* What may not be read is left out: that is not "off". */
static int
ask_repository(struct asking *q, struct dx_err *err)
{
	struct dx_http_said said;
	struct dx_err why = { 0 };
	struct dx_json doc;

	if (ask(q, "", &said, &doc, err) != 0)
		return -1;
	if (said.status == 403 && !throttled(&said, &doc))
		return 0;
	if (said.status != 200)
		return refused(q, "", &said, &doc, err);
	if (dx_json_get_str(&doc, "full_name") == NULL || dx_settings_take(&q->parts, &doc, q->a, &why) != 0)
		return dx_err_set(err, DX_R_HTTP_FAILED, "%s: %s", q->f->repository,
		    why.text[0] != '\0' ? why.text : "the answer names no repository");
	return 0;
}

static int
ask_protection(struct asking *q, struct dx_err *err)
{
	static const char path[] = "/branches/" DX_RC_TARGET "/protection";
	struct dx_http_said said;
	struct dx_json doc;

	if (ask(q, path, &said, &doc, err) != 0)
		return -1;
	if (said.status == 403 && !throttled(&said, &doc))
		return 0;
	if (said.status != 200 && said.status != 404)
		return refused(q, path, &said, &doc, err);
	q->parts.has_protection = true;
	q->parts.protection = said.status == 200 ? doc : dx_json_null();
	return 0;
}

int
dx_op_settings_fetch(const struct dx_settings_fetch *f, struct dx_arena *a, struct dx_json *out, struct dx_err *err)
{
	struct asking q = { .f = f, .a = a, .end = dx_clock_mono_ms() + f->timeout_ms, .parts = { .repository = f->repository } };
	struct dx_buf token = { 0 };
	int rc;

	if (!dx_settings_repository_valid(f->repository))
		return dx_err_set(err, DX_R_USAGE, "--repository: must be OWNER/NAME");
	dx_buf_grow(&token, TOKEN_MAX + 1);	/* so that it never moves and leaves a copy behind */
	rc = f->token_file != NULL ? read_token(f->token_file, &token, err) : 0;
	q.token = f->token_file != NULL ? token.data : NULL;
	if (rc == 0)
		rc = ask_repository(&q, err);
	if (rc == 0)
		rc = ask_protection(&q, err);
	forget(&token);
	if (rc != 0)
		return -1;
	q.parts.fetched_at = dx_clock_now();
	return dx_settings_snapshot(&q.parts, a, out, err);
}
