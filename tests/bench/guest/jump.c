// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the jump of a redirect costs by itself, without a kernel: a function such as gcd() of
 * lib/math/gcd.c that begins with the no-operation of ftrace, called from a loop, and the same
 * one through another page, which has such a no-operation and a jump to the rest of the function.
 * Prints a line each, for numbers for which the function is short and for which it is longer,
 * without and with the jump: the picoseconds of a call in the fastest batch.
 *
 * To be compiled as the kernel is, with -O2 -fno-pie -pg -mfentry -mnop-mcount.
 */
#include <stdio.h>
#include <time.h>

#define BATCHES 2000
#define CALLS   2000

typedef unsigned long two_numbers(unsigned long a, unsigned long b);

two_numbers direct, by_way;
static volatile unsigned long sum; /* so that the calls are of use */

__attribute__((noinline, aligned(4096))) unsigned long direct(unsigned long a, unsigned long b)
{
	unsigned long both = a | b;

	if (!a || !b)
		return both;
	b >>= __builtin_ctzl(b);
	if (b == 1)
		return both & -both;
	for (;;) {
		a >>= __builtin_ctzl(a);
		if (a == 1)
			return both & -both;
		if (a == b)
			return a << __builtin_ctzl(both);
		if (a < b) {
			unsigned long larger = b;

			b = a;
			a = larger;
		}
		a -= b;
	}
}

asm(".pushsection .text.by_way, \"ax\", @progbits\n"
    ".balign 4096\n"
    ".type by_way, @function\n"
    ".globl by_way\n"
    "by_way:\n"
    ".byte 0x0f, 0x1f, 0x44, 0x00, 0x00, 0xe9\n"
    ".long direct + 5 - . - 4\n"
    ".balign 4096, 0xcc\n"
    ".popsection\n");

/* How many nanoseconds a batch of calls takes. */
static long batch(two_numbers *function, unsigned long number)
{
	struct timespec begin, end;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (unsigned int i = 1; i <= CALLS; i++)
		sum += function(i, number);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return (end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec - begin.tv_nsec;
}

static void measure(const char *name, unsigned long number)
{
	two_numbers *const ways[] = {direct, by_way};
	long least[] = {__LONG_MAX__, __LONG_MAX__};

	for (int i = 0; i < BATCHES * 2; i++) {
		long time = batch(ways[i % 2], number);

		if (time < least[i % 2])
			least[i % 2] = time;
	}
	printf("%s.plain %ld\n%s.jump %ld\n", name, least[0] * 1000 / CALLS, name,
	       least[1] * 1000 / CALLS);
}

int main(void)
{
	measure("short", 48);
	measure("long", 0xfedcba9876543211);
	return 0;
}
