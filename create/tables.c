// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/tables.h"

#include <string.h>

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

/* The declarations that one stretch of old text needs; `key` makes their names unique. */
static struct lp_error *print_text(FILE *out, struct symbol_map *map, const struct link_part *part,
				   const char *name, const char *key, uint32_t *size)
{
	_cleanup_(proven_text_clear) struct proven_text text = {0};
	_cleanup_free_ char *symbol = NULL, *array = NULL;
	struct proven_symbol place;

	lp_try(proof_text(part->proof, name, &text));
	lp_try(proof_name(part->proof, name, text.address, &place));
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
	_cleanup_free_ char *key = NULL, *cold_key = NULL;
	uint32_t size, cold_size;

	lp_try(text_format(&key, "%zu_%zu", part_index, index));
	lp_try(text_format(&cold_key, "%s_cold", key));
	fprintf(out, "\n/* %s */\nextern char lpatch_new_%s[];\n", function->original_name, key);
	lp_try(print_text(out, map, part, function->original_name, key, &size));
	fprintf(table, "{\n\t.object = \"%s\",\n", part->unit->object);
	print_initializer(table, "old", function->original_name, key, size);
	if (function->cold_name) {
		lp_try(print_text(out, map, part, function->cold_name, cold_key, &cold_size));
		print_initializer(table, "old_cold", function->cold_name, cold_key, cold_size);
	}
	fprintf(table, "\t.new_addr = (unsigned long)lpatch_new_%s,\n\t.new_size = %llu,\n},\n",
		key, (unsigned long long)function->size);
	return NULL;
}

struct lp_error *tables_print(FILE *out, const struct link_job *job, struct symbol_map *map)
{
	_cleanup_free_ char *entries = NULL;
	struct lp_error *error = NULL;
	size_t size;
	FILE *table = open_memstream(&entries, &size);

	if (!table)
		return lp_error_no_memory();
	fputs("/* Made by lpatch-create for one update. */\n#define LPATCH_UPDATE_ID ", out);
	print_string(out, job->id);
	fputs("\n#define LPATCH_UPDATE_DESCRIPTION ", out);
	print_string(out, job->description);
	fputc('\n', out);
	for (size_t i = 0; i < job->nr_parts && !error; i++) {
		const struct diffobj_result *result = job->parts[i].result;

		for (size_t k = 0; k < result->nr_functions && !error; k++) {
			if (result->functions[k].kind == DIFFOBJ_REPLACED)
				error = print_function(out, table, job, map, i, k);
		}
	}
	if (fclose(table) && !error)
		error = lp_error_no_memory();
	lp_try(error);
	fprintf(out, "\nstatic const struct lpatch_func lpatch_update_funcs[] = {\n%s};\n",
		entries);
	fputs("\nstatic const char lpatch_update_patch[] =\n\t", out);
	print_string(out, job->patch);
	fputs(";\n", out);
	return NULL;
}
