// SPDX-License-Identifier: GPL-2.0
/*
 * Writing an instruction into running kernel text, on x86-64.
 *
 * Text is mapped read-only; it is written through an alias (alias.h). `lock cmpxchg16b` replaces
 * an aligned block of 16 bytes at once: a CPU that fetches the instruction sees all of the old
 * bytes or all of the new ones. Comparing first makes sure that no other code wrote in between.
 * Code that no NMI runs may be written in two such steps.
 *
 * Nobody is between two of the instructions that a new jump covers: no task, by
 * its stack, and no NMI on another CPU, since those are held (nmi.h). An NMI on
 * the CPU that writes runs to its end between two instructions of the writer: it
 * sees each jump whole, and may see some functions redirected and others not.
 *
 * With hold_nmi=0, an NMI on another CPU that has just executed the first of
 * those instructions, and not the last, goes on in the middle of the jump. So
 * does, with or without, a machine check, which an NMI may interrupt. A jump that
 * is changed or taken away covers no boundary where that could be.
 */
#include <linux/kernel.h>
#include <asm/cpufeature.h>
#include <asm/sync_core.h>

#include "fault.h"
#include "unexported.h"
#include "text.h"

#define JUMP_OPCODE 0xe9 /* jmp rel32 */

/* endbr64; and what Linux 6.2 and later put over one that isn't needed */
static const u8 landing_pads[][4] = {
	{0xf3, 0x0f, 0x1e, 0xfa},
	{0x66, 0x0f, 0x1f, 0x00},
	{0x0f, 0x1f, 0x40, 0xd6},
};

/* In how many blocks a jump at `addr` lies. */
static unsigned int count_blocks(unsigned long addr)
{
	return DIV_ROUND_UP(addr % LPATCH_BLOCK_SIZE + LPATCH_JUMP_SIZE, LPATCH_BLOCK_SIZE);
}

bool lpatch_text_fits(unsigned long addr, bool unseen)
{
	return boot_cpu_has(X86_FEATURE_CX16) && (unseen || count_blocks(addr) == 1);
}

int lpatch_text_jump(unsigned long from, unsigned long to, u8 jump[LPATCH_JUMP_SIZE])
{
	s64 distance = to - (from + LPATCH_JUMP_SIZE);
	s32 rel = distance;

	if (rel != distance)
		return -ERANGE;
	jump[0] = JUMP_OPCODE;
	memcpy(jump + 1, &rel, sizeof(rel));
	return 0;
}

unsigned int lpatch_text_landing(unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(landing_pads); i++)
		if (!memcmp((void *)addr, landing_pads[i], sizeof(landing_pads[i])))
			return sizeof(landing_pads[i]);
	return 0;
}

bool lpatch_text_is_nop(const void *slot)
{
	static const u8 nop5[LPATCH_JUMP_SIZE] = {0x0f, 0x1f, 0x44, 0x00, 0x00};

	return !memcmp(slot, nop5, sizeof(nop5));
}

int lpatch_text_prepare(struct lpatch_text_write *write, unsigned long addr,
			struct lpatch_aliases *aliases)
{
	unsigned long block = addr & ~(LPATCH_BLOCK_SIZE - 1UL);

	write->addr = addr;
	write->nr_blocks = count_blocks(addr);
	return lpatch_aliases_add(aliases, block, write->nr_blocks * LPATCH_BLOCK_SIZE,
				  &write->alias);
}

void lpatch_text_plan(struct lpatch_text_write *write, const u8 bytes[LPATCH_JUMP_SIZE])
{
	const void *block = (void *)(write->addr & ~(LPATCH_BLOCK_SIZE - 1UL));

	lockdep_assert_held(&text_mutex);
	memcpy(write->before, block, write->nr_blocks * LPATCH_BLOCK_SIZE);
	memcpy(write->after, write->before, write->nr_blocks * LPATCH_BLOCK_SIZE);
	memcpy(write->after + write->addr % LPATCH_BLOCK_SIZE, bytes, LPATCH_JUMP_SIZE);
}

static bool replace_block(u8 *block, const u8 *expect, const u8 *bytes)
{
	const u64 *old = (const u64 *)expect, *new = (const u64 *)bytes;
	u64 low = old[0], high = old[1];
	bool done;

	asm volatile("lock cmpxchg16b %[block]"
		     : "=@ccz"(done), "+a"(low), "+d"(high), [block] "+m"(*(u8(*)[16])block)
		     : "b"(new[0]), "c"(new[1])
		     : "memory");
	return done;
}

/* Gives the first `nr` blocks back what they held. */
static void roll_back(struct lpatch_text_write *write, unsigned int nr)
{
	while (nr--) {
		unsigned int at = nr * LPATCH_BLOCK_SIZE;

		replace_block(write->block + at, write->after + at, write->before + at);
	}
}

bool lpatch_text_write(struct lpatch_text_write *write)
{
	unsigned int done;

	for (done = 0; done < write->nr_blocks; done++) {
		unsigned int at = done * LPATCH_BLOCK_SIZE;

		if (lpatch_fault("writing text") ||
		    !replace_block(write->block + at, write->before + at, write->after + at))
			break;
	}
	if (done == write->nr_blocks)
		return true;
	roll_back(write, done);
	return false;
}

void lpatch_text_rollback(struct lpatch_text_write *write)
{
	roll_back(write, write->nr_blocks);
}

/*
 * The CPU may have fetched the old bytes ahead. A locked instruction does not make it fetch
 * them again, and it has written them at another address than it runs them at.
 */
void lpatch_text_written(void)
{
	sync_core();
}
