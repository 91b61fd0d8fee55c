// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/sandbox.h"

#include <linux/capability.h>
#include <linux/securebits.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool join(int namespace, int type)
{
	return namespace < 0 || !setns(namespace, type);
}

/*
 * A process that enters a user namespace has all capabilities in it, and root
 * would keep them on exec and could remove the mounts. With SECBIT_NOROOT, exec
 * gives root no capabilities (capabilities(7)).
 */
static bool drop_capabilities(void)
{
	const struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

	return !prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED) &&
	       !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !syscall(SYS_capset, &header, none);
}

bool sandbox_enter(const struct sandbox *sandbox)
{
	return join(sandbox->owner, CLONE_NEWUSER) && join(sandbox->network, CLONE_NEWNET) &&
	       join(sandbox->ipc, CLONE_NEWIPC) && join(sandbox->mounts, CLONE_NEWNS) &&
	       join(sandbox->user, CLONE_NEWUSER) && drop_capabilities();
}
