// SPDX-License-Identifier: GPL-2.0
/*
 * The change of gcd-of-zero.patch, made with the kernel's own live patching
 * (include/linux/livepatch.h, Linux 6.1).
 */
#include <linux/bitops.h>
#include <linux/livepatch.h>
#include <linux/minmax.h>
#include <linux/module.h>

static unsigned long new_gcd(unsigned long a, unsigned long b)
{
	unsigned long r = a | b;

	if (!a || !b)
		return r ? r : 57005;
	b >>= __ffs(b);
	if (b == 1)
		return r & -r;
	for (;;) {
		a >>= __ffs(a);
		if (a == 1)
			return r & -r;
		if (a == b)
			return a << __ffs(r);
		if (a < b)
			swap(a, b);
		a -= b;
	}
}

static struct klp_func funcs[] = {{.old_name = "gcd", .new_func = new_gcd}, {}};
static struct klp_object objects[] = {{.funcs = funcs}, {}};
static struct klp_patch patch = {.mod = THIS_MODULE, .objs = objects};

static int __init klp_gcd_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit klp_gcd_exit(void)
{
}

module_init(klp_gcd_init);
module_exit(klp_gcd_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("gcd() patched by the kernel's own live patching");
MODULE_INFO(livepatch, "Y");
