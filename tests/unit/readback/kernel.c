// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernel that the update of tests/unit/test_readback.c is for, all but one unit. */
#include <linux/types.h>

/* The linker puts the units after it. */
asm(".globl _stext\n_stext:\n");

UNWIND(__fentry__);
void __fentry__(void)
{
}

UNWIND(say);
void say(const char *text)
{
	asm volatile("" : : "r"(text));
}

UNWIND(_printk);
int _printk(const char *text)
{
	asm volatile("" : : "r"(text));
	return 0;
}

/* Not exported. */
UNWIND(find_module);
void *find_module(const char *name)
{
	asm volatile("" : : "r"(name));
	return 0;
}

long shared_count = 1;

const char linux_banner[] = "Linux version 6.1.0-test (who@where) #1\n";
const char vermagic[] = "6.1.0-test SMP mod_unload ";
