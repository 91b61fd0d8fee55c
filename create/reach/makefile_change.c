// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/reach/makefile_change.h"

#include <fnmatch.h>
#include <string.h>

#include "common/text.h"
#include "create/reach/makefile_grammar.h"
#include "create/reach/makefile_unused.h"

/*
 * The effect of an assignment to a variable, by its name. The first match is
 * used; see Documentation/kbuild/makefiles.rst, Linux 6.1.
 */
static const struct {
	const char *name;
	enum makefile_effect effect;
} variables[] = {
	{"always-*", MAKEFILE_OTHER},
	{"extra-*", MAKEFILE_OTHER},
	{"targets*", MAKEFILE_OTHER},
	{"hostprogs*", MAKEFILE_OTHER},
	{"userprogs*", MAKEFILE_OTHER},
	{"generic-y", MAKEFILE_OTHER},
	{"generated-y", MAKEFILE_OTHER},
	{"mandatory-y", MAKEFILE_OTHER},
	{"*ldflags-*", MAKEFILE_OTHER},
	{"ccflags-*", MAKEFILE_FLAGS},
	{"asflags-*", MAKEFILE_FLAGS},
	{"cppflags-*", MAKEFILE_FLAGS},
	{"subdir-ccflags-*", MAKEFILE_FLAGS},
	{"subdir-asflags-*", MAKEFILE_FLAGS},
	{"CFLAGS_*", MAKEFILE_FLAGS},
	{"AFLAGS_*", MAKEFILE_FLAGS},
	{"KASAN_SANITIZE*", MAKEFILE_FLAGS},
	{"KCSAN_*", MAKEFILE_FLAGS},
	{"KMSAN_*", MAKEFILE_FLAGS},
	{"UBSAN_SANITIZE*", MAKEFILE_FLAGS},
	{"KCOV_INSTRUMENT*", MAKEFILE_FLAGS},
	{"GCOV_PROFILE*", MAKEFILE_FLAGS},
	{"OBJECT_FILES_NON_STANDARD*", MAKEFILE_FLAGS},
	{"*-objs", MAKEFILE_LISTS},
	{"*-y", MAKEFILE_LISTS},
	{"*-m", MAKEFILE_LISTS},
	{"*-objs-$(*)", MAKEFILE_LISTS},
	{"*-$(*)", MAKEFILE_LISTS},
};

/* The kernel's version, which does not change in the running kernel. */
static const char *const version[] = {
	"VERSION", "PATCHLEVEL", "SUBLEVEL", "EXTRAVERSION", "NAME",
};

/* Conditional directives. */
static const char *const conditionals[] = {"ifeq", "ifneq", "ifdef", "ifndef", "else", "endif"};

/* A line and those that continue it, without comment, with one blank between words. */
struct logical_line {
	char *text;
	unsigned int number; /* of its first line */
	bool is_recipe;      /* or inside "define" */
};

struct makefile {
	struct logical_line *lines;
	size_t count;
};

static void makefile_clear(struct makefile *makefile)
{
	for (size_t i = 0; i < makefile->count; i++)
		free(makefile->lines[i].text);
	free(makefile->lines);
}

/* Removes comments, backslashes of continued lines and superfluous blanks, in place. */
static void squeeze(char *text)
{
	char *out = text;
	bool blank = false, comment = false;

	for (const char *in = text; *in; in++) {
		bool is_break = in[0] == '\\' && in[1] == '\n';

		comment = comment || (*in == '#' && (in == text || in[-1] != '\\'));
		if (is_break)
			in++;
		if (is_break || *in == ' ' || *in == '\t' || *in == '\n') {
			blank = out > text;
		} else if (!comment) {
			if (blank)
				*out++ = ' ';
			blank = false;
			*out++ = *in;
		}
	}
	*out = '\0';
}

/* A backslash escapes another one, so only an odd number at the end continues the line. */
static bool is_continued(const char *begin, const char *end)
{
	size_t count = 0;

	while (end > begin && *--end == '\\')
		count++;
	return count % 2;
}

/* The length of the first line of the text and those that continue it, and their number. */
static size_t logical_length(const char *text, unsigned int *lines)
{
	const char *at = text;

	for (*lines = 1;; ++*lines) {
		const char *end = strchrnul(at, '\n');

		if (!*end)
			return end - text;
		if (!is_continued(at, end))
			return end + 1 - text;
		at = end + 1;
	}
}

/* True if make may read the line differently ("\r"): it may stay, but a diff may not add it. */
static bool has_controls(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' && *text != '\t' && *text != '\n')
			return true;
	}
	return false;
}

/* Marks lines inside "define": they are text of a variable, whatever they look like. */
static void mark_definitions(struct makefile *makefile)
{
	unsigned int depth = 0;

	for (size_t i = 0; i < makefile->count; i++) {
		struct logical_line *line = &makefile->lines[i];
		const char *text = line->text;
		bool begins, ends = text_starts_with(text, "endef");

		if (text_starts_with(text, "override "))
			text += strlen("override ");
		begins = text_starts_with(text, "define ");
		depth -= depth && ends;
		if (depth)
			line->is_recipe = true;
		depth += begins;
	}
}

static struct lp_error *read_makefile(const char *text, struct makefile *makefile)
{
	unsigned int number = 1, lines;

	for (size_t length; *text; text += length, number += lines) {
		struct logical_line *grown =
			reallocarray(makefile->lines, makefile->count + 1, sizeof(*grown));

		if (!grown)
			return lp_error_no_memory();
		makefile->lines = grown;
		length = logical_length(text, &lines);
		struct logical_line *line = &grown[makefile->count];

		*line = (struct logical_line){.number = number, .is_recipe = *text == '\t'};
		line->text = strndup(text, length);
		if (!line->text)
			return lp_error_no_memory();
		makefile->count++;
		if (!has_controls(line->text))
			squeeze(line->text);
	}
	mark_definitions(makefile);
	return NULL;
}

static bool is_one_of(const char *word, size_t length, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(words[i]) == length && !strncmp(words[i], word, length))
			return true;
	}
	return false;
}

/* The length of the variable's name in an assignment; 0 if the line is no assignment. */
static size_t assigned_name(const char *text)
{
	const char *equals = strchr(text, '=');
	size_t length;

	if (!equals)
		return 0;
	length = equals - text;
	while (length && strchr(":+?", text[length - 1]))
		length--;
	while (length && text[length - 1] == ' ')
		length--;
	/* With a blank or colon before the operator, it is a rule, "override" or "export". */
	for (size_t i = 0, depth = 0; i < length; i++) {
		depth += text[i] == '(';
		depth -= depth && text[i] == ')';
		if (!depth && (text[i] == ' ' || text[i] == ':'))
			return 0;
	}
	return length;
}

/* The Makefiles that set the flags of the whole kernel: their lists are not plain lists. */
static bool is_general(const char *path)
{
	return !strcmp(path, "Makefile") || !fnmatch("arch/*/Makefile*", path, FNM_PATHNAME) ||
	       !fnmatch("scripts/*", path, 0);
}

static struct lp_error *assignment_effect(const char *path, const char *text, size_t length,
					  enum makefile_effect *effect)
{
	_cleanup_free_ char *name = strndup(text, length);

	if (!name)
		return lp_error_no_memory();
	if (is_general(path)) {
		const char *value = makefile_value(text, length);

		if (!strcmp(path, "Makefile") && value && makefile_version_is_plain(value) &&
		    is_one_of(name, length, version, ARRAY_SIZE(version)))
			*effect = MAKEFILE_NOTHING;
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		if (fnmatch(variables[i].name, name, 0))
			continue;
		*effect = variables[i].effect;
		break;
	}
	return NULL;
}

/* True if both are assignments to the same variable. */
static bool same_variable(const struct logical_line *one, const struct logical_line *other)
{
	size_t length = assigned_name(one->text);

	return length && !other->is_recipe && assigned_name(other->text) == length &&
	       !strncmp(one->text, other->text, length);
}

/* "a.o" */
static bool is_object(const char *path, const struct makefile_word *word)
{
	return word->length > 2 && !strncmp(word->text + word->length - 2, ".o", 2) &&
	       *word->text != '$' && makefile_word_is_plain(path, MAKEFILE_LISTS, word);
}

/* Whether the Makefile assigns to the variable of the line, and only names of objects. */
static bool lists_objects(const struct makefile *makefile, const char *path,
			  const struct logical_line *line)
{
	bool any = false;

	for (size_t i = 0; i < makefile->count; i++) {
		const struct logical_line *other = &makefile->lines[i];
		const char *value;

		if (!same_variable(line, other))
			continue;
		value = makefile_value(other->text, assigned_name(other->text));
		if (!value)
			return false;
		for (struct makefile_word word; (word = makefile_next_word(&value)).length;) {
			any = true;
			if (!is_object(path, &word))
				return false;
		}
	}
	return any;
}

/*
 * A variable of the Makefile's own, such as DCE in drivers/gpu/drm/amd/display/dc/dce/Makefile
 * (Linux 6.1), that is a list of objects in both versions.
 */
static bool is_own_list(const char *path, const struct logical_line *line,
			const struct makefile *these, const struct makefile *others)
{
	size_t length = assigned_name(line->text);

	for (size_t i = 0; i < length; i++) {
		char c = line->text[i];

		if (c != '_' && (c < 'A' || c > 'Z') && (c < '0' || c > '9'))
			return false;
	}
	return length && !is_general(path) && lists_objects(these, path, line) &&
	       lists_objects(others, path, line);
}

/* The length of NAME in "NAME-y", "NAME-m", "NAME-objs", "NAME-$(CONFIG_A)",
 * "NAME-objs-$(CONFIG_A)". */
static size_t list_name(const char *variable, size_t length)
{
	const char *dollar = memchr(variable, '$', length);

	length = dollar ? (size_t)(dollar - variable) : length;
	if (dollar && length && variable[length - 1] == '-')
		length--;
	else if (length > 2 && variable[length - 2] == '-')
		length -= 2;
	if (length > 5 && !strncmp(variable + length - 5, "-objs", 5))
		length -= 5;
	return length;
}

/* Whether another variable of the Makefile has the word NAME.o: kbuild links the list into that. */
static bool links_list(const struct makefile *makefile, const struct logical_line *line,
		       size_t length)
{
	for (size_t i = 0; i < makefile->count; i++) {
		const struct logical_line *other = &makefile->lines[i];
		const char *value = makefile_value(other->text, assigned_name(other->text));

		if (other->is_recipe || !value || !strncmp(other->text, line->text, length + 1))
			continue;
		for (struct makefile_word word; (word = makefile_next_word(&value)).length;) {
			if (word.length == length + 2 && !strncmp(word.text, line->text, length) &&
			    !strncmp(word.text + length, ".o", 2))
				return true;
		}
	}
	return false;
}

/*
 * Whether kbuild reads the list, so that its own lists show the change. Others have such
 * names, too: "vobjs-y" of arch/x86/entry/vdso/Makefile is for a rule of that Makefile's
 * (Linux 6.1).
 */
static bool is_kbuild_list(const struct logical_line *line, const struct makefile *these,
			   const struct makefile *others)
{
	static const char *const read_by_kbuild[] = {"obj", "lib", "subdir"};
	size_t length = list_name(line->text, assigned_name(line->text));

	return is_one_of(line->text, length, read_by_kbuild, ARRAY_SIZE(read_by_kbuild)) ||
	       links_list(these, line, length) || links_list(others, line, length);
}

static struct lp_error *line_effect(const char *path, const struct logical_line *line,
				    const struct makefile *these, const struct makefile *others,
				    enum makefile_effect *effect)
{
	size_t word = strcspn(line->text, " ("), name = assigned_name(line->text);

	*effect = MAKEFILE_OTHER;
	if (!line->is_recipe && name) {
		lp_try(assignment_effect(path, line->text, name, effect));
		if (*effect == MAKEFILE_LISTS && !is_kbuild_list(line, these, others))
			*effect = MAKEFILE_OTHER;
		if (*effect == MAKEFILE_OTHER && is_own_list(path, line, these, others))
			*effect = MAKEFILE_LISTS;
		return NULL;
	}
	if (!line->is_recipe && !is_general(path) &&
	    is_one_of(line->text, word, conditionals, ARRAY_SIZE(conditionals)))
		*effect = MAKEFILE_FLAGS;
	return NULL;
}

/* A word that the source already assigns to the variable may stay when the diff adds another. */
static bool is_known_word(const struct makefile *old, const struct logical_line *line,
			  const struct makefile_word *word)
{
	for (size_t i = 0; i < word->length; i++) {
		if (strchr("`'\"\\;|&<>", word->text[i]))
			return false;
	}
	for (size_t i = 0; i < old->count; i++) {
		const struct logical_line *known = &old->lines[i];
		const char *at = same_variable(line, known)
					 ? makefile_value(known->text, assigned_name(known->text))
					 : NULL;

		for (struct makefile_word other; at;) {
			other = makefile_next_word(&at);
			if (!other.length)
				break;
			if (other.length == word->length &&
			    !strncmp(other.text, word->text, word->length))
				return true;
		}
	}
	return false;
}

/* Whether a diff may add the line, which has that effect; see makefile_grammar.h. */
static bool may_be_added(const char *path, const struct makefile *old,
			 const struct logical_line *line, enum makefile_effect effect)
{
	size_t length = assigned_name(line->text);
	const char *value = length ? makefile_value(line->text, length) : NULL;

	if (effect == MAKEFILE_OTHER)
		return false;
	/* Only comments, and the version, whose value is already checked. */
	if (effect == MAKEFILE_NOTHING)
		return true;
	if (!length)
		return makefile_condition_is_plain(line->text);
	if (!value || !makefile_name_is_plain(line->text, length))
		return false;
	for (struct makefile_word word; (word = makefile_next_word(&value)).length;) {
		if (!makefile_word_is_plain(path, effect, &word) &&
		    !is_known_word(old, line, &word))
			return false;
	}
	return true;
}

static bool same_line(const struct logical_line *one, const struct logical_line *other)
{
	return one->is_recipe == other->is_recipe && !strcmp(one->text, other->text);
}

static bool has_line(const struct makefile *makefile, const struct logical_line *line)
{
	for (size_t i = 0; i < makefile->count; i++) {
		if (same_line(&makefile->lines[i], line))
			return true;
	}
	return false;
}

static struct lp_error *refuse_line(const struct logical_line *line, bool is_old,
				    struct makefile_change *change)
{
	change->effect = MAKEFILE_OTHER;
	change->line = line->number;
	change->is_old = is_old;
	return text_format(&change->text, "%s", line->text);
}

/* Adds the words of the line that the other version doesn't assign to that variable. */
static struct lp_error *list_objects(const struct logical_line *line, const struct makefile *others,
				     struct text_list *objects)
{
	const char *value = makefile_value(line->text, assigned_name(line->text));

	for (struct makefile_word word; (word = makefile_next_word(&value)).length;) {
		if (!is_known_word(others, line, &word))
			lp_try(text_list_add(objects, "%.*s", (int)word.length, word.text));
	}
	return NULL;
}

/* Evaluates the lines that only one version has. */
static struct lp_error *compare_lines(const char *path, const struct makefile *these,
				      const struct makefile *others, bool is_old,
				      struct makefile_change *change)
{
	for (size_t i = 0; i < these->count && change->effect != MAKEFILE_OTHER; i++) {
		const struct logical_line *line = &these->lines[i];
		enum makefile_effect effect;

		if (!*line->text || has_line(others, line))
			continue;
		lp_try(line_effect(path, line, these, others, &effect));
		if (is_own_list(path, line, these, others))
			lp_try(list_objects(line, others,
					    is_old ? &change->removed : &change->added));
		if (effect == MAKEFILE_OTHER ||
		    (!is_old && !may_be_added(path, others, line, effect)))
			return refuse_line(line, is_old, change);
		if (effect > change->effect)
			change->effect = effect;
	}
	return NULL;
}

/*
 * A line that a diff may not add must not be moved or repeated either: the position of
 * a rule or of the end of a definition decides what other lines mean.
 */
static struct lp_error *compare_order(const char *path, const struct makefile *old,
				      const struct makefile *new, struct makefile_change *change)
{
	size_t at = 0;

	for (size_t i = 0; i < new->count && change->effect != MAKEFILE_OTHER; i++) {
		const struct logical_line *line = &new->lines[i];
		enum makefile_effect effect;

		if (!*line->text)
			continue;
		lp_try(line_effect(path, line, new, old, &effect));
		if (may_be_added(path, old, line, effect))
			continue;
		while (at < old->count && !same_line(&old->lines[at], line))
			at++;
		if (at++ == old->count)
			return refuse_line(line, false, change);
	}
	return NULL;
}

/* Lines that are neither lists nor flags must also stay, the same number of times. */
static struct lp_error *compare_rules(const char *path, const struct makefile *old,
				      const struct makefile *new, struct makefile_change *change)
{
	size_t at = 0;

	for (size_t i = 0; i < old->count && change->effect != MAKEFILE_OTHER; i++) {
		const struct logical_line *line = &old->lines[i];
		enum makefile_effect effect;

		lp_try(line_effect(path, line, old, new, &effect));
		if (!*line->text || effect != MAKEFILE_OTHER)
			continue;
		while (at < new->count && !same_line(&new->lines[at], line))
			at++;
		if (at++ == new->count)
			return refuse_line(line, true, change);
	}
	return NULL;
}

/* The variable that the line assigns to or exports; *length is 0 if there is none. */
static const char *variable_of(const struct logical_line *line, size_t *length)
{
	static const char export[] = "export ";
	const char *text = line->text;

	*length = line->is_recipe ? 0 : assigned_name(text);
	if (line->is_recipe || *length || !text_starts_with(text, export))
		return text;
	text += strlen(export);
	*length = strchr(text, ' ') ? 0 : strlen(text);
	return text;
}

/* Whether the line is about a variable that isn't used, and does nothing else. */
static bool is_unused(const char *path, const struct logical_line *line, const char *config)
{
	size_t length;
	const char *name = variable_of(line, &length), *value;

	if (!length || !makefile_is_unused(path, name, length, config))
		return false;
	value = name == line->text ? makefile_value(name, length) : "";
	return value && makefile_value_is_contained(value);
}

/* Empties a condition with nothing in it; true if there was one. */
static bool drop_empty_block(struct makefile *makefile)
{
	struct logical_line *begin = NULL;

	for (size_t i = 0; i < makefile->count; i++) {
		struct logical_line *line = &makefile->lines[i];

		if (line->is_recipe || !*line->text) {
			begin = *line->text ? NULL : begin;
			continue;
		}
		if (begin && !strcmp(line->text, "endif")) {
			*begin->text = *line->text = '\0';
			return true;
		}
		begin = text_starts_with(line->text, "if") &&
					makefile_condition_is_plain(line->text)
				? line
				: NULL;
	}
	return false;
}

/* Empties the lines about variables that are not used, and conditions with nothing else in them. */
static void drop_unused(const char *path, const char *config, struct makefile *makefile)
{
	bool any = false;

	for (size_t i = 0; i < makefile->count; i++) {
		if (!is_unused(path, &makefile->lines[i], config))
			continue;
		*makefile->lines[i].text = '\0';
		any = true;
	}
	while (any && drop_empty_block(makefile))
		;
}

void makefile_change_clear(struct makefile_change *change)
{
	free(change->text);
	text_list_clear(&change->added);
	text_list_clear(&change->removed);
	*change = (struct makefile_change){0};
}

struct lp_error *makefile_compare(const char *path, const char *old_text, const char *new_text,
				  const char *config, struct makefile_change *change)
{
	_cleanup_(makefile_clear) struct makefile old = {0}, new = {0};

	*change = (struct makefile_change){0};
	lp_try(read_makefile(old_text, &old));
	lp_try(read_makefile(new_text, &new));
	drop_unused(path, config, &old);
	drop_unused(path, config, &new);
	lp_try(compare_lines(path, &new, &old, false, change));
	lp_try(compare_lines(path, &old, &new, true, change));
	lp_try(compare_order(path, &old, &new, change));
	return compare_rules(path, &old, &new, change);
}
