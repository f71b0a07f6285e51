/* Office math as one line of text.
 *
 *     f(num den)   a/b          sSup(e sup)  x^2       rad(deg e)  √(3&x)
 *     d(e e)       (a|b)        sSub(e sub)  x_i       nary(sub sup e)  ∑_(i=1)^n x
 *     func         sin x        limLow       lim_(n→∞)  m, mr       a,b;c,d
 *
 * Elements come as operators (f, sSup, d …) and arguments (num, sup, e …). What an
 * argument puts in front of itself depends on its operator and its place; operands
 * that are more than one word or number get brackets, so that 1/(a+b) stays what it is. */
#include "read/docx_own.h"

static struct math_op *top_op(struct docx *d)
{
	return d->nmath ? &d->math[d->nmath - 1] : NULL;
}

void pifu_docx_math_op(struct docx *d, unsigned token)
{
	struct math_op *outer = top_op(d), *op;

	if (d->nmath >= MATH_DEPTH)
		return;
	if (token == TOKEN_M_MR && outer && outer->args++)
		pifu_docx_put_char(d, ';');
	op = &d->math[d->nmath++];
	*op = (struct math_op){.token = token, .start = d->text.n, .arg = d->text.n};
	if (token == TOKEN_M_D) {
		op->first = STR("(");
		op->last = STR(")");
		op->between = STR("|");
	} else if (token == TOKEN_M_NARY) {
		op->first = STR("∫");
	} else if (token == TOKEN_M_RAD) {
		op->first = STR("√");
	}
}

/* Values of properties are a character or nothing; libxml2's bytes do not live long. */
static struct str keep_value(struct docx *d, struct str value)
{
	struct str kept = pifu_arena_str(d->keep, value.n > 8 ? pifu_str_sub(value, 0, 0) : value);

	if (!kept.s)
		pifu_docx_nomem(d);
	return kept;
}

void pifu_docx_math_property(struct docx *d, unsigned token, struct str value)
{
	struct math_op *op = top_op(d);

	if (!op)
		return;
	value = keep_value(d, value);
	if (token == TOKEN_M_END)
		op->last = value;
	else if (token == TOKEN_M_SEP)
		op->between = value;
	else if (op->token != TOKEN_M_RAD)
		op->first = value;
}

static bool is_operator(uint32_t c)
{
	if (c < 0x80)
		return !((c >= '0' && c <= '9') || (c | 32) - 'a' < 26 || c == '.' || c == '%');
	return c == 0xB1 || c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c < 0x2C00);
}

/* More than one word or number? */
static bool needs_brackets(struct str s)
{
	if (pifu_utf8_count(s) < 2)
		return false;
	for (uint32_t at = 0; at < s.n;)
		if (is_operator(pifu_utf8_next(s, &at)))
			return true;
	return false;
}

/* What stands between an operator and this argument of it. */
static struct str joint(const struct math_op *op, unsigned token)
{
	switch (token) {
	case TOKEN_M_DEN:
		return STR("/");
	case TOKEN_M_SUP:
		return STR("^");
	case TOKEN_M_SUB:
		return STR("_");
	case TOKEN_M_LIM:
		return op->token == TOKEN_M_LIMUPP ? STR("^") : STR("_");
	default:
		break;
	}
	if (op->args == 0 || token != TOKEN_M_E)
		return STR_NONE;
	switch (op->token) {
	case TOKEN_M_D:
		return op->between;
	case TOKEN_M_MR:
		return STR(",");
	case TOKEN_M_EQARR:
		return STR("\n");
	case TOKEN_M_FUNC:
	case TOKEN_M_NARY:
	case TOKEN_M_SPRE:
		return STR(" ");
	default:
		return STR_NONE;
	}
}

void pifu_docx_math_arg(struct docx *d, unsigned token)
{
	struct math_op *op = top_op(d);

	if (!op)
		return;
	if (op->args == 0 && op->token != TOKEN_M_ACC)
		pifu_buf_str(&d->text, op->first);
	op->arg = d->text.n;
	pifu_buf_str(&d->text, joint(op, token));
	op->args++;
}

static void add_brackets(struct docx *d, size_t from)
{
	pifu_docx_insert(d, from, STR("("));
	pifu_buf_char(&d->text, ')');
}

static void end_degree(struct docx *d, struct math_op *op)
{
	op->degree = d->text.n > op->arg;
	if (!op->degree)
		return;
	pifu_docx_insert(d, op->arg, STR("("));
	pifu_buf_char(&d->text, '&');
}

void pifu_docx_math_arg_end(struct docx *d, unsigned token)
{
	struct math_op *op = top_op(d);
	struct str sign;
	size_t from;

	if (!op || d->text.n < op->arg || d->text.failed || !d->text.s)
		return;
	sign = token == TOKEN_M_E ? STR_NONE : joint(op, token);
	from = op->arg + sign.n;
	if (token == TOKEN_M_DEG) {
		end_degree(d, op);
	} else if (sign.n && d->text.n <= from) {
		d->text.n = op->arg; /* an empty index leaves no sign */
	} else if (op->degree) {
		pifu_buf_char(&d->text, ')');
	} else if (token == TOKEN_M_NUM || sign.n || op->token == TOKEN_M_RAD) {
		struct str argument = {d->text.s + from, (uint32_t)(d->text.n - from)};

		if (argument.n && needs_brackets(argument))
			add_brackets(d, from);
	}
}

void pifu_docx_math_op_end(struct docx *d, unsigned token)
{
	struct math_op *op = top_op(d);

	if (!op || op->token != token)
		return;
	if (token == TOKEN_M_D && op->args)
		pifu_buf_str(&d->text, op->last);
	else if (token == TOKEN_M_ACC)
		pifu_buf_str(&d->text, op->first.n ? op->first : STR("\xCC\x82"));
	else if (token == TOKEN_M_BAR)
		pifu_buf_str(&d->text, STR("\xCC\x85"));
	d->nmath--;
}
