// SPDX-License-Identifier: GPL-2.0
/*
 * A kprobe at an address (include/linux/kprobes.h, Linux 6.1), for places where the tracer
 * of the kernel won't put one:
 *
 *	insmod probe.ko at=ADDRESS [post=1] [armed=0]
 *
 * One with a post handler is never optimized. /sys/module/probe/parameters/hits is how
 * often it was hit; 0 or 1 written to armed there disarms or arms it. Loading fails as
 * register_kprobe() does.
 */
#include <linux/kprobes.h>
#include <linux/module.h>

static unsigned long at, hits;
static bool post, armed = true;
static bool registered;

static int before(struct kprobe *probe, struct pt_regs *regs)
{
	hits++;
	return 0;
}

static void after(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static struct kprobe probe = {.pre_handler = before};

static int armed_set(const char *text, const struct kernel_param *param)
{
	int err = param_set_bool(text, param);

	if (err || !registered)
		return err;
	return armed ? enable_kprobe(&probe) : disable_kprobe(&probe);
}

static const struct kernel_param_ops armed_ops = {.set = armed_set, .get = param_get_bool};

module_param(at, ulong, 0400);
module_param(hits, ulong, 0400);
module_param(post, bool, 0400);
module_param_cb(armed, &armed_ops, &armed, 0600);

static int __init probe_init(void)
{
	int err;

	probe.addr = (void *)at;
	probe.post_handler = post ? after : NULL;
	probe.flags = armed ? 0 : KPROBE_FLAG_DISABLED;
	err = register_kprobe(&probe);
	registered = !err;
	return err;
}

static void __exit probe_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(probe_init);
module_exit(probe_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("puts a kprobe somewhere");
