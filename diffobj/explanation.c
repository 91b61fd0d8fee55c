/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/explanation.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "diffobj/compare.h"
#include "diffobj/result.h"

void explanation_begin(struct explanation *explanation, struct object *original,
		       struct object *patched)
{
	*explanation = (struct explanation){
		.objects = {original, patched},
	};
}

void explanation_end(struct explanation *explanation)
{
	for (int i = 0; i < 2; i++)
		if (explanation->debug[i])
			explanation->operations->close(explanation->debug[i]);
}

/* The shared object that explains, loaded when it is first needed; NULL if it is missing. */
static const struct explain_operations *operations_of(struct explanation *explanation)
{
	if (!explanation->operations)
		explanation->operations = explain_load();
	return explanation->operations;
}

/* The debug information of an object, read when it is first needed. */
static struct explained *debug_of(struct explanation *explanation, const struct object *object)
{
	int which = object == explanation->objects[1];

	if (!operations_of(explanation))
		return NULL;
	if (!explanation->opened[which]) {
		explanation->opened[which] = true;
		explanation->debug[which] = explanation->operations->open(object->path);
	}
	return explanation->debug[which];
}

/* The place in the source of a byte of code; for a function's first byte, its definition. */
static bool find_code(struct explanation *explanation, struct explained *debug,
		      const struct piece *piece, uint32_t offset, struct explained_line *line)
{
	const struct explain_operations *operations = explanation->operations;
	size_t index = piece->section->index;

	if (!offset && piece_is_function(piece) && !piece->parent &&
	    operations->find_definition(debug, index, piece->start, line))
		return true;
	return operations->find_line(debug, index, piece->start + offset, line);
}

static bool find_variable(struct explanation *explanation, struct explained *debug,
			  const struct piece *piece, struct explained_variable *variable)
{
	return explanation->operations->find_variable(debug, piece->section->index, piece->start,
						      variable);
}

static char *where(struct explanation *explanation, const struct object *object,
		   const struct piece *piece, uint32_t offset, bool outside)
{
	struct explained *debug = debug_of(explanation, object);
	struct explained_variable variable;
	struct explained_line line;
	const char *file = NULL;
	char *text = NULL;
	int number = 0;

	if (!debug || !piece)
		return NULL;
	if (piece_is_code(piece)) {
		if (find_code(explanation, debug, piece, offset, &line)) {
			file = outside ? line.outer_file : line.file;
			number = outside ? line.outer_line : line.line;
		}
	} else if (find_variable(explanation, debug, piece, &variable)) {
		file = variable.file;
		number = variable.line;
	}
	if (file && asprintf(&text, "%s:%d", file, number) < 0)
		text = NULL;
	return text;
}

char *explanation_where(struct explanation *explanation, const struct object *object,
			const struct piece *piece, uint32_t offset)
{
	return where(explanation, object, piece, offset, false);
}

char *explanation_where_outside(struct explanation *explanation, const struct object *object,
				const struct piece *piece, uint32_t offset)
{
	return where(explanation, object, piece, offset, true);
}

/* The variable of that name, or NULL. */
static const struct symbol *find_symbol(const struct object *object, const char *name)
{
	for (size_t i = 1; i < object->nr_symbols; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->section && symbol->type == STT_OBJECT && !strcmp(symbol->name, name))
			return symbol;
	}
	return NULL;
}

char *explanation_where_variable(struct explanation *explanation, const struct object *object,
				 const char *name)
{
	struct explained *debug = debug_of(explanation, object);
	const struct symbol *symbol = find_symbol(object, name);
	struct explained_variable variable;
	char *text = NULL;

	if (!debug || !symbol ||
	    !explanation->operations->find_variable(debug, symbol->section->index, symbol->value,
						    &variable))
		return NULL;
	if (asprintf(&text, "%s:%d", variable.file, variable.line) < 0)
		return NULL;
	return text;
}

bool explanation_type(struct explanation *explanation, const struct object *object,
		      const struct piece *piece, char *text, size_t size)
{
	struct explained *debug = debug_of(explanation, object);
	struct explained_variable variable;
	bool found;

	if (!debug)
		return false;
	if (piece_is_function(piece))
		found = piece->symbol && explanation->operations->find_function(
						 debug, piece->symbol->name, &variable);
	else
		found = find_variable(explanation, debug, piece, &variable);
	if (!found || !variable.type[0])
		return false;
	snprintf(text, size, "%s", variable.type);
	return true;
}

int explanation_arguments(struct explanation *explanation, const char *function)
{
	struct explained *debug = debug_of(explanation, explanation->objects[1]);

	return debug ? explanation->operations->count_arguments(debug, function) : -1;
}

/* The start of the instruction that holds byte `offset` of a piece. */
static uint32_t instruction_at(const struct piece *piece, uint32_t offset)
{
	uint32_t at = piece->start, wanted = piece->start + offset;

	while (at < piece->end) {
		unsigned int length = piece->section->arch->insn_length(piece->section->data + at,
									piece->end - at);

		if (!length || at + length > wanted)
			break;
		at += length;
	}
	return at - piece->start;
}

/* What the instruction at `offset` refers to by a relocation: " <name+0x8>", or "". */
static void describe_operand(const struct piece *piece, uint32_t offset, char *text, size_t size)
{
	uint32_t at = piece->start + offset;
	unsigned int length =
		piece->section->arch->insn_length(piece->section->data + at, piece->end - at);
	size_t number = 0;
	const struct reloc *reloc = section_relocs(piece->section, at, at + length, &number);
	char inner[100];

	text[0] = 0;
	if (!number)
		return;
	reloc_describe(reloc, inner, sizeof(inner));
	snprintf(text, size, " <%s>", inner);
}

/* One side of the explanation. */
static void describe_side(struct explanation *explanation, const struct object *object,
			  const struct piece *piece, uint32_t offset, const char *when, char *text,
			  size_t size)
{
	struct explained *debug = debug_of(explanation, object);
	uint32_t at = piece->start + offset;
	struct explained_line line;
	char instruction[120] = "", operand[120], place[200] = "", inlined[120] = "";

	if (at >= piece->end) {
		snprintf(text, size, "\n    %-7s +0x%-5x ends here", when, offset);
		return;
	}
	/* explanation_of_change() has loaded them. */
	assert(explanation->operations);
	offset = instruction_at(piece, offset);
	at = piece->start + offset;
	if (object->arch->is_complete)
		explanation->operations->disassemble(piece->section->data + at, piece->end - at,
						     offset, instruction, sizeof(instruction));
	describe_operand(piece, offset, operand, sizeof(operand));
	if (debug && explanation->operations->find_line(debug, piece->section->index, at, &line)) {
		snprintf(place, sizeof(place), "  (%s:%d", line.file, line.line);
		if (line.inlined)
			snprintf(inlined, sizeof(inlined), ", inlined from %s)", line.inlined);
		else
			snprintf(inlined, sizeof(inlined), ")");
	}
	snprintf(text, size, "\n    %-7s +0x%-5x %s%s%s%s", when, offset, instruction, operand,
		 place, inlined);
}

char *explanation_of_past(struct explanation *explanation, const struct piece *piece)
{
	struct explained *debug = debug_of(explanation, explanation->objects[0]);
	const char *name = piece_name(piece);
	char *stem = strndup(name, strcspn(name, ".")), *text = NULL;

	if (debug && stem && explanation->operations->has_function(debug, stem) &&
	    asprintf(&text,
		     "\n    before  %s has no code of its own: it is inlined wherever it is used",
		     name) < 0)
		text = NULL;
	free(stem);
	return text;
}

char *explanation_of_change(struct explanation *explanation, const struct piece *piece)
{
	const struct difference *difference = piece->difference;
	char original[600], patched[600], *text = NULL;
	const struct piece *shown = piece;

	if (!operations_of(explanation) || !difference)
		return NULL;
	if (difference->kind == DIFFERENT_COLD && difference->cold &&
	    difference->cold->difference) {
		shown = difference->cold;
		difference = shown->difference;
	}
	if (!shown->twin || !shown->section->data || !shown->twin->section->data ||
	    difference->kind == DIFFERENT_COLD)
		return NULL;
	describe_side(explanation, explanation->objects[0], shown->twin,
		      difference->original_offset, "before", original, sizeof(original));
	describe_side(explanation, explanation->objects[1], shown, difference->patched_offset,
		      "now", patched, sizeof(patched));
	if (asprintf(&text, "%s%s", original, patched) < 0)
		text = NULL;
	return text;
}
