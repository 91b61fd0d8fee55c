/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TEST_MODULE_H
#define TEST_MODULE_H

#include <linux/types.h>

struct module {
	char name[56];
	int (*init)(void);
	void (*exit)(void);
};

extern struct module __this_module;
#define THIS_MODULE (&__this_module)

/* There are no modules but these, and they stay. */
static inline bool try_module_get(struct module *module)
{
	return module;
}

static inline void module_put(struct module *module)
{
	(void)module;
}

#define ENODEV 19

#define PASTE(a, b)  a##b
#define UNIQUE(a, b) PASTE(a, b)

#define MODULE_INFO(tag, text)                                                                  \
	static const char UNIQUE(__UNIQUE_ID_##tag, __COUNTER__)[] __used __section(".modinfo") \
		__attribute__((aligned(1))) = #tag "=" text
#define MODULE_LICENSE(text)     MODULE_INFO(license, text)
#define MODULE_DESCRIPTION(text) MODULE_INFO(description, text)
#define MODULE_IMPORT_NS(space)  MODULE_INFO(import_ns, #space)

#define module_init(function) \
	UNWIND(function);     \
	int init_module(void) __attribute__((alias(#function)))
#define module_exit(function) \
	UNWIND(function);     \
	void cleanup_module(void) __attribute__((alias(#function)))

/* struct kernel_symbol with CONFIG_HAVE_ARCH_PREL32_RELOCATIONS. */
#define EXPORT_SYMBOL_GPL(symbol)                                             \
	asm(".pushsection \"___ksymtab_gpl+" #symbol "\", \"a\"\n.balign 4\n" \
	    "__ksymtab_" #symbol ":\n.long " #symbol " - ., 0, 0\n.popsection\n")

#endif
