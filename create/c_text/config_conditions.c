// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/c_text/config_conditions.h"

#include <string.h>

#include "common/file.h"
#include "create/c_text/c_tokens.h"

/* A distribution kernel's auto.conf has about 300 KB. */
#define CONFIG_LIMIT (16u << 20)

/* How deep conditions may be nested. */
#define DEPTH 64

enum truth { NO, YES, UNKNOWN };

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

struct lp_error *kernel_config_read(const char *path, struct kernel_config *config)
{
	_cleanup_blob_ struct blob text = {0};
	char *rest;

	*config = (struct kernel_config){0};
	lp_try(file_read(path, CONFIG_LIMIT, &text));
	for (char *line = strtok_r((char *)text.data, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		const char *value = strchr(line, '=');

		if (!text_starts_with(line, "CONFIG_") || !value)
			continue;
		lp_try(text_list_add(&config->set, "%.*s%s", (int)(value - line), line,
				     !strcmp(value, "=m") ? "_MODULE" : ""));
	}
	if (config->set.count)
		qsort(config->set.items, config->set.count, sizeof(char *), compare_names);
	return NULL;
}

void kernel_config_clear(struct kernel_config *config)
{
	text_list_clear(&config->set);
}

/* An expression after #if. */
struct expression {
	const struct c_tokens *tokens;
	size_t at;
	const struct kernel_config *config;
	struct text_list *used;
	struct lp_error *error;
};

static bool accept(struct expression *expression, const char *token)
{
	if (!c_token_is(expression->tokens, expression->at, token))
		return false;
	expression->at++;
	return true;
}

static bool is_set(const struct kernel_config *config, const char *name)
{
	char *key = (char *)name;

	return config->set.count &&
	       bsearch(&key, config->set.items, config->set.count, sizeof(char *), compare_names);
}

/* Whether the name, with `suffix` after it, is set; unknown if it is not a CONFIG_ name. */
static enum truth look_up(struct expression *expression, const struct c_token *token,
			  const char *suffix)
{
	_cleanup_free_ char *name = NULL;

	if (token->kind != C_WORD || token->length < 8 || memcmp(token->text, "CONFIG_", 7) != 0)
		return UNKNOWN;
	if (!expression->error)
		expression->error =
			text_format(&name, "%.*s%s", (int)token->length, token->text, suffix);
	if (!expression->error && !text_list_contains(expression->used, name))
		expression->error = text_list_add(expression->used, "%s", name);
	if (expression->error)
		return UNKNOWN;
	return is_set(expression->config, name) ? YES : NO;
}

static enum truth either(enum truth one, enum truth other)
{
	if (one == YES || other == YES)
		return YES;
	return one == UNKNOWN || other == UNKNOWN ? UNKNOWN : NO;
}

static enum truth both(enum truth one, enum truth other)
{
	if (one == NO || other == NO)
		return NO;
	return one == UNKNOWN || other == UNKNOWN ? UNKNOWN : YES;
}

static enum truth read_either(struct expression *expression);

/* "(CONFIG_FOO)" or "CONFIG_FOO": the name, or NULL. */
static const struct c_token *read_argument(struct expression *expression)
{
	bool bracket = accept(expression, "(");

	if (!c_token_is_word(expression->tokens, expression->at))
		return NULL;
	const struct c_token *token = &expression->tokens->items[expression->at++];

	return !bracket || accept(expression, ")") ? token : NULL;
}

/* IS_ENABLED() and similar macros as in include/linux/kconfig.h of Linux 6.1. */
static enum truth read_primary(struct expression *expression)
{
	const struct c_tokens *tokens = expression->tokens;
	size_t at = expression->at;
	enum truth truth;

	if (accept(expression, "!")) {
		truth = read_primary(expression);
		return truth == UNKNOWN ? UNKNOWN : truth == YES ? NO : YES;
	}
	if (accept(expression, "(")) {
		truth = read_either(expression);
		return accept(expression, ")") ? truth : UNKNOWN;
	}
	if (accept(expression, "0"))
		return NO;
	if (accept(expression, "1"))
		return YES;
	if (!c_token_is(tokens, at, "defined") && !c_token_is(tokens, at, "IS_ENABLED") &&
	    !c_token_is(tokens, at, "IS_BUILTIN") && !c_token_is(tokens, at, "IS_MODULE")) {
		/* A number, a name, a call of some macro. */
		expression->at++;
		if (c_token_is(tokens, expression->at, "("))
			expression->at = c_token_close(tokens, expression->at) + 1;
		return UNKNOWN;
	}
	expression->at++;
	const struct c_token *name = read_argument(expression);

	if (!name)
		return UNKNOWN;
	if (c_token_is(tokens, at, "IS_MODULE"))
		return look_up(expression, name, "_MODULE");
	truth = look_up(expression, name, "");
	if (c_token_is(tokens, at, "IS_ENABLED"))
		truth = either(truth, look_up(expression, name, "_MODULE"));
	return truth;
}

/* Only logical operators are evaluated; after a comparison, for example, it is unknown. */
static enum truth read_operand(struct expression *expression)
{
	const struct c_tokens *tokens = expression->tokens;
	enum truth truth = read_primary(expression);

	while (expression->at < tokens->count && !c_token_is(tokens, expression->at, ")") &&
	       !c_token_is(tokens, expression->at, "&") &&
	       !c_token_is(tokens, expression->at, "|")) {
		expression->at++;
		truth = UNKNOWN;
	}
	return truth;
}

static bool accept_twice(struct expression *expression, const char *token)
{
	if (!c_token_is(expression->tokens, expression->at, token) ||
	    !c_token_is(expression->tokens, expression->at + 1, token))
		return false;
	expression->at += 2;
	return true;
}

static enum truth read_both(struct expression *expression)
{
	enum truth truth = read_operand(expression);

	while (accept_twice(expression, "&"))
		truth = both(truth, read_operand(expression));
	return truth;
}

static enum truth read_either(struct expression *expression)
{
	enum truth truth = read_both(expression);

	while (accept_twice(expression, "|"))
		truth = either(truth, read_both(expression));
	return truth;
}

static struct lp_error *evaluate(const char *text, const struct kernel_config *config,
				 struct text_list *used, enum truth *truth)
{
	_cleanup_(c_tokens_clear) struct c_tokens tokens = {0};

	lp_try(c_tokens_read(text, &tokens));
	struct expression expression = {.tokens = &tokens, .config = config, .used = used};

	*truth = read_either(&expression);
	/* Bit operations, "?:" and the like. */
	if (expression.at < tokens.count)
		*truth = UNKNOWN;
	return expression.error;
}

/* One #if with its #elif and #else. */
struct condition {
	bool known;        /* its value is known, so its directives are removed */
	bool taken;        /* an earlier branch is the one that is compiled */
	bool left_out;     /* the current branch is not compiled */
	bool outer_unseen; /* the condition is itself in a branch that is not compiled */
};

struct reduction {
	const struct kernel_config *config;
	struct text_list *used;
	FILE *out;
	struct condition conditions[DEPTH];
	size_t depth;
	bool too_deep;
};

static bool is_unseen(const struct reduction *reduction)
{
	if (!reduction->depth)
		return false;
	const struct condition *last = &reduction->conditions[reduction->depth - 1];

	return last->left_out || last->outer_unseen;
}

/* The name of a directive, and the text after it; false if the line is no directive. */
static bool read_directive(const char *line, const char **word, size_t *length)
{
	const char *at = line + strspn(line, " \t");

	if (*at != '#')
		return false;
	*word = at + 1 + strspn(at + 1, " \t");
	*length = strspn(*word, "abcdefghijklmnopqrstuvwxyz");
	return true;
}

static bool word_is(const char *word, size_t length, const char *expected)
{
	return length == strlen(expected) && !memcmp(word, expected, length);
}

/* #ifdef NAME, #ifndef NAME, #if …, #elif … */
static struct lp_error *judge(struct reduction *reduction, const char *word, size_t length,
			      enum truth *truth)
{
	_cleanup_free_ char *text = NULL;
	const char *rest = word + length;

	if (word_is(word, length, "ifdef"))
		lp_try(text_format(&text, "defined(%s)", rest + strspn(rest, " \t")));
	else if (word_is(word, length, "ifndef"))
		lp_try(text_format(&text, "!defined(%s)", rest + strspn(rest, " \t")));
	else
		lp_try(text_format(&text, "%s", rest));
	return evaluate(text, reduction->config, reduction->used, truth);
}

static struct lp_error *begin_condition(struct reduction *reduction, const char *line,
					const char *word, size_t length)
{
	enum truth truth;
	bool unseen = is_unseen(reduction);

	if (reduction->depth == DEPTH) {
		reduction->too_deep = true;
		return NULL;
	}
	lp_try(judge(reduction, word, length, &truth));
	struct condition *condition = &reduction->conditions[reduction->depth++];

	*condition = (struct condition){
		.known = truth != UNKNOWN,
		.taken = truth == YES,
		.left_out = truth == NO,
		.outer_unseen = unseen,
	};
	if (!condition->known && !unseen)
		fputs(line, reduction->out);
	return NULL;
}

/* #elif and #else. */
static struct lp_error *next_part(struct reduction *reduction, const char *line, const char *word,
				  size_t length)
{
	struct condition *condition = &reduction->conditions[reduction->depth - 1];
	enum truth truth = YES;

	if (!condition->known) {
		if (!condition->outer_unseen)
			fputs(line, reduction->out);
		return NULL;
	}
	if (word_is(word, length, "elif"))
		lp_try(judge(reduction, word, length, &truth));
	condition->left_out = condition->taken || truth == NO;
	condition->taken = condition->taken || truth == YES;
	if (truth != UNKNOWN || condition->left_out)
		return NULL;
	/* This branch's condition is unknown: what remains is an #if that stays. */
	condition->known = false;
	if (!condition->outer_unseen)
		fprintf(reduction->out, "#if%s", word + length);
	return NULL;
}

static struct lp_error *reduce_line(struct reduction *reduction, const char *line)
{
	const char *word;
	size_t length;

	if (!read_directive(line, &word, &length)) {
		if (!is_unseen(reduction))
			fputs(line, reduction->out);
		return NULL;
	}
	if (word_is(word, length, "if") || word_is(word, length, "ifdef") ||
	    word_is(word, length, "ifndef"))
		return begin_condition(reduction, line, word, length);
	if (!reduction->depth ||
	    (!word_is(word, length, "elif") && !word_is(word, length, "else") &&
	     !word_is(word, length, "endif"))) {
		if (!is_unseen(reduction))
			fputs(line, reduction->out);
		return NULL;
	}
	if (!word_is(word, length, "endif"))
		return next_part(reduction, line, word, length);
	const struct condition *condition = &reduction->conditions[--reduction->depth];

	if (!condition->known && !condition->outer_unseen)
		fputs(line, reduction->out);
	return NULL;
}

/* The length of a line, with the lines that continue it or its comment. */
static size_t line_length(const char *text)
{
	size_t at = 0;
	bool comment = false;

	for (; text[at] && (text[at] != '\n' || comment || (at && text[at - 1] == '\\')); at++) {
		if (!comment && text[at] == '/' && text[at + 1] == '/')
			at += strcspn(text + at, "\n") - 1;
		else if (!comment && text[at] == '/' && text[at + 1] == '*')
			comment = true, at++;
		else if (comment && text[at] == '*' && text[at + 1] == '/')
			comment = false, at++;
	}
	return at;
}

static struct lp_error *reduce_lines(struct reduction *reduction, const char *text)
{
	for (const char *at = text; *at;) {
		_cleanup_free_ char *line = NULL;
		size_t length = line_length(at);

		lp_try(text_format(&line, "%.*s", (int)length, at));
		lp_try(reduce_line(reduction, line));
		at += length;
		if (*at) {
			fputc('\n', reduction->out);
			at++;
		}
	}
	return NULL;
}

struct lp_error *config_reduce(const char *text, const struct kernel_config *config, char **reduced,
			       struct text_list *used)
{
	struct reduction reduction = {.config = config, .used = used};
	size_t size;

	reduction.out = open_memstream(reduced, &size);
	if (!reduction.out)
		return lp_error_no_memory();
	struct lp_error *error = reduce_lines(&reduction, text);

	if (fclose(reduction.out) && !error)
		error = lp_error_no_memory();
	if (!error && !reduction.too_deep && !reduction.depth)
		return NULL;
	free(take(*reduced));
	/* Directives of conditions that can't be evaluated stay. */
	return error ? error : text_format(reduced, "%s", text);
}

struct lp_error *config_is_overridden(const char *text, const struct text_list *names, bool *yes)
{
	_cleanup_(c_tokens_clear) struct c_tokens tokens = {0};

	*yes = false;
	lp_try(c_tokens_read(text, &tokens));
	for (size_t i = 2; i < tokens.count && !*yes; i++) {
		if (!c_token_is(&tokens, i - 2, "#") ||
		    (!c_token_is(&tokens, i - 1, "define") && !c_token_is(&tokens, i - 1, "undef")))
			continue;
		for (size_t k = 0; k < names->count && !*yes; k++)
			*yes = c_token_is(&tokens, i, names->items[k]);
	}
	return NULL;
}
