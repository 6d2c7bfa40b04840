#include <string.h>

#include "tool/opt.h"

/* Summaries hold no quote, backslash or bracket (the option table is ours, and tests/lint checks the scripts), so that they can
 * stand in any of the three shells' single quotes. */

static void
choices(const struct dx_opt *o, struct dx_buf *out)
{
	for (int i = 0; o->choices[i] != NULL; i++)
		dx_buf_printf(out, "%s%s", i > 0 ? " " : "", o->choices[i]);
}

static void
function_name(const struct dx_tool *t, struct dx_buf *out)
{
	dx_buf_putc(out, '_');
	for (const char *p = t->name; *p != '\0'; p++)
		dx_buf_putc(out, *p == '-' ? '_' : *p);
}

static void
verb_words(const struct dx_tool *t, struct dx_buf *out)
{
	for (const struct dx_verb *v = t->verbs; v->name != NULL; v++) {
		size_t len = strcspn(v->name, " ");
		if (len == 0)
			continue;
		/* A first word that several verbs share is listed once: its verbs stand together in the table. */
		if (v > t->verbs && strncmp(v[-1].name, v->name, len) == 0 && v[-1].name[len] == ' ')
			continue;
		dx_buf_add(out, v->name, len);
		dx_buf_putc(out, ' ');
	}
}

static const struct dx_verb *
unnamed(const struct dx_tool *t)
{
	for (const struct dx_verb *v = t->verbs; v->name != NULL; v++)
		if (v->name[0] == '\0')
			return v;
	return NULL;
}

static const struct dx_opt *
common(const struct dx_tool *t, const struct dx_opt *o)
{
	return dx_opt_common_next(o, t->around != NULL && t->around->exports);
}

static void
bash_verb(const struct dx_tool *t, const struct dx_verb *v, struct dx_buf *out)
{
	if (v->name[0] == '\0')
		dx_buf_puts(out, "\t*) opts=\"");
	else
		dx_buf_printf(out, "\t\"%s\"*) opts=\"", v->name);
	for (const struct dx_opt *o = v->opts; o->kind != DX_OPT_END; o++)
		dx_buf_printf(out, "--%s ", o->name);
	for (const struct dx_opt *o = common(t, NULL); o != NULL; o = common(t, o))
		dx_buf_printf(out, "--%s%s", o->name, common(t, o) != NULL ? " " : "\" ;;\n");
}

static void
bash_values(const struct dx_tool *t, struct dx_buf *out)
{
	for (const struct dx_verb *v = t->verbs; v->name != NULL; v++)
		for (const struct dx_opt *o = v->opts; o->kind != DX_OPT_END; o++)
			if (o->kind == DX_OPT_CHOICE) {
				dx_buf_printf(out, "\t\"%s\"*\" --%s\") COMPREPLY=($(compgen -W \"", v->name, o->name);
				choices(o, out);
				dx_buf_puts(out, "\" -- \"$cur\")); return ;;\n");
			}
}

static void
second_words(const struct dx_tool *t, struct dx_buf *out, const char *prefix, const char *suffix)
{
	const char *last = "";
	size_t last_len = 0;

	for (const struct dx_verb *v = t->verbs; v->name != NULL; v++) {
		size_t len = strcspn(v->name, " ");
		if (v->name[len] == '\0')
			continue;
		if (len != last_len || strncmp(last, v->name, len) != 0) {
			if (last_len > 0)
				dx_buf_puts(out, suffix);
			dx_buf_printf(out, prefix[0] == 'b' ? "\t%.*s) COMPREPLY=($(compgen -W \"" : "\t\t%.*s) compadd -- ", (int)len,
			    v->name);
			last = v->name;
			last_len = len;
		}
		dx_buf_printf(out, "%s ", v->name + len + 1);
	}
	if (last_len > 0)
		dx_buf_puts(out, suffix);
}

static void
bash(const struct dx_tool *t, struct dx_buf *out)
{
	dx_buf_printf(out, "# bash completion for %s\n", t->name);
	function_name(t, out);
	dx_buf_puts(out, "()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} opts= line\n\tCOMPREPLY=()\n"
	    "\tline=\"${COMP_WORDS[*]:1:COMP_CWORD-1}\"\n\tif ((COMP_CWORD == 1)); then\n\t\tCOMPREPLY=($(compgen -W \"");
	verb_words(t, out);
	dx_buf_printf(out, "--help --version --completion\" -- \"$cur\")%s)\n\t\treturn\n\tfi\n\tcase $line in\n",
	    unnamed(t) != NULL ? " $(compgen -f -- \"$cur\")" : "");
	bash_values(t, out);
	second_words(t, out, "b", "\" -- \"$cur\")); return ;;\n");
	for (const struct dx_verb *v = t->verbs; v->name != NULL; v++)
		bash_verb(t, v, out);
	dx_buf_puts(out, "\tesac\n\tif [[ $cur == -* ]]; then\n\t\tCOMPREPLY=($(compgen -W \"$opts\" -- \"$cur\"))\n\telse\n"
	    "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n\tfi\n}\ncomplete -o filenames -F ");
	function_name(t, out);
	dx_buf_printf(out, " %s\n", t->name);
}

static void
zsh_option(const struct dx_opt *o, struct dx_buf *out)
{
	dx_buf_printf(out, " \\\n\t\t\t'%s--%s[%s]", o->kind == DX_OPT_LIST ? "*" : "", o->name, o->help);
	if (o->kind == DX_OPT_CHOICE) {
		dx_buf_printf(out, ":%s:(", o->arg);
		choices(o, out);
		dx_buf_putc(out, ')');
	} else if (o->arg != NULL)
		dx_buf_printf(out, ":%s:_files", o->arg);
	dx_buf_putc(out, '\'');
}

static void
zsh_verb(const struct dx_tool *t, const struct dx_verb *v, struct dx_buf *out)
{
	if (v->name[0] == '\0')
		dx_buf_puts(out, "\t*)\n\t\t_arguments");
	else
		dx_buf_printf(out, "\t'%s'*)\n\t\t_arguments", v->name);
	for (const struct dx_opt *o = v->opts; o->kind != DX_OPT_END; o++)
		zsh_option(o, out);
	for (const struct dx_opt *o = common(t, NULL); o != NULL; o = common(t, o))
		zsh_option(o, out);
	dx_buf_puts(out, " \\\n\t\t\t'*:file:_files' ;;\n");
}

static void
zsh(const struct dx_tool *t, struct dx_buf *out)
{
	dx_buf_printf(out, "#compdef %s\n# zsh completion for %s\n", t->name, t->name);
	function_name(t, out);
	dx_buf_puts(out, "()\n{\n\tlocal line=\"${words[2,CURRENT-1]}\"\n\tif ((CURRENT == 2)); then\n\t\tcompadd -- ");
	verb_words(t, out);
	dx_buf_printf(out, "--help --version --completion\n%s\t\treturn\n\tfi\n",
	    unnamed(t) != NULL ? "\t\t_files\n" : "");
	dx_buf_puts(out, "\tif ((CURRENT == 3)); then\n\t\tcase ${words[2]} in\n");
	second_words(t, out, "z", "; return ;;\n");
	dx_buf_puts(out, "\t\tesac\n\tfi\n\tcase $line in\n");
	for (const struct dx_verb *v = t->verbs; v->name != NULL; v++)
		zsh_verb(t, v, out);
	dx_buf_puts(out, "\tesac\n}\n");
	function_name(t, out);
	dx_buf_puts(out, " \"$@\"\n");
}

/* The words of this verb have been typed, and no other first word of several has. */
static void
fish_seen(const struct dx_tool *t, const struct dx_verb *v, struct dx_buf *out)
{
	const char *space = strchr(v->name, ' ');

	if (v->name[0] == '\0') {
		dx_buf_puts(out, "__fish_use_subcommand");
		return;
	}
	if (space != NULL) {
		dx_buf_printf(out, "__fish_seen_subcommand_from %.*s; and __fish_seen_subcommand_from %s", (int)(space - v->name), v->name,
		    space + 1);
		return;
	}
	dx_buf_printf(out, "__fish_seen_subcommand_from %s", v->name);
	for (const struct dx_verb *o = t->verbs; o->name != NULL; o++) {
		const char *other = strchr(o->name, ' ');
		if (other != NULL && strcmp(other + 1, v->name) == 0)
			dx_buf_printf(out, "; and not __fish_seen_subcommand_from %.*s", (int)(other - o->name), o->name);
	}
}

static void
fish_option(const struct dx_opt *o, struct dx_buf *out)
{
	dx_buf_printf(out, " -l %s -d '%s'", o->name, o->help);
	if (o->letter != 0)
		dx_buf_printf(out, " -s %c", o->letter);
	if (o->kind == DX_OPT_CHOICE) {
		dx_buf_puts(out, " -x -a '");
		choices(o, out);
		dx_buf_putc(out, '\'');
	} else if (o->arg != NULL)
		dx_buf_puts(out, " -r");
	dx_buf_putc(out, '\n');
}

static void
fish_verb(const struct dx_tool *t, const struct dx_verb *v, struct dx_buf *out)
{
	const char *space = strchr(v->name, ' ');

	if (space == NULL && v->name[0] != '\0')
		dx_buf_printf(out, "complete -c %s -n __fish_use_subcommand -a %s -d '%s'\n", t->name, v->name, v->summary);
	else if (space != NULL)
		dx_buf_printf(out, "complete -c %s -n '__fish_seen_subcommand_from %.*s' -a %s -d '%s'\n", t->name,
		    (int)(space - v->name), v->name, space + 1, v->summary);
	for (const struct dx_opt *o = v->opts; o->kind != DX_OPT_END; o++) {
		dx_buf_printf(out, "complete -c %s -n '", t->name);
		fish_seen(t, v, out);
		dx_buf_putc(out, '\'');
		fish_option(o, out);
	}
}

static void
fish(const struct dx_tool *t, struct dx_buf *out)
{
	dx_buf_printf(out, "# fish completion for %s\n", t->name);
	for (const struct dx_opt *o = common(t, NULL); o != NULL; o = common(t, o)) {
		dx_buf_printf(out, "complete -c %s", t->name);
		fish_option(o, out);
	}
	for (const struct dx_verb *v = t->verbs; v->name != NULL; v++) {
		const char *space = strchr(v->name, ' ');
		size_t len = space != NULL ? (size_t)(space - v->name) : 0;
		bool again = v > t->verbs && len > 0 && strncmp(v[-1].name, v->name, len + 1) == 0;
		if (len > 0 && !again)
			dx_buf_printf(out, "complete -c %s -n __fish_use_subcommand -a %.*s\n", t->name, (int)len, v->name);
		fish_verb(t, v, out);
	}
}

bool
dx_opt_completion(const struct dx_tool *t, const char *shell, struct dx_buf *out)
{
	if (strcmp(shell, "bash") == 0)
		bash(t, out);
	else if (strcmp(shell, "zsh") == 0)
		zsh(t, out);
	else if (strcmp(shell, "fish") == 0)
		fish(t, out);
	else
		return false;
	return true;
}
