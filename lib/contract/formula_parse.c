/* formula_parse: the grammar of evidence page 2.2 but for paths (formula_path.c); one function a production. */
#include "base/err.h"
#include "contract/formula_inner.h"

static size_t
begin(struct dx_formula_reader *r)
{
	dx_reader_blanks(r);
	return r->at;
}

static struct dx_formula_node *
make(struct dx_formula_reader *r, enum dx_formula_op op, size_t from)
{
	struct dx_formula_node *n = dx_arena_alloc(r->arena, sizeof(*n));

	*n = (struct dx_formula_node){ .op = op, .from = (uint16_t)from, .to = (uint16_t)r->last };
	return n;
}

static struct dx_formula_node *
constant(struct dx_formula_reader *r, size_t from, struct dx_value value)
{
	struct dx_formula_node *n = make(r, DX_FORMULA_CONSTANT, from);
	struct dx_value *v = dx_arena_alloc(r->arena, sizeof(*v));

	*v = value;
	n->u.constant = v;
	return n;
}

/* --- operands with a sign between them --- */

struct chain {
	struct dx_reader_list	operands, signs;
	size_t			from;
};

static void
chain_begin(struct dx_formula_reader *r, struct chain *c)
{
	c->operands = (struct dx_reader_list){ .size = sizeof(struct dx_formula_node *) };
	c->signs = (struct dx_reader_list){ .size = 1 };
	c->from = begin(r);
}

static bool
chain_add(struct dx_formula_reader *r, struct chain *c, uint8_t sign, const struct dx_formula_node *operand)
{
	if (operand == NULL)
		return false;
	*(const struct dx_formula_node **)dx_reader_add(r, &c->operands) = operand;
	*(uint8_t *)dx_reader_add(r, &c->signs) = sign;
	return true;
}

/* A single operand stands for itself. */
static const struct dx_formula_node *
chain_end(struct dx_formula_reader *r, const struct chain *c, enum dx_formula_op op)
{
	const struct dx_formula_node *const *operands = c->operands.items;
	struct dx_formula_node *n;

	if (c->operands.count == 1 && op != DX_FORMULA_CALL)
		return operands[0];
	n = make(r, op, c->from);
	n->count = (uint16_t)c->operands.count;
	n->u.operand = operands;
	n->sign = c->signs.items;
	return n;
}

/* --- primaries --- */

static const struct dx_formula_node *
read_number(struct dx_formula_reader *r)
{
	size_t from = begin(r);
	const char *s = r->text + from, *at = s;
	const struct dx_num *number;

	at += strspn(at, "0123456789");
	if (*at == '.')
		at += 1 + strspn(at + 1, "0123456789");
	if (*at == 'e' || *at == 'E') {
		at += at[1] == '+' || at[1] == '-' ? 2 : 1;
		at += strspn(at, "0123456789");
	}
	number = dx_num_constant(r->arena, s, (size_t)(at - s));
	if (number == NULL)
		return dx_reader_expected(r, "a JSON number of at most 4096 digits and an exponent up to 1100");
	r->at += (size_t)(at - s);
	r->last = r->at;
	return constant(r, from, dx_formula_number(number));
}

static const struct dx_formula_node *
read_call(struct dx_formula_reader *r, size_t name_len)
{
	size_t from = r->at;
	const struct dx_formula_call *call = dx_formula_call_find(r->text + from, name_len);
	struct dx_formula_node *n;
	struct chain c;

	if (call == NULL)
		return dx_reader_expected(r, "a function, a path or a value");
	chain_begin(r, &c);
	r->at += name_len;
	if (!dx_reader_sign(r, "("))
		return dx_reader_expected(r, "\"(\" behind a function (a member is written .name)");
	do {
		if (!chain_add(r, &c, ',', dx_reader_expr(r)))
			return NULL;
	} while (dx_reader_sign(r, ","));
	if (c.operands.count != call->operands) {
		dx_err_set(r->err, DX_R_EVIDENCE_CONTRACT_INVALID, "byte %zu: expected %u operand%s for %s, found %zu",
		    from + 1,
		    call->operands, call->operands == 1 ? "" : "s", call->name, c.operands.count);
		return NULL;
	}
	if (!dx_reader_sign(r, ")"))
		return dx_reader_expected(r, "\")\" or an operator");
	n = dx_arena_alloc(r->arena, sizeof(*n));
	*n = *chain_end(r, &c, DX_FORMULA_CALL);
	n->call = call;
	return n;
}

static const struct dx_formula_node *
read_word(struct dx_formula_reader *r)
{
	size_t from = r->at, n = dx_reader_name_len(r->text + from);

	if (dx_reader_word(r, "true") || dx_reader_word(r, "false"))
		return constant(r, from, dx_formula_bool(r->text[from] == 't'));
	if (dx_reader_word(r, "null"))
		return constant(r, from, (struct dx_value){ .type = DX_VALUE_NULL });
	if (dx_reader_reserved(r->text + from, n))
		return dx_reader_expected(r, "a value");
	return read_call(r, n);
}

static const struct dx_formula_node *
read_parenthesis(struct dx_formula_reader *r)
{
	const struct dx_formula_node *n;

	if (!dx_reader_sign(r, "(") || (n = dx_reader_expr(r)) == NULL)
		return NULL;
	return dx_reader_sign(r, ")") ? n : dx_reader_expected(r, "\")\" or an operator");
}

static const struct dx_formula_node *
read_prim(struct dx_formula_reader *r)
{
	size_t from = begin(r);
	const char *s = r->text + from, *text;

	if (dx_reader_path_ahead(r))
		return dx_reader_path(r);
	if (*s >= '0' && *s <= '9')
		return read_number(r);
	if (*s == '"')
		return (text = dx_reader_text(r)) != NULL ? constant(r, from, dx_formula_text(text)) : NULL;
	if (*s == '(')
		return read_parenthesis(r);
	return dx_reader_name_len(s) != 0 ? read_word(r) : dx_reader_expected(r, "a value");
}

/* --- from the tightest operator to the loosest --- */

static const struct dx_formula_node *
prefixed(struct dx_formula_reader *r, enum dx_formula_op op, size_t from, const struct dx_formula_node *operand)
{
	const struct dx_formula_node **one;
	struct dx_formula_node *n;

	if (operand == NULL)
		return NULL;
	one = dx_arena_alloc(r->arena, sizeof(*one));
	*one = operand;
	n = make(r, op, from);
	n->count = 1;
	n->u.operand = one;
	return n;
}

static const struct dx_formula_node *
read_un(struct dx_formula_reader *r)
{
	size_t from = begin(r);

	return dx_reader_sign(r, "-") ? prefixed(r, DX_FORMULA_NEGATE, from, read_prim(r)) : read_prim(r);
}

static const struct dx_formula_node *
read_prod(struct dx_formula_reader *r)
{
	uint8_t sign = '*';
	struct chain c;

	chain_begin(r, &c);
	do {
		if (!chain_add(r, &c, sign, read_un(r)))
			return NULL;
		sign = dx_reader_sign(r, "*") ? '*' : dx_reader_sign(r, "/") ? '/' : 0;
	} while (sign != 0);
	return chain_end(r, &c, DX_FORMULA_PRODUCT);
}

const struct dx_formula_node *
dx_reader_sum(struct dx_formula_reader *r)
{
	uint8_t sign = '+';
	struct chain c;

	chain_begin(r, &c);
	do {
		if (!chain_add(r, &c, sign, read_prod(r)))
			return NULL;
		sign = dx_reader_sign(r, "+") ? '+' : dx_reader_sign(r, "-") ? '-' : 0;
	} while (sign != 0);
	return chain_end(r, &c, DX_FORMULA_SUM);
}

static const struct dx_formula_node *
read_alt(struct dx_formula_reader *r)
{
	struct chain c;

	chain_begin(r, &c);
	do {
		if (!chain_add(r, &c, '?', dx_reader_sum(r)))
			return NULL;
	} while (dx_reader_sign(r, "??"));
	return chain_end(r, &c, DX_FORMULA_ALT);
}

static bool
read_compare(struct dx_formula_reader *r, uint8_t *out)
{
	static const char *const signs[] = { "==", "!=", "<", "<=", ">", ">=" };

	for (uint8_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (dx_reader_sign(r, signs[i])) {
			*out = i;
			return true;
		}
	}
	return false;
}

static const struct dx_formula_node *
read_cmp(struct dx_formula_reader *r)
{
	struct dx_formula_node *n;
	struct chain c;
	uint8_t sign;

	chain_begin(r, &c);
	if (!chain_add(r, &c, 0, read_alt(r)))
		return NULL;
	if (!read_compare(r, &sign))
		return chain_end(r, &c, DX_FORMULA_COMPARE);
	if (!chain_add(r, &c, 0, read_alt(r)))
		return NULL;
	*(uint8_t *)c.signs.items = sign;
	n = make(r, DX_FORMULA_COMPARE, c.from);
	n->count = 2;
	n->u.operand = c.operands.items;
	n->sign = c.signs.items;
	return n;
}

static const struct dx_formula_node *
read_not(struct dx_formula_reader *r)
{
	size_t from = begin(r);

	return dx_reader_word(r, "not") ? prefixed(r, DX_FORMULA_NOT, from, read_cmp(r)) : read_cmp(r);
}

static const struct dx_formula_node *
read_and(struct dx_formula_reader *r)
{
	struct chain c;

	chain_begin(r, &c);
	do {
		if (!chain_add(r, &c, '&', read_not(r)))
			return NULL;
	} while (dx_reader_word(r, "and"));
	return chain_end(r, &c, DX_FORMULA_AND);
}

static const struct dx_formula_node *
read_or(struct dx_formula_reader *r)
{
	struct chain c;

	chain_begin(r, &c);
	do {
		if (!chain_add(r, &c, '|', read_and(r)))
			return NULL;
	} while (dx_reader_word(r, "or"));
	return chain_end(r, &c, DX_FORMULA_OR);
}

static const struct dx_formula_node *
read_if(struct dx_formula_reader *r, size_t from)
{
	struct chain c;

	chain_begin(r, &c);
	c.from = from;
	if (!chain_add(r, &c, 'i', dx_reader_expr(r)))
		return NULL;
	if (!dx_reader_word(r, "then"))
		return dx_reader_expected(r, "\"then\" or an operator");
	if (!chain_add(r, &c, 't', dx_reader_expr(r)))
		return NULL;
	if (!dx_reader_word(r, "else"))
		return dx_reader_expected(r, "\"else\" or an operator");
	return chain_add(r, &c, 'e', dx_reader_expr(r)) ? chain_end(r, &c, DX_FORMULA_IF) : NULL;
}

const struct dx_formula_node *
dx_reader_expr(struct dx_formula_reader *r)
{
	const struct dx_formula_node *n;
	size_t from;

	if (!dx_reader_enter(r))
		return NULL;
	from = begin(r);
	n = dx_reader_word(r, "if") ? read_if(r, from) : read_or(r);
	r->depth--;
	return n;
}
