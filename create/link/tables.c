// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/link/tables.h"

#include <string.h>

#include "core-module/lpatch_abi.h"

/* The text as a C string constant, one line of the text a line. */
static void print_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '\n')
			fputs(text[1] ? "\\n\"\n\t\"" : "\\n", out);
		else if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ' || c >= 0x7f || c == '?')
			fprintf(out, "\\%03o", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void print_byte_array(FILE *out, const char *name, const uint8_t *bytes, size_t count)
{
	fprintf(out, "static const u8 %s[] = {", name);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s0x%02x,", i % 12 ? " " : "\n\t", bytes[i]);
	fputs("\n};\n", out);
}

/* The declarations for one range of old text; `key` makes their names unique. */
static struct lp_error *print_text(FILE *out, struct symbol_map *map, const struct proof *proof,
				   const char *name, const char *key, uint32_t *size)
{
	_cleanup_(proven_text_clear) struct proven_text text = {0};
	_cleanup_free_ char *symbol = NULL, *array = NULL;
	struct proven_symbol place;

	lp_try(proof_text(proof, name, &text));
	lp_try(proof_name(proof, name, text.address, &place));
	lp_try(text_format(&symbol, "lpatch_old_%s", key));
	lp_try(symbol_map_add(map, symbol, &place));
	fprintf(out, "extern char %s[];\n", symbol);
	lp_try(text_format(&array, "expect_%s", key));
	print_byte_array(out, array, text.expect, text.size);
	free(take(array));
	lp_try(text_format(&array, "mask_%s", key));
	print_byte_array(out, array, text.mask, text.size);
	*size = text.size;
	return NULL;
}

static void print_initializer(FILE *out, const char *field, const char *name, const char *key,
			      uint32_t size)
{
	fprintf(out,
		"\t.%s = {\n\t\t.name = \"%s\",\n\t\t.addr = (unsigned long)lpatch_old_%s,\n"
		"\t\t.size = %u,\n\t\t.expect = expect_%s,\n\t\t.mask = mask_%s,\n\t},\n",
		field, name, key, size, key, key);
}

/* Declarations go to `out` at once, the function's entry in the table to `table`. */
static struct lp_error *print_function(FILE *out, FILE *table, const struct link_job *job,
				       struct symbol_map *map, size_t part_index, size_t index)
{
	const struct link_part *part = &job->parts[part_index];
	const struct diffobj_function *function = &part->result->functions[index];
	const struct proof *proof = part->function_proofs[index] ?: part->proof;
	_cleanup_free_ char *key = NULL, *cold_key = NULL;
	uint32_t size, cold_size;

	lp_try(text_format(&key, "%zu_%zu", part_index, index));
	lp_try(text_format(&cold_key, "%s_cold", key));
	fprintf(out, "\n/* %s */\nextern char lpatch_new_%s[];\n", function->original_name, key);
	lp_try(print_text(out, map, proof, function->original_name, key, &size));
	fprintf(table, "{\n\t.object = \"%s\",\n", part->unit->object);
	print_initializer(table, "old", function->original_name, key, size);
	if (function->cold_name) {
		lp_try(print_text(out, map, proof, function->cold_name, cold_key, &cold_size));
		print_initializer(table, "old_cold", function->cold_name, cold_key, cold_size);
	}
	fprintf(table, "\t.new_addr = (unsigned long)lpatch_new_%s,\n\t.new_size = %llu,\n},\n",
		key, (unsigned long long)function->size);
	return NULL;
}

/* One constant that is rewritten in place. */
static struct lp_error *print_rewrite(FILE *out, FILE *table, const struct link_job *job,
				      struct symbol_map *map, size_t part_index, size_t index)
{
	const struct link_part *part = &job->parts[part_index];
	const struct diffobj_rewrite *rewrite = &part->result->rewrites[index];
	_cleanup_free_ char *symbol = NULL, *old_bytes = NULL, *old_mask = NULL;
	struct proven_symbol place;

	lp_try(text_format(&symbol, "lpatch_constant_%zu_%zu", part_index, index));
	lp_try(text_format(&old_bytes, "old_bytes_%zu_%zu", part_index, index));
	lp_try(text_format(&old_mask, "old_mask_%zu_%zu", part_index, index));
	lp_try(proof_find(part->proof, rewrite->name, rewrite->local, &place));
	lp_try(symbol_map_add(map, symbol, &place));
	fprintf(out, "\n/* %s */\nextern char %s[];\nextern const u8 lpatch_content_%zu_%zu[];\n",
		rewrite->name, symbol, part_index, index);
	print_byte_array(out, old_bytes, rewrite->old_bytes, rewrite->place.size);
	print_byte_array(out, old_mask, rewrite->old_mask, rewrite->place.size);
	fprintf(table,
		"{\n\t.name = \"%s\",\n\t.addr = (unsigned long)%s,\n\t.size = %llu,\n"
		"\t.old_bytes = %s,\n\t.old_mask = %s,\n\t.new_bytes = "
		"lpatch_content_%zu_%zu,\n},\n",
		rewrite->name, symbol, (unsigned long long)rewrite->place.size, old_bytes, old_mask,
		part_index, index);
	return NULL;
}

/* Writes one entry of a table, and what it needs declared before the table. */
typedef struct lp_error *print_entry(FILE *out, FILE *table, const struct link_job *job,
				     struct symbol_map *map, size_t part_index, size_t index);

static struct lp_error *print_replaced(FILE *out, FILE *table, const struct link_job *job,
				       struct symbol_map *map, size_t part_index, size_t index)
{
	if (job->parts[part_index].result->functions[index].kind != DIFFOBJ_REPLACED)
		return NULL;
	return print_function(out, table, job, map, part_index, index);
}

static size_t count_functions(const struct diffobj_result *result)
{
	return result->nr_functions;
}

static size_t count_rewrites(const struct diffobj_result *result)
{
	return result->nr_rewrites;
}

static struct lp_error *print_table(FILE *out, const char *declaration, const struct link_job *job,
				    struct symbol_map *map,
				    size_t count(const struct diffobj_result *), print_entry print)
{
	_cleanup_free_ char *entries = NULL;
	struct lp_error *error = NULL;
	size_t size;
	FILE *table = open_memstream(&entries, &size);

	if (!table)
		return lp_error_no_memory();
	for (size_t i = 0; i < job->nr_parts && !error; i++) {
		for (size_t k = 0; k < count(job->parts[i].result) && !error; k++)
			error = print(out, table, job, map, i, k);
	}
	if (fclose(table) && !error)
		error = lp_error_no_memory();
	lp_try(error);
	fprintf(out, "\nstatic %s[] = {\n%s};\n", declaration, entries);
	return NULL;
}

static const char *const hook_names[] = {LPATCH_HOOKS(LPATCH_HOOK_NAME)};

/* The entry of one hook in the core's table; `kind` is its number there. */
static void print_hook(FILE *out, FILE *table, const struct link_part *part, size_t part_index,
		       size_t index, size_t kind)
{
	fprintf(out, "extern void *const lpatch_hook_%zu_%zu;\n", part_index, index);
	fprintf(table,
		"{\n\t.kind = %zu,\n\t.set = %zu,\n\t.source = \"%s\",\n\t.function = \"%s\",\n"
		"\t.entry = &lpatch_hook_%zu_%zu,\n},\n",
		kind, part_index, part->unit->source, part->result->hooks[index].function,
		part_index, index);
}

/* Whether the update has the function, so that the core can call it. */
static bool is_new(const struct link_job *job, const char *function)
{
	for (size_t i = 0; i < job->nr_parts; i++) {
		const struct diffobj_result *result = job->parts[i].result;

		for (size_t k = 0; k < result->nr_functions; k++) {
			if (result->functions[k].kind == DIFFOBJ_NEW &&
			    !strcmp(result->functions[k].name, function))
				return true;
		}
	}
	return false;
}

static struct lp_error *check_hook(const struct link_job *job, const struct link_part *part,
				   const struct diffobj_hook *hook)
{
	if (is_new(job, hook->function))
		return NULL;
	return lp_error_hint(
		lp_error_new(LP_UNSAFE,
			     "the hook %s of %s is %s, which the patch does not add to %s",
			     hook->kind, part->unit->source, hook->function, job->object),
		"Call it from a function that the patch adds: see lpatch-author(7).");
}

/* The hooks of one source file, in the order of the core's kinds. */
static struct lp_error *print_set(FILE *out, FILE *table, const struct link_job *job,
				  size_t part_index)
{
	const struct link_part *part = &job->parts[part_index];
	const struct diffobj_result *result = part->result;
	size_t nr_known = 0;

	for (size_t kind = 0; kind < ARRAY_SIZE(hook_names); kind++) {
		for (size_t i = 0; i < result->nr_hooks; i++) {
			if (strcmp(result->hooks[i].kind, hook_names[kind]))
				continue;
			lp_try(check_hook(job, part, &result->hooks[i]));
			print_hook(out, table, part, part_index, i, kind);
			nr_known++;
		}
	}
	if (nr_known == result->nr_hooks)
		return NULL;
	return lp_error_new(
		LP_UNSAFE,
		"%s has a hook that lpatch does not know: lpatch-patch.h lists all hooks",
		part->unit->source);
}

static struct lp_error *print_sets(FILE *out, FILE *table, const struct link_job *job)
{
	for (size_t i = 0; i < job->nr_parts; i++)
		lp_try(print_set(out, table, job, i));
	return NULL;
}

static struct lp_error *print_shadows(FILE *out, FILE *table, const struct link_job *job)
{
	for (size_t i = 0; i < job->nr_parts; i++) {
		for (size_t k = 0; k < job->parts[i].result->nr_shadows; k++) {
			fprintf(out, "extern struct lpatch_shadow lpatch_shadow_%zu_%zu;\n", i, k);
			fprintf(table, "\t&lpatch_shadow_%zu_%zu,\n", i, k);
		}
	}
	return NULL;
}

static struct lp_error *print_outlives(FILE *out, FILE *table, const struct link_job *job)
{
	(void)out;
	for (size_t i = 0; i < job->nr_parts; i++) {
		const struct finding_list *findings = job->parts[i].findings;

		for (size_t k = 0; k < findings->count; k++) {
			if (findings->items[k].kind != FINDING_OUTLIVES)
				continue;
			fputs("{\n\t.name = ", table);
			print_string(table, findings->items[k].name);
			fputs(",\n\t.where = ", table);
			print_string(table, findings->items[k].where);
			fputs(",\n\t.text = ", table);
			print_string(table, findings->items[k].text);
			fputs(",\n},\n", table);
		}
	}
	return NULL;
}

static bool keeps_code(const struct link_job *job)
{
	for (size_t i = 0; i < job->nr_parts; i++) {
		if (job->parts[i].result->keep_code)
			return true;
	}
	return false;
}

/* A table of the author's declarations, after the C declarations that it needs. */
static struct lp_error *print_author(FILE *out, const char *declaration, const struct link_job *job,
				     struct lp_error *print(FILE *, FILE *,
							    const struct link_job *))
{
	_cleanup_free_ char *entries = NULL;
	size_t size;
	FILE *table = open_memstream(&entries, &size);

	if (!table)
		return lp_error_no_memory();
	fputc('\n', out);
	struct lp_error *error = print(out, table, job);

	if (fclose(table) && !error)
		error = lp_error_no_memory();
	lp_try(error);
	fprintf(out, "static %s[] = {\n%s};\n", declaration, entries);
	return NULL;
}

/* The texts: names, the patch, namespaces. */
static void print_texts(FILE *out, const struct link_job *job, const struct text_list *namespaces)
{
	const struct {
		const char *name, *text;
	} definitions[] = {
		{"LPATCH_UPDATE_ID", job->id},
		{"LPATCH_UPDATE_OBJECT", job->object},
		{"LPATCH_UPDATE_DESCRIPTION", job->description},
	};

	fputs("/* Made by lpatch-create for one update. */\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(definitions); i++) {
		fprintf(out, "#define %s ", definitions[i].name);
		print_string(out, definitions[i].text);
		fputc('\n', out);
	}
	fprintf(out, "#define LPATCH_UPDATE_KEEP_CODE %d\n", keeps_code(job));
	for (size_t i = 0; i < namespaces->count; i++)
		fprintf(out, "MODULE_IMPORT_NS(%s);\n", namespaces->items[i]);
	fputs("\nstatic const char lpatch_update_patch[] =\n\t", out);
	print_string(out, job->patch);
	fputs(";\n\nstatic const char *const lpatch_update_objects[] = {", out);
	for (size_t i = 0; i < job->objects->count; i++) {
		fputs("\n\t", out);
		print_string(out, job->objects->items[i]);
		fputc(',', out);
	}
	fputs("\n};\n", out);
}

/* Exports for modules of the update for other objects. */
static void print_exports(FILE *out, const struct link_job *job)
{
	for (size_t i = 0; i < job->nr_externals; i++) {
		for (size_t k = 0; k < job->nr_parts; k++) {
			if (job->parts[k].index == job->externals[i].provider)
				fprintf(out,
					"\n/* %s */\nextern char %s[];\nEXPORT_SYMBOL_GPL(%s);\n",
					job->externals[i].name, job->externals[i].alias,
					job->externals[i].alias);
		}
	}
}

/* Modules that must stay as long as the update's module is loaded. */
static struct lp_error *print_pins(FILE *out, const struct text_list *pins, struct symbol_map *map)
{
	for (size_t i = 0; i < pins->count; i++) {
		_cleanup_free_ char *symbol = NULL;
		const struct proven_symbol place = {
			.object = pins->items[i],
			.name = "__this_module",
			.position = 1,
		};

		lp_try(text_format(&symbol, "lpatch_pinned_%zu", i));
		lp_try(symbol_map_add(map, symbol, &place));
		fprintf(out, "\n/* %s */\nextern struct module %s;\n", pins->items[i], symbol);
	}
	fputs("\nstatic struct module *const lpatch_update_pins[] = {", out);
	for (size_t i = 0; i < pins->count; i++)
		fprintf(out, "\n\t&lpatch_pinned_%zu,", i);
	fputs("\n};\n", out);
	return NULL;
}

struct lp_error *tables_print(FILE *out, const struct link_job *job,
			      const struct text_list *namespaces, const struct text_list *pins,
			      struct symbol_map *map)
{
	print_texts(out, job, namespaces);
	print_exports(out, job);
	lp_try(print_pins(out, pins, map));
	lp_try(print_table(out, "const struct lpatch_func lpatch_update_funcs", job, map,
			   count_functions, print_replaced));
	lp_try(print_table(out, "const struct lpatch_rewrite lpatch_update_rewrites", job, map,
			   count_rewrites, print_rewrite));
	lp_try(print_author(out, "const struct lpatch_hook lpatch_update_hooks", job, print_sets));
	lp_try(print_author(out, "struct lpatch_shadow *const lpatch_update_shadows", job,
			    print_shadows));
	return print_author(out, "const struct lpatch_outlives lpatch_update_outlives", job,
			    print_outlives);
}
