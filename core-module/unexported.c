// SPDX-License-Identifier: GPL-2.0
/* Is this the kernel that the core was built for? */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/uaccess.h>

#include "unexported.h"

/* Where the target has its build id, in .notes. */
extern const u8 running_build_id[] __asm__(LPATCH_BUILD_ID_SYMBOL);

static const u8 target_build_id[] = LPATCH_TARGET_BUILD_ID;

/* In another kernel there may be no memory at the address. */
static bool read_byte(u8 *byte, const u8 *from)
{
	bool done = false;

	pagefault_disable();
	__get_kernel_nofault(byte, from, u8, failed);
	done = true;
failed:
	pagefault_enable();
	return done;
}

int lpatch_check_kernel(void)
{
	unsigned int i;
	u8 byte;

	for (i = 0; i < sizeof(target_build_id); i++) {
		if (read_byte(&byte, &running_build_id[i]) && byte == target_build_id[i])
			continue;
		pr_err("built for kernel %s of build id %*phN, which is not the running one\n",
		       LPATCH_TARGET_RELEASE, (int)sizeof(target_build_id), target_build_id);
		return -ENOEXEC;
	}
	return 0;
}
