/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/names.h"

#include <ctype.h>
#include <string.h>

/* clang-format off */
/* Variables that a macro makes for each of its uses; sharing them has no meaning. */
static const struct {
	const char *stem;
	enum never_shared how;
} one_use[] = {
	{"__func__", NEVER_SHARED},
	{"__FUNCTION__", NEVER_SHARED},
	{"__PRETTY_FUNCTION__", NEVER_SHARED},
	{"CSWTCH", NEVER_SHARED},               /* gcc: a table made from a switch */
	{"__key", NEVER_SHARED_ANY},            /* mutex_init() and friends, for lockdep */
	{"__warned", NEVER_SHARED_ANY},         /* WARN_ONCE() before 5.14 */
	{"__already_done", NEVER_SHARED_ANY},   /* DO_ONCE_LITE(), include/linux/once_lite.h */
	{"__print_once", NEVER_SHARED_ANY},     /* printk_once() before 5.17 */
	{"___done", NEVER_SHARED_ANY},          /* DO_ONCE(), include/linux/once.h */
	{"_rs", NEVER_SHARED},                  /* *_ratelimited(), include/linux/ratelimit.h */
	{"_entry", NEVER_SHARED_REFS},          /* CONFIG_PRINTK_INDEX, include/linux/printk.h */
	{"_entry_ptr", NEVER_SHARED_REFS},
	{"descriptor", NEVER_SHARED_REFS},      /* pr_debug(), include/linux/dynamic_debug.h */
	{"__UNIQUE_ID_ddebug", NEVER_SHARED_REFS},
	{"__msg", NEVER_SHARED},                /* NL_SET_ERR_MSG(), include/linux/netlink.h */
	{"__print_fmt", NEVER_SHARED},
	{"trace_printk_fmt", NEVER_SHARED},
	{"__trace_printk_fmt", NEVER_SHARED},
	{"___tp_str", NEVER_SHARED},
	{"______f", NEVER_SHARED_REFS},         /* CONFIG_TRACE_BRANCH_PROFILING */
	{"____f", NEVER_SHARED_REFS},
};
/* clang-format on */

static bool is_number(const char *begin, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (!isdigit((unsigned char)begin[i]))
			return false;
	return length;
}

/*
 * __UNIQUE_ID(prefix) is __UNIQUE_ID_ + prefix + a counter; BTF_ID(func, f) is
 * __BTF_ID__func__f__ + a counter (include/linux/btf_ids.h).
 */
static bool has_counter(const char *name)
{
	return !strncmp(name, "__UNIQUE_ID_", 12) || !strncmp(name, "__BTF_ID__", 10);
}

static size_t without_counter(const char *begin, size_t length)
{
	if (!has_counter(begin))
		return length;
	while (length && isdigit((unsigned char)begin[length - 1]))
		length--;
	return length;
}

const char *name_stem(struct arena *arena, const char *name)
{
	const char *dot = strchr(name + (*name == '.'), '.');

	if (!dot && !has_counter(name))
		return name;

	char *stem = arena_array(arena, strlen(name) + 1, 1);
	size_t first = dot ? (size_t)(dot - name) : strlen(name);
	size_t used = without_counter(name, first);

	if (!stem)
		return NULL;
	memcpy(stem, name, used);
	while (dot) {
		const char *part = dot + 1;
		const char *end = strchrnul(part, '.');
		size_t length = (size_t)(end - part);
		bool numbered = is_number(part, length) || !strncmp(part, "llvm.", 5) ||
				!strncmp(part, "lto_priv.", 9);

		if (!numbered) {
			memcpy(stem + used, dot, length + 1);
			used += length + 1;
		}
		dot = *end ? end : NULL;
	}
	return stem;
}

size_t name_of_cold_part(const char *name)
{
	const char *cold = strstr(name, ".cold");

	if (!cold || cold == name)
		return 0;
	if (!cold[5] || (cold[5] == '.' && is_number(cold + 6, strlen(cold + 6))))
		return (size_t)(cold - name);
	return 0;
}

static enum never_shared find_one_use(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(one_use) / sizeof(one_use[0]); i++)
		if (strlen(one_use[i].stem) == length && !strncmp(name, one_use[i].stem, length))
			return one_use[i].how;
	return SHARED;
}

enum never_shared name_never_shared(const char *stem, const char *section)
{
	const char *last = strrchr(stem, '.');

	if (!strcmp(section, "__dyndbg") || !strcmp(section, "__verbose"))
		return NEVER_SHARED_REFS;
	/* Literals, and clang's name for a table made from a switch. */
	if (!strncmp(stem, ".L", 2) || !strncmp(stem, "switch.table.", 13))
		return NEVER_SHARED;

	enum never_shared how = find_one_use(stem, strlen(stem));

	/* clang: f.__already_done, but __func__.f. */
	if (how == SHARED && last)
		how = find_one_use(last + 1, strlen(last + 1));
	if (how == SHARED && last)
		how = find_one_use(stem, strcspn(stem, "."));
	return how;
}
