// SPDX-License-Identifier: GPL-2.0-or-later
/* What each reference of the output refers to. */
#include <string.h>

#include "diffobj/emit.h"

/*
 * The module loader looks for per-cpu variables in one section (find_pcpusec()
 * in kernel/module/main.c, Linux 6.1), and vmlinux has several.
 */
static const char *name_in_module(const char *name)
{
	static const char per_cpu[] = ".data..percpu";

	return !strncmp(name, per_cpu, strlen(per_cpu)) ? per_cpu : name;
}

struct output_section *emit_section(struct output *output, struct section *section)
{
	if (!section->output)
		section->output =
			output_add_section(output, name_in_module(section->name), section->type,
					   section->flags & ~(uint64_t)(SHF_GROUP | SHF_LINK_ORDER),
					   section->align, section->entsize);
	return section->output;
}

/* A symbol for a piece without a name, where a section symbol can't be used. */
static struct lp_error *name_nameless(struct output *output, struct piece *piece)
{
	struct output_symbol symbol = {
		.name = arena_printf(output->arena, ".Llpatch%zu", output->nr_symbols),
		.value = piece->output_offset,
		.section = piece->output,
	};

	if (!symbol.name)
		return lp_error_no_memory();
	piece->output_symbol = output_add_symbol(output, &symbol);
	return piece->output_symbol ? NULL : lp_error_no_memory();
}

static struct lp_error *add_reference(struct output *output, const char *name, uint8_t bind,
				      const struct output_reference *reference, uint32_t *index)
{
	struct output_symbol symbol = {
		.name = output_unique_name(output, name),
		.bind = bind == STB_WEAK ? STB_WEAK : STB_GLOBAL,
	};
	struct output_reference added = *reference;

	if (!symbol.name)
		return lp_error_no_memory();
	added.symbol = output_add_symbol(output, &symbol);
	if (!added.symbol || !arena_push(output->arena, output->references, output->nr_references,
					 output->room_references, added))
		return lp_error_no_memory();
	*index = (uint32_t)output->nr_references;
	return NULL;
}

/* The undefined symbol for a piece of the original. */
static struct lp_error *refer_to_original(struct output *output, struct piece *original,
					  uint32_t *index)
{
	struct output_reference reference = {.original = original};

	if (!original->reference)
		lp_try(add_reference(output, piece_name(original), STB_GLOBAL, &reference,
				     &original->reference));
	*index = original->reference;
	return NULL;
}

/* The undefined symbol for a symbol that the patched object doesn't define either. */
static struct lp_error *refer_by_name(struct output *output, struct symbol *named, uint32_t *index)
{
	struct output_reference reference = {.named = named};

	if (!named->output)
		lp_try(add_reference(output, named->name, named->bind, &reference, &named->output));
	*index = named->output;
	return NULL;
}

/*
 * The undefined symbol for a piece of the patched object that the kernel has from another object.
 */
static struct lp_error *refer_to_moved(struct output *output, struct piece *moved, uint32_t *index)
{
	struct output_reference reference = {.named = moved->symbol};

	if (!moved->reference)
		lp_try(add_reference(output, piece_name(moved), STB_GLOBAL, &reference,
				     &moved->reference));
	*index = moved->reference;
	return NULL;
}

static struct lp_error *bind_reference(struct output *output, const struct reloc *reloc,
				       enum emit_place place, struct output_reloc *made)
{
	uint32_t index;

	if (reloc->target) {
		if (reloc->target->moved)
			lp_try(refer_to_moved(output, reloc->target, &index));
		else
			lp_try(refer_to_original(output, reloc->target->twin, &index));
		made->addend = reloc->delta - reloc->distance;
	} else {
		lp_try(refer_by_name(output, reloc->symbol, &index));
		made->addend = reloc->addend;
	}
	output->references[index - 1].jump_key |= place == IN_ENTRY_AS_KEY;
	made->symbol = output->references[index - 1].symbol;
	return NULL;
}

static struct lp_error *bind_local(struct output *output, const struct reloc *reloc,
				   struct output_reloc *made)
{
	struct piece *target = reloc->target;

	if (!target->output)
		return lp_error_new(LP_INTERNAL, "diffobj has not emitted %s", piece_name(target));
	/*
	 * The linker may move the contents of mergeable sections, and a reference to a place after
	 * them would be lost.
	 */
	if (!target->output_symbol && (target->output->flags & SHF_MERGE) && reloc->distance)
		lp_try(name_nameless(output, target));
	made->addend = reloc->delta - reloc->distance;
	if (target->output_symbol) {
		made->symbol = target->output_symbol;
	} else {
		made->symbol = target->output->symbol;
		made->addend += target->output_offset;
	}
	return NULL;
}

/*
 * Where the assembler has resolved a call inside .sched.text, the distance is in
 * the field. The kernel takes no module whose fields are not empty
 * (apply_relocate_add() in arch/x86/kernel/module.c, Linux 6.1).
 */
static void empty_field(const struct output *output, struct output_section *section,
			const struct output_reloc *made)
{
	const struct arch_field field = output->arch->field(made->type);

	if (section->data && made->offset + field.size <= section->size)
		arch_clear_field(&field, section->data + made->offset);
}

struct lp_error *emit_reloc(struct output *output, struct output_section *section, uint64_t offset,
			    const struct reloc *reloc, enum emit_place place)
{
	struct output_reloc made = {.offset = offset, .type = reloc->type};

	if (plan_binding(reloc, place != IN_PIECE) == BIND_LOCAL)
		lp_try(bind_local(output, reloc, &made));
	else
		lp_try(bind_reference(output, reloc, place, &made));
	if (!output_add_reloc(output, section, &made))
		return lp_error_no_memory();
	empty_field(output, section, &made);
	return NULL;
}
