// SPDX-License-Identifier: GPL-2.0
/*
 * Counts calls of gcd() and what they return, in the way a BPF program of the
 * kind fexit is called (register_ftrace_direct(), Linux 6.1): the fentry slot
 * calls a trampoline, which calls the function behind its slot, looks at the
 * result, and returns to the function's caller.
 */
#include <linux/ftrace.h>
#include <linux/gcd.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <asm/asm-offsets.h>

static unsigned long calls, last;
module_param(calls, ulong, 0400);
module_param(last, ulong, 0400);

unsigned long fexit_body;
void fexit_seen(unsigned long result);
void fexit_trampoline(void);

void fexit_seen(unsigned long result)
{
	calls++;
	last = result;
}

/* At its begin the stack has the address behind the slot, and the caller's. */
asm(".pushsection .text, \"ax\", @progbits\n"
    ".type fexit_trampoline, @function\n"
    ".globl fexit_trampoline\n"
    "fexit_trampoline:\n" ASM_ENDBR "	pushq %rbp\n"
    "	movq %rsp, %rbp\n"
    "	movq fexit_body(%rip), %rax\n"
    "	call __x86_indirect_thunk_rax\n"
    "	pushq %rax\n"
    "	pushq %rax\n"
    "	movq %rax, %rdi\n"
    "	call fexit_seen\n"
    "	popq %rax\n"
    "	popq %rax\n"
    "	popq %rbp\n"
    "	addq $8, %rsp\n" ASM_RET ".size fexit_trampoline, .-fexit_trampoline\n"
    ".popsection\n");

static int __init fexit_init(void)
{
	fexit_body = (unsigned long)gcd + MCOUNT_INSN_SIZE;
	return register_ftrace_direct((unsigned long)gcd, (unsigned long)fexit_trampoline);
}

static void __exit fexit_exit(void)
{
	unregister_ftrace_direct((unsigned long)gcd, (unsigned long)fexit_trampoline);
}

module_init(fexit_init);
module_exit(fexit_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("traces gcd() as fexit does");
