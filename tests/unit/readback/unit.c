// SPDX-License-Identifier: GPL-2.0-or-later
/* The unit that the update changes: compiled with -DPATCHED, it is the patched one. */
#include <linux/module.h>

void say(const char *text);
extern long shared_count;

static long hidden_count;

#ifdef NO_UNWIND
#undef UNWIND
#define UNWIND(function)
#endif

UNWIND(hidden);
static noinline long hidden(long value)
{
	hidden_count += value;
	return hidden_count;
}

/* Rewritten in place. */
#ifdef PATCHED
static const int limits[4] = {1, 2, 3, 5};
#else
static const int limits[4] = {1, 2, 3, 4};
#endif

UNWIND(limit);
noinline int limit(int index)
{
	return *(const volatile int *)&limits[index];
}

UNWIND(count);
long count(long value)
{
#ifdef PATCHED
	say("counted again");
	shared_count += 2;
	return hidden(value + 1) + hidden_count;
#else
	say("counted");
	shared_count++;
	return hidden(value);
#endif
}

UNWIND(other);
long other(long value)
{
#ifdef PATCHED
	return hidden(value * 3);
#else
	return hidden(value * 2);
#endif
}

#ifdef PATCHED
#include "lpatch-patch.h"

UNWIND(applied);
static void applied(void)
{
	say("applied");
}
LPATCH_POST_APPLY(applied);
#endif
