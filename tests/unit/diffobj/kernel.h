/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the sources in test_diffobj*.c need of a kernel: the sections that its
 * macros make, in the shapes of Linux 6.1 on x86-64, and nothing else.
 */
/* clang-format off */
#ifndef KERNEL_H
#define KERNEL_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define __init      __attribute__((section(".init.text"), __noinline__))
#define __initdata  __attribute__((section(".init.data")))
#define __exit      __attribute__((section(".exit.text"), __noinline__))
#define __sched     __attribute__((section(".sched.text"), __noinline__))
#define __ref       __attribute__((section(".ref.text"), __noinline__))
#define noinstr     __attribute__((section(".noinstr.text"), __noinline__))
#define __entry     __attribute__((section(".entry.text"), __noinline__))
#define noinline    __attribute__((__noinline__))
#define notrace     __attribute__((no_instrument_function))
#define __used      __attribute__((used))
#define __weak      __attribute__((weak))
#define __cold      __attribute__((cold))
#define __read_mostly __attribute__((section(".data..read_mostly")))
#define __ro_after_init __attribute__((section(".data..ro_after_init")))
#define __percpu    __attribute__((section(".data..percpu")))
#define __once      __attribute__((section(".data.once")))
#define likely(x)   __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

int printk(const char *format, ...);
void use(void *pointer);
int work(int value);

/* linux/init.h: a function called at boot. */
#define initcall(fn) \
	static int (*__initcall_##fn)(void) __used __attribute__((section(".initcall6.init"))) = fn

/* linux/export.h */
#define EXPORT_SYMBOL(sym)                                                     \
	asm(".section \"___ksymtab+" #sym "\", \"a\"\n"                        \
	    "__ksymtab_" #sym ":\n .long " #sym " - .\n .long 0\n .long 0\n"   \
	    ".previous\n")

/* linux/moduleparam.h */
#define MODULE_INFO(name, tag, text) \
	static const char name[] __used __attribute__((section(".modinfo"))) = tag "=" text

/* asm/bug.h, struct bug_entry with CONFIG_DEBUG_BUGVERBOSE: 12 bytes */
#define BUG_ENTRY(flags)                                                       \
	asm volatile("1: ud2\n"                                                \
		     ".pushsection __bug_table, \"aw\"\n"                      \
		     "2: .long 1b - .\n .long %c0 - .\n .word %c1\n .word %c2\n" \
		     ".org 2b + 12\n .popsection"                              \
		     : : "i"(__FILE__), "i"(__LINE__), "i"(flags))
#define WARN_ON(condition)              \
	({                              \
		int hit = !!(condition); \
		if (unlikely(hit))      \
			BUG_ENTRY(1);   \
		hit;                    \
	})
#define WARN_ON_ONCE(condition)                      \
	({                                           \
		static char __once __already_done;   \
		int seen = !!(condition);            \
		if (unlikely(seen && !__already_done)) { \
			__already_done = 1;          \
			BUG_ENTRY(1);                \
		}                                    \
		seen;                                \
	})

/* asm/alternative.h, struct alt_instr: 12 bytes */
#define ALTERNATIVE(old, new, feature)                                         \
	"661:\n" old "\n662:\n"                                                \
	".pushsection .altinstructions, \"a\"\n"                               \
	" .long 661b - .\n .long 663f - .\n .word " #feature "\n"              \
	" .byte 662b - 661b\n .byte 664f - 663f\n"                             \
	".popsection\n"                                                        \
	".pushsection .altinstr_replacement, \"ax\"\n"                         \
	"663:\n" new "\n664:\n.popsection\n"

/* asm/alternative.h: the place of a lock prefix */
#define LOCK_PREFIX                                                            \
	".pushsection .smp_locks, \"a\"\n .balign 4\n .long 671f - .\n"        \
	".popsection\n671:\n\tlock; "

/* asm/asm.h, struct exception_table_entry: 12 bytes */
#define EX_TABLE(from, to, type)                                               \
	".pushsection __ex_table, \"a\"\n .balign 4\n"                         \
	" .long (" #from ") - .\n .long (" #to ") - .\n .long " #type "\n"     \
	".popsection\n"

/* asm/paravirt_types.h, struct paravirt_patch_site: 16 bytes, the last may be shorter */
#define PARAVIRT_CALL(op)                                                      \
	asm volatile("771: call *%c0\n772:\n"                                  \
		     ".pushsection .parainstructions, \"a\"\n"                 \
		     " .balign 8\n .quad 771b\n .byte 1\n .byte 772b - 771b\n" \
		     ".popsection"                                             \
		     : : "i"(&(op)) : "memory")

/* asm/jump_label.h, struct jump_entry: 16 bytes */
struct static_key {
	int enabled;
	void *entries;
};
static inline __attribute__((always_inline)) int static_branch(struct static_key *key)
{
	asm goto("1: .byte 0x0f, 0x1f, 0x44, 0x00, 0x00\n"
		 ".pushsection __jump_table, \"aw\"\n .balign 8\n"
		 " .long 1b - .\n .long %l[yes] - .\n .quad %c0 - .\n"
		 ".popsection"
		 : : "i"(key) : : yes);
	return 0;
yes:
	return 1;
}

/* linux/dynamic_debug.h, struct _ddebug: 56 bytes */
struct _ddebug {
	const char *modname, *function, *filename, *format;
	unsigned int lineno : 18, flags : 8;
	struct static_key key __attribute__((aligned(8)));
};
#define PR_DEBUG_FLAGS 0
#define PR_DEBUG_SECTION "__dyndbg"
void __dynamic_pr_debug(struct _ddebug *descriptor, const char *format, ...);
#define pr_debug(text)                                                                        \
	do {                                                                                  \
		static struct _ddebug __attribute__((section(PR_DEBUG_SECTION), aligned(8)))  \
			descriptor = {"kernel", __func__, __FILE__, text, __LINE__,           \
				      PR_DEBUG_FLAGS, {0, 0}};                                \
		if (static_branch(&descriptor.key))                                           \
			__dynamic_pr_debug(&descriptor, text);                                \
	} while (0)

/* linux/static_call.h: a call that the kernel rewrites, struct static_call_site: 8 bytes */
#define static_call_site(name)                                                 \
	asm volatile("1: call __SCT__" #name "\n"                              \
		     ".pushsection .static_call_sites, \"aw\"\n"               \
		     " .long 1b - .\n .long __SCK__" #name " - .\n"            \
		     ".popsection" : : : "memory")

#endif
/* clang-format on */
