/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diffobj/flow.h"

#include <string.h>

#include "diffobj/consumers.h"
#include "diffobj/flow_code.h"

/* How deep to follow an address into the functions that it is passed to. */
#define DEPTH_MAX 6

/* What a function does with an argument. */
struct summary {
	const struct piece *function;
	unsigned int argument;
	enum flow_value value;
	bool holds;
	struct flow_end end; /* FLOW_USED while it is being examined */
	bool returned;
	struct summary *next; /* of the same function */
};

/* The answer to flow_count_arguments. */
struct arity {
	const char *function;
	int registers;
};

struct flow {
	struct object *object;
	flow_count_arguments *count;
	void *count_data;
	struct arity *arities;
	size_t nr_arities, room_arities;
	struct code **codes;        /* by index of the piece, read when it is needed */
	struct summary **summaries; /* likewise */
	bool *written;              /* likewise: see flow_wrote() */
};

/* Where the address is, before a step. */
struct state {
	arch_registers registers; /* registers that hold it, or point to what it points to */
	uint32_t slots;           /* places in the stack that hold it, see slot_of() */
	bool pushed;              /* it is an argument of the next call, passed on the stack */
};

/* One address that is followed through one function. */
struct walk {
	struct flow *flow;
	const struct code *code;
	enum flow_value value;
	bool holds; /* follow what is loaded through it, too */
	unsigned int depth;
	struct state *states; /* before each step */
	bool *queued;
	uint32_t *queue; /* at most all steps */
	uint32_t nr_queued;
	struct flow_end end;
	bool returned;
};

static size_t index_of(const struct flow *flow, const struct piece *piece)
{
	return (size_t)(piece - flow->object->pieces);
}

struct flow *flow_new(struct object *patched, flow_count_arguments *count, void *data)
{
	struct flow *flow = arena_new(&patched->arena, struct flow);

	if (!flow)
		return NULL;
	flow->object = patched;
	flow->count = count;
	flow->count_data = data;
	flow->codes = arena_array(&patched->arena, patched->nr_pieces + 1, sizeof(*flow->codes));
	flow->summaries =
		arena_array(&patched->arena, patched->nr_pieces + 1, sizeof(*flow->summaries));
	flow->written =
		arena_array(&patched->arena, patched->nr_pieces + 1, sizeof(*flow->written));
	return flow->codes && flow->summaries && flow->written ? flow : NULL;
}

bool flow_wrote(const struct flow *flow, const struct piece *piece)
{
	return flow->written[index_of(flow, piece)];
}

static struct code *code_of(struct flow *flow, const struct piece *piece)
{
	const struct piece *whole = piece->parent ? piece->parent : piece;
	struct code **code = &flow->codes[index_of(flow, whole)];

	if (!*code)
		*code = code_read(&flow->object->arena, whole);
	return *code;
}

/* Of several ends, the most informative one. */
static int worth_telling(const struct flow_end *end)
{
	switch (end->kind) {
	case FLOW_STORED:
		return 4;
	case FLOW_PASSED:
		return end->meaning ? 5 : end->callee ? 3 : 2;
	case FLOW_USED:
		return 0;
	default:
		return 1;
	}
}

static void end_walk(struct walk *walk, enum flow_end_kind kind, const char *callee,
		     const char *meaning)
{
	struct flow_end end = {kind, callee, meaning};

	if (worth_telling(&end) > worth_telling(&walk->end))
		walk->end = end;
}

static void enqueue(struct walk *walk, uint32_t step, struct state state)
{
	struct state *before;

	if (step == NO_STEP || (!state.registers && !state.slots && !state.pushed))
		return;
	before = &walk->states[step];
	if (!(state.registers & ~before->registers) && !(state.slots & ~before->slots) &&
	    state.pushed <= before->pushed)
		return;
	before->registers |= state.registers;
	before->slots |= state.slots;
	before->pushed |= state.pushed;
	if (walk->queued[step])
		return;
	walk->queued[step] = true;
	walk->queue[walk->nr_queued++] = step;
}

/* Whether the memory operand is a variable of the update, by name. */
static struct piece *own_variable(const struct reloc *reloc)
{
	if (!reloc || !reloc->target || !reloc->target->included ||
	    plan_binding(reloc, false) != BIND_LOCAL)
		return NULL;
	return reloc->target;
}

#define ANY_SLOT UINT32_MAX

/* Eight bytes of the stack as one of 32 bits; all of them if it can't be told which. */
static uint32_t slot_of(const struct step *step)
{
	if (step->insn.base != ARCH_STACK_POINTER || step->insn.index != ARCH_NO_REGISTER)
		return ANY_SLOT;
	return 1u << (((uint32_t)step->insn.distance >> 3) & 31);
}

/* The address is written to the memory operand. */
static void store(struct walk *walk, const struct step *step, struct state *state)
{
	struct piece *own = own_variable(step->displacement);
	int base = step->insn.has_modrm ? step->insn.base : arch_argument_registers[0];
	arch_registers bit = base == ARCH_NO_REGISTER ? 0 : (arch_registers)(1u << base);

	if (own && !own->rewritten) {
		walk->flow->written[index_of(walk->flow, own)] = true;
	} else if ((step->stack | 1u << ARCH_STACK_POINTER) & bit) {
		state->slots |= slot_of(step);
	} else if (!(state->registers & bit)) {
		end_walk(walk, FLOW_STORED, NULL, NULL);
	}
}

static struct lp_error *summarise(const struct walk *walk, struct piece *function,
				  unsigned int argument, struct summary **summary);

/* The name of the called function; NULL for a call by pointer. */
static const char *callee_of(const struct step *step)
{
	const struct reloc *reloc = step->branch ? step->branch : step->displacement;

	if (!reloc)
		return NULL;
	if (reloc->target && reloc->target->symbol)
		return reloc->target->symbol->name;
	return arch_is_indirect_thunk(reloc->symbol->name) ? NULL : reloc->symbol->name;
}

/* Whether a function takes that argument, as far as its declaration is known. */
static struct lp_error *takes_argument(struct flow *flow, const char *function,
				       unsigned int argument, bool *takes)
{
	struct arity arity = {function, -1};

	*takes = true;
	if (!function)
		return NULL;
	for (size_t i = 0; i < flow->nr_arities; i++) {
		if (!strcmp(flow->arities[i].function, function)) {
			*takes = flow->arities[i].registers < 0 ||
				 argument < (unsigned int)flow->arities[i].registers;
			return NULL;
		}
	}
	arity.registers = flow->count(flow->count_data, function);
	*takes = arity.registers < 0 || argument < (unsigned int)arity.registers;
	if (!arena_push(&flow->object->arena, flow->arities, flow->nr_arities, flow->room_arities,
			arity))
		return lp_error_no_memory();
	return NULL;
}

/* Passes one argument to a function that is in this object, or not known. */
static struct lp_error *give(struct walk *walk, const struct step *step, unsigned int argument,
			     bool in_stack, struct state *after)
{
	struct piece *function = step->branch ? step->branch->target : NULL;
	const char *name = callee_of(step);
	struct summary *summary;
	bool takes;

	lp_try(takes_argument(walk->flow, name, argument, &takes));
	if (!takes || (!function && walk->value == FLOW_TEXT))
		return NULL;
	if (!function || !piece_is_function(function) || step->branch->delta || in_stack) {
		if (walk->value == FLOW_POINTER)
			end_walk(walk, FLOW_PASSED, name, NULL);
		return NULL;
	}
	lp_try(summarise(walk, function, argument, &summary));
	if (summary->end.kind != FLOW_USED)
		end_walk(walk, FLOW_PASSED, summary->end.callee ? summary->end.callee : name,
			 summary->end.meaning);
	if (summary->returned)
		after->registers |= 1u << ARCH_RESULT;
	return NULL;
}

static struct lp_error *pass(struct walk *walk, const struct step *step, const struct state *state,
			     const struct consumer *consumer, struct state *after)
{
	const char *name = callee_of(step);

	for (unsigned int i = 0; i <= ARCH_ARGUMENTS; i++) {
		bool in_register = i < ARCH_ARGUMENTS;
		arch_registers bit =
			in_register ? (arch_registers)(1u << arch_argument_registers[i]) : 0;
		bool in_stack = state->slots && (step->stack & bit);

		if (!(state->registers & bit) && !in_stack && (in_register || !state->pushed))
			continue;
		if (!consumer)
			lp_try(give(walk, step, i, in_stack || !in_register, after));
		else if ((consumer->kept & (1u << i)) &&
			 (consumer->plain || walk->value == FLOW_POINTER))
			end_walk(walk, FLOW_PASSED, name, consumer->kind);
	}
	return NULL;
}

/* A call, or a jump out of the function, which is a call followed by a return. */
static struct lp_error *call(struct walk *walk, const struct step *step, const struct state *state,
			     struct state *after)
{
	const char *name = callee_of(step);
	const struct consumer *consumer = name ? consumer_find(name) : NULL;

	if (consumer && consumer->preserves) {
		*after = *state;
		return NULL;
	}
	after->pushed = false;
	return pass(walk, step, state, consumer, after);
}

static bool has_address(const struct step *step, const struct state *state)
{
	const struct arch_motion *motion = &step->motion;

	return motion->from & state->registers;
}

/* A loaded value is followed if it may be the address, or one reached through it. */
static bool loads_address(const struct walk *walk, const struct step *step,
			  const struct state *state)
{
	int base = step->insn.base, index = step->insn.index;
	arch_registers place = 0;

	if (!step->motion.content)
		return false;
	if (base != ARCH_NO_REGISTER)
		place |= (arch_registers)(1u << base);
	if (index != ARCH_NO_REGISTER)
		place |= (arch_registers)(1u << index);
	if (walk->holds && (state->registers & place))
		return true;
	return (state->slots & slot_of(step)) && (step->stack & place);
}

/* A jump through a table of code addresses. */
static bool is_switch(const struct step *step)
{
	const struct reloc *table = step->insn.has_modrm ? step->displacement : NULL;

	return table && table->target && table->target->nr_relocs &&
	       table->target->relocs->target && table->target->relocs->delta &&
	       piece_is_function(table->target->relocs->target);
}

static void follow_switch(struct walk *walk, const struct step *step, struct state after)
{
	const struct piece *table = step->displacement->target;

	for (uint32_t i = 0; i < table->nr_relocs; i++) {
		const struct reloc *reloc = &table->relocs[i];

		if (code_is_inside(walk->code, reloc))
			enqueue(walk,
				code_step(walk->code, reloc->target,
					  reloc->target->start + reloc->delta),
				after);
	}
}

static struct lp_error *take_step(struct walk *walk, uint32_t number)
{
	const struct step *step = &walk->code->steps[number];
	struct state state = walk->states[number], after = state;

	after.registers = code_advance(step, state.registers);
	switch (step->motion.kind) {
	case ARCH_VALUE:
		if (loads_address(walk, step, &state))
			after.registers |= (arch_registers)(1u << step->motion.to);
		break;
	case ARCH_STORE:
		if (has_address(step, &state))
			store(walk, step, &after);
		break;
	case ARCH_PUSH:
		after.pushed |= has_address(step, &state);
		break;
	case ARCH_CALL:
		lp_try(call(walk, step, &state, &after));
		break;
	case ARCH_JUMP:
		if (is_switch(step)) {
			follow_switch(walk, step, after);
		} else if (step->target == NO_STEP) {
			lp_try(call(walk, step, &state, &after));
			walk->returned |= after.registers & (1u << ARCH_RESULT);
		}
		break;
	case ARCH_RETURN:
		walk->returned |= state.registers & (1u << ARCH_RESULT);
		break;
	default:
		break;
	}
	enqueue(walk, step->next, after);
	enqueue(walk, step->target, after);
	return NULL;
}

static struct lp_error *run(struct walk *walk)
{
	while (walk->nr_queued) {
		uint32_t step = walk->queue[--walk->nr_queued];

		walk->queued[step] = false;
		lp_try(take_step(walk, step));
	}
	return NULL;
}

/* Starts a walk; end_of_walk() releases the arrays. */
static bool begin_walk(struct walk *walk, struct flow *flow, const struct code *code,
		       enum flow_value value, unsigned int depth)
{
	*walk = (struct walk){.flow = flow, .code = code, .value = value, .depth = depth};
	walk->states = calloc(code->nr_steps + 1, sizeof(*walk->states));
	walk->queued = calloc(code->nr_steps + 1, sizeof(*walk->queued));
	walk->queue = calloc(code->nr_steps + 1, sizeof(*walk->queue));
	return walk->states && walk->queued && walk->queue;
}

static void end_of_walk(struct walk *walk)
{
	free(walk->states);
	free(walk->queued);
	free(walk->queue);
}

static struct summary *find_summary(const struct walk *walk, const struct piece *function,
				    unsigned int argument)
{
	struct summary *summary = walk->flow->summaries[index_of(walk->flow, function)];

	while (summary && (summary->argument != argument || summary->value != walk->value ||
			   summary->holds != walk->holds))
		summary = summary->next;
	return summary;
}

static struct lp_error *look_into(struct flow *flow, struct piece *function, unsigned int depth,
				  struct summary *summary)
{
	const struct code *code = code_of(flow, function);
	struct walk walk;
	bool begun = code && begin_walk(&walk, flow, code, summary->value, depth);
	struct lp_error *error = begun ? NULL : lp_error_no_memory();

	if (!begun)
		return error;
	walk.holds = summary->holds;
	if (code->broken || depth > DEPTH_MAX) {
		if (summary->value == FLOW_POINTER)
			end_walk(&walk, FLOW_UNKNOWN, NULL, NULL);
	} else {
		enqueue(&walk, code_step(code, function, function->start),
			(struct state){.registers = (arch_registers)(1u << arch_argument_registers
									     [summary->argument])});
		error = run(&walk);
	}
	summary->end = walk.end;
	summary->returned = walk.returned;
	end_of_walk(&walk);
	return error;
}

static struct lp_error *summarise(const struct walk *walk, struct piece *function,
				  unsigned int argument, struct summary **summary)
{
	struct flow *flow = walk->flow;
	size_t index = index_of(flow, function);

	*summary = find_summary(walk, function, argument);
	if (*summary)
		return NULL;
	*summary = arena_new(&flow->object->arena, struct summary);
	if (!*summary)
		return lp_error_no_memory();
	**summary = (struct summary){
		.function = function,
		.argument = argument,
		.value = walk->value,
		.holds = walk->holds,
		.next = flow->summaries[index],
	};
	flow->summaries[index] = *summary;
	return look_into(flow, function, walk->depth + 1, *summary);
}

static enum flow_taken taken_by(const struct step *step, const struct reloc *reloc)
{
	const struct arch_motion *motion = &step->motion;

	if (reloc == step->immediate)
		return motion->immediate ? FLOW_ADDRESS : FLOW_NOTHING;
	if (reloc != step->displacement)
		return FLOW_NOTHING;
	if (motion->address)
		return FLOW_ADDRESS;
	return motion->content ? FLOW_CONTENT : FLOW_NOTHING;
}

/* The instruction that takes the address, or the content. */
static void begin_at(struct walk *walk, const struct step *step, const struct reloc *reloc)
{
	const struct arch_motion *motion = &step->motion;
	struct state after = {};

	if (taken_by(step, reloc) == FLOW_NOTHING)
		return;
	switch (motion->kind) {
	case ARCH_VALUE:
		after.registers = (arch_registers)(1u << motion->to);
		break;
	case ARCH_STORE:
		store(walk, step, &after);
		break;
	case ARCH_PUSH:
		after.pushed = true;
		break;
	default:
		break;
	}
	enqueue(walk, step->next, after);
	enqueue(walk, step->target, after);
}

static struct lp_error *follow(struct walk *walk, const struct piece *piece,
			       const struct reloc *reloc)
{
	uint32_t number = code_step(walk->code, piece, reloc->offset);

	if (number == NO_STEP || walk->code->broken) {
		end_walk(walk, FLOW_UNKNOWN, NULL, NULL);
		return NULL;
	}
	begin_at(walk, &walk->code->steps[number], reloc);
	lp_try(run(walk));
	if (walk->returned)
		end_walk(walk, FLOW_RETURNED, NULL, NULL);
	return NULL;
}

struct lp_error *flow_takes(struct flow *flow, const struct piece *code, const struct reloc *reloc,
			    enum flow_taken *taken)
{
	const struct code *steps = code_of(flow, code);

	*taken = FLOW_ADDRESS;
	if (!steps)
		return lp_error_no_memory();
	uint32_t number = code_step(steps, code, reloc->offset);

	if (number != NO_STEP && !steps->broken)
		*taken = taken_by(&steps->steps[number], reloc);
	return NULL;
}

struct lp_error *flow_follow(struct flow *flow, const struct piece *code, const struct reloc *reloc,
			     enum flow_value value, bool holds, struct flow_end *end)
{
	struct code *steps = code_of(flow, code);
	struct walk walk;

	if (!steps)
		return lp_error_no_memory();
	bool begun = begin_walk(&walk, flow, steps, value, 0);
	struct lp_error *error = begun ? NULL : lp_error_no_memory();

	walk.holds = holds;
	if (begun)
		error = follow(&walk, code, reloc);
	*end = walk.end;
	end_of_walk(&walk);
	return error;
}
