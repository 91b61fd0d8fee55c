// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/core/core_symbols.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "core-module/kernel_symbols.h"
#include "create/arch.h"
#include "create/core/core_members.h"
#include "create/target.h"

static const struct core_symbol {
	const char *name;
	const char *needed; /* see core-module/kernel_symbols.h */
} symbols[] = {
#define SYMBOL(name, needed) {#name, needed},
	LPATCH_KERNEL_SYMBOLS(SYMBOL, SYMBOL, SYMBOL)
#undef SYMBOL
};

bool core_symbols_contain(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		if (!strcmp(symbols[i].name, name))
			return true;
	}
	return !strcmp(name, LPATCH_BUILD_ID_SYMBOL);
}

struct lp_error *core_symbols_find(const struct kernel_image *kernel, const char *name,
				   uint64_t *address)
{
	const struct symbol_table *table = kernel_image_symbols(kernel);
	const struct kernel_symbol *symbol;

	*address = 0;
	if (!strcmp(name, LPATCH_BUILD_ID_SYMBOL)) {
		*address = kernel_image_build_id_address(kernel);
		return NULL;
	}
	symbol = symbol_table_find_name(table, name);
	if (!symbol)
		return NULL;
	if (symbol_table_next(table, symbol))
		return lp_error_new(LP_UNSAFE,
				    "the kernel has several symbols %s, and the core can't tell "
				    "which one it needs",
				    name);
	if (symbol->address < arch_kernel_base)
		return lp_error_new(LP_UNSAFE,
				    "the kernel's symbol %s does not move with its image, and the "
				    "core could not find it",
				    name);
	*address = symbol->address;
	return NULL;
}

struct lp_error *core_symbols_are_set(const char *config, const char *options, bool *set)
{
	_cleanup_text_list_ struct text_list list = {0};

	lp_try(text_list_add_words(&list, options));
	*set = true;
	for (size_t i = 0; i < list.count; i++)
		*set = *set && config_is_set(config, list.items[i]);
	return NULL;
}

/* The same for one symbol. */
static struct lp_error *add_missing(const struct kernel_image *kernel, const char *config,
				    const struct core_symbol *symbol, struct text_list *missing)
{
	_cleanup_error_ struct lp_error *error = NULL;
	bool needed = false;
	uint64_t address;

	error = core_symbols_find(kernel, symbol->name, &address);
	if (error && error->status != LP_UNSAFE)
		return take(error);
	if (symbol->needed)
		lp_try(core_symbols_are_set(config, symbol->needed, &needed));
	if (error)
		return text_list_add(missing, "%s that can be used: %s", symbol->name,
				     error->message);
	return needed && !address ? text_list_add(missing, "%s", symbol->name) : NULL;
}

struct lp_error *core_symbols_missing(const struct kernel_image *kernel, const char *config,
				      struct text_list *missing)
{
	static const struct core_symbol anchor = {LPATCH_ANCHOR, ""};

	lp_try(add_missing(kernel, config, &anchor, missing));
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++)
		lp_try(add_missing(kernel, config, &symbols[i], missing));
	return NULL;
}

/* "0x01, 0x02": the bytes of a text in hexadecimal. */
static void print_bytes(FILE *out, const char *digits)
{
	for (size_t i = 0; digits[i] && digits[i + 1]; i += 2)
		fprintf(out, "%s0x%.2s", i ? ", " : "", digits + i);
}

static struct lp_error *print_symbol(FILE *out, const struct kernel_image *kernel,
				     const struct core_symbol *symbol)
{
	uint64_t address;

	lp_try(core_symbols_find(kernel, symbol->name, &address));
	fprintf(out, "#define LPATCH_HAVE_%s %d\n", symbol->name, address != 0);
	return NULL;
}

static struct lp_error *print_header(FILE *out, const struct target *target)
{
	fprintf(out,
		"/* Made by lpatch-create. What the kernel has that the core is built for. */\n"
		"#define LPATCH_TARGET_RELEASE \"%s\"\n#define LPATCH_TARGET_BUILD_ID { ",
		target->release);
	print_bytes(out, target->build_id);
	fputs(" }\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++)
		lp_try(print_symbol(out, target->kernel, &symbols[i]));
	return core_members_print(out, target->kernel);
}

struct lp_error *core_symbols_header(const struct target *target, char **text)
{
	_cleanup_free_ char *printed = NULL;
	size_t size;
	FILE *out = open_memstream(&printed, &size);

	if (!out)
		return lp_error_no_memory();
	struct lp_error *error = print_header(out, target);

	if (fclose(out) && !error)
		error = lp_error_no_memory();
	lp_try(error);
	*text = take(printed);
	return NULL;
}
