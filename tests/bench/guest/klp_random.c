// SPDX-License-Identifier: GPL-2.0
/*
 * Makes /dev/random return no data, with the kernel's own live patching
 * (include/linux/livepatch.h, Linux 6.1).
 */
#include <linux/fs.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/uio.h>

static ssize_t new_random_read_iter(struct kiocb *kiocb, struct iov_iter *iter)
{
	return 0;
}

static struct klp_func funcs[] = {
	{.old_name = "random_read_iter", .new_func = new_random_read_iter},
	{},
};
static struct klp_object objects[] = {{.funcs = funcs}, {}};
static struct klp_patch patch = {.mod = THIS_MODULE, .objs = objects};

static int __init klp_random_init(void)
{
	return klp_enable_patch(&patch);
}

static void __exit klp_random_exit(void)
{
}

module_init(klp_random_init);
module_exit(klp_random_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("random_read_iter() patched by the kernel's own live patching");
MODULE_INFO(livepatch, "Y");
