// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/core/fit.h"

#include "common/file.h"
#include "create/core/core_calls.h"
#include "create/core/core_members.h"
#include "create/core/core_symbols.h"
#include "create/core/tested.h"

/* The config of a distribution kernel is some 260 KB. */
#define CONFIG_LIMIT (16u << 20)

static bool has_btf(const struct kernel_image *kernel)
{
	const struct kernel_section *section = kernel_image_section(kernel, ".BTF");

	return section && section->data;
}

static struct lp_error *note_unseen(const struct target *target, struct core_fit *fit)
{
	fit->nr_types = core_calls_count(target->release);
	if (has_btf(target->kernel))
		return NULL;
	return text_list_add(&fit->not_seen,
			     "kernel %s has no BTF (CONFIG_DEBUG_INFO_BTF), so the types of %zu "
			     "functions that the core calls, or that call it, can't be checked",
			     target->release, fit->nr_types);
}

struct lp_error *core_fit_find(const struct target *target, struct core_fit *fit)
{
	_cleanup_exports_ struct exports *exports = NULL;
	_cleanup_blob_ struct blob config = {0};

	lp_try(file_read(target->config, CONFIG_LIMIT, &config));
	lp_try(exports_read(target->symvers, &exports));
	lp_try(core_symbols_missing(target->kernel, (const char *)config.data, &fit->symbols));
	lp_try(core_calls_exports(exports, (const char *)config.data, &fit->exports));
	lp_try(core_calls_types(target->kernel, target->release, &fit->types, &fit->nr_compared));
	lp_try(core_members_missing(target->kernel, (const char *)config.data, &fit->members));
	return note_unseen(target, fit);
}

/* Adds the entries to the lines, each with what kind it is of. */
static struct lp_error *add_lines(struct text_list *lines, const char *kind,
				  const struct text_list *entries)
{
	for (size_t i = 0; i < entries->count; i++)
		lp_try(text_list_add(lines, "%s %s", kind, entries->items[i]));
	return NULL;
}

struct lp_error *core_fit_text(const struct core_fit *fit, char **text)
{
	_cleanup_text_list_ struct text_list lines = {0};

	*text = NULL;
	lp_try(add_lines(&lines, "no symbol", &fit->symbols));
	lp_try(add_lines(&lines, "not exported:", &fit->exports));
	lp_try(add_lines(&lines, "another type:", &fit->types));
	lp_try(add_lines(&lines, "no member", &fit->members));
	return lines.count ? text_list_join(&lines, "\n", text) : NULL;
}

void core_fit_clear(struct core_fit *fit)
{
	text_list_clear(&fit->symbols);
	text_list_clear(&fit->exports);
	text_list_clear(&fit->types);
	text_list_clear(&fit->members);
	text_list_clear(&fit->not_seen);
}

/* What is known of the kernel's series. */
static struct lp_error *say_series(const struct target *target, struct message_sink *sink)
{
	const struct tested_series *tested = tested_find(target->release);
	_cleanup_free_ char *series = NULL, *names = NULL;

	lp_try(tested_series_of(target->release, &series));
	lp_try(tested_names(&names));
	if (tested)
		message_verbose(sink, "lpatch was tested on Linux %s: %s", series, tested->seen);
	else
		message_warning(sink,
				"Linux %s isn't among the kernels that lpatch was tested on (%s): "
				"what the core needs is checked first",
				series, names);
	return NULL;
}

/* How much could be checked. */
static void say_checked(const struct target *target, const struct core_fit *fit,
			struct message_sink *sink)
{
	bool is_tested = tested_find(target->release);

	for (size_t i = 0; i < fit->not_seen.count; i++) {
		if (is_tested)
			message_verbose(sink, "%s", fit->not_seen.items[i]);
		else
			message_warning(sink, "%s", fit->not_seen.items[i]);
	}
	message_verbose(sink, "what the core needs of kernel %s: of %zu types, its BTF has %zu",
			target->release, fit->nr_types, fit->nr_compared);
}

struct lp_error *core_fit_check(const struct target *target, struct message_sink *sink)
{
	_cleanup_core_fit_ struct core_fit fit = {0};
	_cleanup_free_ char *text = NULL, *names = NULL;

	lp_try(say_series(target, sink));
	lp_try(core_fit_find(target, &fit));
	lp_try(core_fit_text(&fit, &text));
	say_checked(target, &fit, sink);
	if (!text) {
		message_verbose(sink, "kernel %s has what the core needs", target->release);
		return NULL;
	}
	lp_try(tested_names(&names));
	return lp_error_hint(
		lp_error_new(LP_UNSAFE, "kernel %s is not what lpatch's core was written for:\n%s",
			     target->release, text),
		"lpatch was tested on Linux %s; docs/kernels.md lists what the kernel "
		"must have.",
		names);
}
