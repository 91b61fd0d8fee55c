// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/target/config_meaning.h"

#include <string.h>

enum cause { CAUSE_RT, CAUSE_COMPILER, CAUSE_PAHOLE, CAUSE_RUST, NR_CAUSES };

/*
 * Options by which a cause shows, by the starts of their lines; the first that fits counts. With
 * `lost`, only a line that the kernel's config has and the other hasn't.
 */
static const struct {
	const char *start;
	bool lost;
	enum cause cause;
} signs[] = {
	/* kernel/Kconfig.preempt, arch/Kconfig, init/Kconfig. Debian's 6.1.192 has all but
	 * ARCH_HAS_PREEMPT_LAZY by the rt patches alone, 6.12.117 that and PREEMPT_LAZY. */
	{"CONFIG_PREEMPT_RT=", true, CAUSE_RT},
	{"CONFIG_ARCH_SUPPORTS_RT=", true, CAUSE_RT},
	{"CONFIG_HAVE_ATOMIC_CONSOLE=", true, CAUSE_RT},
	{"CONFIG_HAVE_PREEMPT_LAZY=", true, CAUSE_RT},
	{"CONFIG_ARCH_HAS_PREEMPT_LAZY=", true, CAUSE_RT},
	{"CONFIG_PREEMPT_LAZY=", true, CAUSE_RT},
	/* init/Kconfig, scripts/Kconfig.include: what compiler and binutils are and can do */
	{"CONFIG_GCC_VERSION=", false, CAUSE_COMPILER},
	{"CONFIG_CLANG_VERSION=", false, CAUSE_COMPILER},
	{"CONFIG_LLD_VERSION=", false, CAUSE_COMPILER},
	{"CONFIG_AS_", false, CAUSE_COMPILER},
	{"CONFIG_LD_", false, CAUSE_COMPILER},
	{"CONFIG_CC_", false, CAUSE_COMPILER},
	{"CONFIG_GCC_PLUGIN", false, CAUSE_COMPILER},
	/* lib/Kconfig.debug: depends on pahole's version */
	{"CONFIG_DEBUG_INFO_BTF", false, CAUSE_PAHOLE},
	/* init/Kconfig: depends on the versions of rustc and bindgen */
	{"CONFIG_RUST=", false, CAUSE_RUST},
	{"CONFIG_HAVE_RUST=", false, CAUSE_RUST},
};

static const char *const meanings[NR_CAUSES] = {
	[CAUSE_RT] = "the source lacks the rt patches; Debian's source package linux has them in "
		     "debian/patches-rt: apply them to a copy of the source, and name that as "
		     "KERNEL_SOURCE",
	[CAUSE_COMPILER] = "the compiler or binutils are not those that the kernel was built with",
	[CAUSE_PAHOLE] = "pahole (package dwarves) is missing, or of another version",
	[CAUSE_RUST] = "the kernel was built with Rust, and its compiler is missing here, or of "
		       "another version",
};

/* The sign that a line of the diff is; ARRAY_SIZE(signs) if it is none. */
static size_t sign_of(const char *line)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signs); i++) {
		if (text_starts_with(line + 1, signs[i].start) && (*line == '-' || !signs[i].lost))
			break;
	}
	return i;
}

static enum cause cause_of(const char *line)
{
	size_t sign = sign_of(line);

	return sign < ARRAY_SIZE(signs) ? signs[sign].cause : NR_CAUSES;
}

/* In the order of the table, the rest as it was. */
static void bring_to_front(struct text_list *changes)
{
	size_t front = 0;

	for (size_t sign = 0; sign < ARRAY_SIZE(signs); sign++) {
		for (size_t i = front; i < changes->count; i++) {
			char *line = changes->items[i];

			if (sign_of(line) != sign)
				continue;
			memmove(&changes->items[front + 1], &changes->items[front],
				(i - front) * sizeof(line));
			changes->items[front++] = line;
		}
	}
}

/* "CONFIG_X" of "-CONFIG_X=y". */
static struct lp_error *add_meaning(struct text_list *lines, const char *line, const char *compiler,
				    enum cause cause)
{
	int length = (int)strcspn(line + 1, "= ");

	if (cause == CAUSE_COMPILER)
		return text_list_add(lines, "%.*s: %s (%s).", length, line + 1, meanings[cause],
				     compiler);
	return text_list_add(lines, "%.*s: %s.", length, line + 1, meanings[cause]);
}

struct lp_error *config_meaning(struct text_list *changes, const char *compiler, char **meaning)
{
	_cleanup_text_list_ struct text_list lines = {0};
	bool is_said[NR_CAUSES] = {false};

	bring_to_front(changes);
	for (size_t i = 0; i < changes->count; i++) {
		enum cause cause = cause_of(changes->items[i]);

		if (cause == NR_CAUSES || is_said[cause])
			continue;
		is_said[cause] = true;
		lp_try(add_meaning(&lines, changes->items[i], compiler, cause));
	}
	if (!lines.count)
		lp_try(text_list_add(
			&lines, "The source is not the one that the kernel was built from: it is "
				"of another version, or lacks patches of the kernel's vendor."));
	return text_list_join(&lines, "\n", meaning);
}
