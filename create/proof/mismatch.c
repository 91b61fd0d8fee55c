// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/proof/mismatch.h"

#include <string.h>

#include "common/file.h"
#include "object/explain.h"
#include "object/object.h"

/* Instructions shown in front of the first difference, and from there on. */
#define SHOWN_BEFORE 3
#define SHOWN_AFTER  4

/* A config has some 300 KB. */
#define TEXT_LIMIT (64u << 20)

/* One side of the difference. */
struct side {
	const char *name;
	const uint8_t *code;
	uint64_t size;
	const struct section *section; /* that has relocations for it, or NULL */
	uint64_t begin;                /* of the code in the section */
};

/* What the instruction refers to: by a relocation, or by an address in its text; or "". */
static void describe_operand(const struct kernel_image *image, const struct side *side, uint64_t at,
			     size_t length, const char *text, char *operand, size_t size)
{
	const char *hexadecimal = strstr(text, "0xffffffff");
	size_t count = 0;

	operand[0] = 0;
	if (side->section) {
		const struct reloc *relocs = section_relocs(side->section, side->begin + at,
							    side->begin + at + length, &count);

		if (count) {
			snprintf(operand, size, "  # %s", relocs[0].symbol->name);
			return;
		}
	}
	if (!hexadecimal)
		return;
	uint64_t address = strtoull(hexadecimal, NULL, 16);
	const struct kernel_symbol *symbol =
		symbol_table_find_address(kernel_image_symbols(image), address);

	if (symbol && symbol->size && address == symbol->address)
		snprintf(operand, size, "  # %s", symbol->name);
	else if (symbol && symbol->size)
		snprintf(operand, size, "  # %s+0x%llx", symbol->name,
			 (unsigned long long)(address - symbol->address));
}

/* Where to start, so that SHOWN_BEFORE instructions come before the one with `offset`. */
static uint64_t first_shown(const struct explain_operations *operations, const struct side *side,
			    uint64_t offset)
{
	uint64_t starts[SHOWN_BEFORE + 1] = {0};
	uint64_t at = 0;
	char text[160];

	while (at < side->size) {
		size_t length = operations->disassemble(side->code + at, side->size - at, at, text,
							sizeof(text));

		if (!length || at + length > offset)
			break;
		at += length;
		memmove(starts, starts + 1, SHOWN_BEFORE * sizeof(*starts));
		starts[SHOWN_BEFORE] = at;
	}
	return starts[0];
}

static void print_side(FILE *out, const struct explain_operations *operations,
		       const struct kernel_image *image, const struct proof_mismatch *mismatch,
		       const struct side *side)
{
	uint64_t at = first_shown(operations, side, mismatch->offset);
	int after = 0;

	fprintf(out, "\n%s:", side->name);
	while (after < SHOWN_AFTER) {
		char text[160], operand[160];
		size_t length = at < side->size
					? operations->disassemble(side->code + at, side->size - at,
								  mismatch->address + at, text,
								  sizeof(text))
					: 0;

		if (!length) {
			fprintf(out, "\n    +0x%-5llx ends here", (unsigned long long)at);
			return;
		}
		describe_operand(image, side, at, length, text, operand, sizeof(operand));
		fprintf(out, "\n  %s +0x%-5llx %s%s",
			at + length > mismatch->offset && !after ? ">" : " ",
			(unsigned long long)at, text, operand);
		at += length;
		after += at > mismatch->offset;
	}
}

/* The instructions on both sides. Nothing without the library for it, or without both. */
static struct lp_error *show_code(const struct kernel_image *image,
				  const struct proof_mismatch *mismatch, char **shown)
{
	const struct explain_operations *operations = explain_load();
	size_t size;
	FILE *out = open_memstream(shown, &size);

	if (!out)
		return lp_error_no_memory();
	if (operations && mismatch->compiled && mismatch->kernel) {
		const struct side compiled = {"compiled", mismatch->compiled,
					      mismatch->compiled_size, mismatch->section,
					      mismatch->begin};
		const struct side kernel = {"kernel", mismatch->kernel, mismatch->kernel_size, NULL,
					    0};

		print_side(out, operations, image, mismatch, &compiled);
		print_side(out, operations, image, mismatch, &kernel);
	}
	return fclose(out) ? lp_error_no_memory() : NULL;
}

static struct lp_error *find_cause(const struct tree *tree, const struct proof *proof, char **cause)
{
	const char *banner = kernel_image_banner(tree->target->kernel);
	_cleanup_blob_ struct blob config = {0}, makefile = {0};
	_cleanup_free_ char *path = NULL;

	lp_try(text_format(&path, "%s/Makefile", tree->source));
	lp_try(file_read(path, TEXT_LIMIT, &makefile));
	lp_try(file_read(tree->target->config, TEXT_LIMIT, &config));
	return mismatch_cause(banner ? banner : "", proof_compiler(proof),
			      (const char *)config.data, (const char *)makefile.data, cause);
}

struct lp_error *mismatch_error(const struct tree *tree, const struct unit *unit,
				const struct kernel_image *image, const struct proof *proof)
{
	const struct proof_mismatch *mismatch = proof_mismatch(proof);
	_cleanup_free_ char *shown = NULL, *cause = NULL;

	lp_try(show_code(image, mismatch, &shown));
	lp_try(find_cause(tree, proof, &cause));
	return lp_error_hint(
		lp_error_new(
			LP_NOT_PROVEN,
			"%s, compiled with the target's config, differs from the code in %s: %s%s",
			unit->name, unit->object, mismatch->difference, shown),
		"%s\nTo make the update nonetheless, name the object with "
		"--allow-unproven=OBJECT.",
		cause);
}
