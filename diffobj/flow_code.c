/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/flow_code.h"

#include <string.h>

static void find_relocs(struct step *step)
{
	size_t number = 0;
	const struct reloc *relocs = section_relocs(step->piece->section, step->at,
						    step->at + step->insn.length, &number);

	for (size_t i = 0; i < number; i++) {
		uint32_t field = relocs[i].offset - step->at;

		if (step->motion.kind == ARCH_CALL || step->motion.kind == ARCH_JUMP ||
		    step->motion.kind == ARCH_BRANCH)
			step->branch = step->insn.has_modrm ? NULL : &relocs[i];
		if (step->insn.displacement && field == step->insn.displacement)
			step->displacement = &relocs[i];
		else if (step->insn.immediate && field == step->insn.immediate)
			step->immediate = &relocs[i];
	}
	if (step->branch && step->motion.kind == ARCH_JUMP &&
	    arch_is_return_thunk(step->branch->symbol->name)) {
		step->motion.kind = ARCH_RETURN;
		step->branch = NULL;
	}
}

/* Appends the steps of one piece; there is room for one step per byte. */
static void read_piece(struct code *code, const struct piece *piece)
{
	const uint8_t *data = piece->section->data;
	uint32_t at = piece->start;

	while (data && at < piece->end) {
		struct step *step = &code->steps[code->nr_steps];

		if (!arch_insn_decode(data + at, piece->end - at, &step->insn)) {
			code->broken = true;
			return;
		}
		step->piece = piece;
		step->at = at;
		step->motion = arch_motion(&step->insn);
		find_relocs(step);
		at += step->insn.length;
		step->next = at < piece->end ? code->nr_steps + 1 : NO_STEP;
		if (step->motion.kind == ARCH_JUMP || step->motion.kind == ARCH_RETURN)
			step->next = NO_STEP;
		step->target = NO_STEP;
		code->nr_steps++;
	}
}

bool code_is_inside(const struct code *code, const struct reloc *reloc)
{
	struct piece *target = reloc->target;

	return target && piece_whole(target) == code->whole;
}

uint32_t code_step(const struct code *code, const struct piece *piece, int64_t offset)
{
	uint32_t low = 0, high = code->nr_steps;

	/* The pieces follow each other, each sorted by offset. */
	while (low < code->nr_steps && code->steps[low].piece != piece)
		low++;
	while (high > low && code->steps[high - 1].piece != piece)
		high--;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct step *step = &code->steps[middle];

		if (offset < step->at)
			high = middle;
		else if (offset >= (int64_t)step->at + step->insn.length)
			low = middle + 1;
		else
			return middle;
	}
	return NO_STEP;
}

static void find_target(struct code *code, struct step *step)
{
	struct arch_branch branch;

	if (step->motion.kind != ARCH_JUMP && step->motion.kind != ARCH_BRANCH)
		return;
	if (step->branch) {
		if (code_is_inside(code, step->branch))
			step->target = code_step(code, step->branch->target,
						 step->branch->target->start + step->branch->delta);
		return;
	}
	if (!step->insn.has_modrm &&
	    arch_insn_branch(step->piece->section->data + step->at, step->insn.length, &branch))
		step->target = code_step(code, step->piece, step->at + branch.target);
}

arch_registers code_advance(const struct step *step, arch_registers registers)
{
	const struct arch_motion *motion = &step->motion;

	if (motion->kind == ARCH_CALL)
		return registers & ARCH_CALLEE_SAVED;
	if (motion->kind != ARCH_VALUE)
		return registers;

	arch_registers to = (arch_registers)(1u << motion->to);
	bool made = (registers & motion->from) || (motion->adds && (registers & to));

	if (motion->other != ARCH_NO_REGISTER)
		to |= (arch_registers)(1u << motion->other);
	return made ? registers | to : registers & (arch_registers)~to;
}

/* Adds registers that may hold a stack address before a step; true if any is new. */
static bool reach(struct code *code, uint32_t step, arch_registers registers, bool *reached)
{
	if (step == NO_STEP || (reached[step] && !(registers & ~code->steps[step].stack)))
		return false;
	reached[step] = true;
	code->steps[step].stack |= registers;
	return true;
}

/* Which registers hold addresses in the stack, repeated until nothing changes. */
static bool find_stack(struct arena *arena, struct code *code)
{
	bool *reached = arena_array(arena, code->nr_steps + 1, sizeof(*reached));
	bool news = code->nr_steps;

	if (!reached)
		return false;
	/* At the start of parts and pieces only the stack pointer holds one. */
	for (uint32_t i = 0; i < code->nr_steps; i++)
		if (!i || code->steps[i].piece != code->steps[i - 1].piece)
			reach(code, i, 1u << ARCH_STACK_POINTER, reached);
	while (news) {
		news = false;
		for (uint32_t i = 0; i < code->nr_steps; i++) {
			const struct step *step = &code->steps[i];
			arch_registers after = code_advance(step, step->stack);

			if (!reached[i])
				continue;
			after |= 1u << ARCH_STACK_POINTER;
			/* Forward, the loop itself comes there next. */
			reach(code, step->next, after, reached);
			if (reach(code, step->target, after, reached))
				news |= step->target <= i;
		}
	}
	return true;
}

struct code *code_read(struct arena *arena, const struct piece *piece)
{
	struct code *code = arena_new(arena, struct code);
	const struct piece *whole = piece->parent ? piece->parent : piece;
	size_t bytes = whole->end - whole->start;

	for (const struct piece *cold = whole->cold; cold; cold = cold->next_cold)
		bytes += cold->end - cold->start;
	if (code)
		code->steps = arena_array(arena, bytes + 1, sizeof(*code->steps));
	if (!code || !code->steps)
		return NULL;
	code->whole = whole;
	read_piece(code, whole);
	for (const struct piece *cold = whole->cold; cold; cold = cold->next_cold)
		read_piece(code, cold);
	for (uint32_t i = 0; i < code->nr_steps; i++)
		find_target(code, &code->steps[i]);
	return find_stack(arena, code) ? code : NULL;
}
