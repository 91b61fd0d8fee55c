/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entries of special sections as versions of Linux other than 6.1 make them, for
 * test_diffobj_layouts.c; included after kernel.h, which has those of 6.1.
 */
/* clang-format off */
#ifndef LAYOUTS_H
#define LAYOUTS_H

/* asm/alternative.h, struct alt_instr of Linux 4.1 to 5.12: 13 bytes */
#define ALTERNATIVE_13(old, new, feature)                                      \
	"661:\n" old "\n662:\n"                                                \
	".skip -(((665f-664f)-(662b-661b)) > 0) * ((665f-664f)-(662b-661b)), 0x90\n" \
	"663:\n"                                                               \
	".pushsection .altinstructions, \"a\"\n"                               \
	" .long 661b - .\n .long 664f - .\n .word " #feature "\n"              \
	" .byte 663b - 661b\n .byte 665f - 664f\n .byte 663b - 662b\n"         \
	".popsection\n"                                                        \
	".pushsection .altinstr_replacement, \"ax\"\n"                         \
	"664:\n" new "\n665:\n.popsection\n"

/* 13 bytes without a replacement; `more` continues the flags of the section. */
#define ALTERNATIVE_NONE(more)                                                 \
	asm volatile("661: nop\n662:\n"                                        \
		     ".pushsection .altinstructions, \"a" more "\"\n"           \
		     " .long 661b - .\n .long 0\n .word 9\n .byte 1\n .byte 0\n .byte 0\n" \
		     ".popsection")

/* Since 6.3: 14 bytes */
#define ALTERNATIVE_14(old, new, feature)                                      \
	"661:\n" old "\n662:\n"                                                \
	".pushsection .altinstructions, \"a\"\n"                               \
	" .long 661b - .\n .long 663f - .\n .4byte " #feature "\n"             \
	" .byte 662b - 661b\n .byte 664f - 663f\n"                             \
	".popsection\n"                                                        \
	".pushsection .altinstr_replacement, \"ax\"\n"                         \
	"663:\n" new "\n664:\n.popsection\n"

/*
 * asm/cpufeature.h, _static_cpu_has() of Linux 4.1 to 5.12: two entries, the second
 * without a replacement, and code of 14 bytes in .altinstr_aux
 */
extern unsigned char capabilities[];
static inline __attribute__((always_inline)) int static_cpu_has(int feature, int bit)
{
	asm goto("1: jmp 6f\n2:\n"
		 ".skip -(((5f-4f) - (2b-1b)) > 0) * ((5f-4f) - (2b-1b)), 0x90\n3:\n"
		 ".pushsection .altinstructions, \"a\"\n"
		 " .long 1b - .\n .long 4f - .\n .word 117\n"
		 " .byte 3b - 1b\n .byte 5f - 4f\n .byte 3b - 2b\n"
		 ".popsection\n"
		 ".pushsection .altinstr_replacement, \"ax\"\n"
		 "4: jmp %l[no]\n5:\n"
		 ".popsection\n"
		 ".pushsection .altinstructions, \"a\"\n"
		 " .long 1b - .\n .long 0\n .word %c0\n"
		 " .byte 3b - 1b\n .byte 0\n .byte 0\n"
		 ".popsection\n"
		 ".pushsection .altinstr_aux, \"ax\"\n"
		 "6: testb %1, capabilities(%%rip)\n jnz %l[yes]\n jmp %l[no]\n"
		 ".popsection\n"
		 : : "i"(feature), "i"(bit) : : yes, no);
yes:
	return 1;
no:
	return 0;
}

/* asm/jump_label.h, struct jump_entry up to Linux 4.19: 24 bytes */
static inline __attribute__((always_inline)) int static_branch_24(struct static_key *key)
{
	asm goto("1: .byte 0x0f, 0x1f, 0x44, 0x00, 0x00\n"
		 ".pushsection __jump_table, \"aw\"\n .balign 8\n"
		 " .quad 1b, %l[yes], %c0\n"
		 ".popsection"
		 : : "i"(key) : : yes);
	return 0;
yes:
	return 1;
}

/* asm/asm.h, struct exception_table_entry of Linux 4.6 to 5.15: 12 bytes, three places */
#define EX_HANDLE(from, to, handler)                                           \
	".pushsection __ex_table, \"a\"\n .balign 4\n"                         \
	" .long (" #from ") - .\n .long (" #to ") - .\n .long (" #handler ") - .\n" \
	".popsection\n"

/* Up to 4.5: 8 bytes */
#define EX_TABLE_8(from, to)                                                   \
	".pushsection __ex_table, \"a\"\n .balign 4\n"                         \
	" .long (" #from ") - .\n .long (" #to ") - .\n"                       \
	".popsection\n"

/* asm/uaccess.h up to Linux 5.16: what a failed access does is in .fixup, 10 bytes of code */
#define PUT_USER(value, place, error, handler)                                 \
	({                                                                     \
		int failed = 0;                                                \
		asm volatile("1: movl %2, %1\n2:\n"                            \
			     ".pushsection .fixup, \"ax\"\n"                   \
			     "3: mov $" #error ", %0\n jmp 2b\n.popsection\n"  \
			     EX_HANDLE(1b, 3b, handler)                        \
			     : "+r"(failed), "=m"(place) : "a"(value));        \
		failed;                                                        \
	})

/* asm/refcount.h, Linux 4.14 to 5.4: lea (4 bytes) and ud2 (2 bytes) in .text..refcount */
#define REFCOUNT_INC(counter, handler)                                         \
	asm volatile("incl (%%rdi)\n js 111f\n"                                \
		     ".pushsection .text..refcount\n"                          \
		     "111: lea 8(%%rdi), %%rcx\n112: ud2\n.popsection\n113:\n" \
		     EX_HANDLE(112b, 113b, handler)                            \
		     : : "D"(counter) : "cx", "memory")

/* asm/paravirt_types.h, struct paravirt_patch_site: 12 bytes of 16 without a filled end */
#define PARAVIRT_CLOBBER(op, clobber)                                          \
	asm volatile("771: call *%c0\n772:\n"                                  \
		     ".pushsection .parainstructions, \"a\"\n"                 \
		     " .balign 8\n .quad 771b\n .byte 1\n .byte 772b - 771b\n" \
		     " .short " #clobber "\n"                                  \
		     ".popsection"                                             \
		     : : "i"(&(op)) : "memory")

/* asm/bug.h up to Linux 5.18: distances are counted from the start of the entry */
#define BUG_FROM_ENTRY(file)                                                   \
	asm volatile("1: ud2\n"                                                \
		     ".pushsection __bug_table, \"aw\"\n"                      \
		     "2: .long 1b - 2b\n .long %c0 - 2b\n .word %c1\n .word 1\n" \
		     ".org 2b + 12\n .popsection"                              \
		     : : "i"(file), "i"(__LINE__))

/* The same, referring to texts of the section at an offset, as after "ld -r". */
#define BUG_FROM_ENTRY_AT(offset)                                              \
	asm volatile("1: ud2\n"                                                \
		     ".pushsection __bug_table, \"aw\"\n"                      \
		     "2: .long 1b - 2b\n .long .rodata.str1.1 + " #offset " - 2b\n .word 5\n .word 1\n" \
		     ".org 2b + 12\n .popsection")
#define BUG_AT(offset)                                                         \
	asm volatile("1: ud2\n"                                                \
		     ".pushsection __bug_table, \"aw\"\n"                      \
		     "2: .long 1b - .\n .long .rodata.str1.1 + " #offset " - .\n .word 5\n .word 1\n" \
		     ".org 2b + 12\n .popsection")

#endif
/* clang-format on */
