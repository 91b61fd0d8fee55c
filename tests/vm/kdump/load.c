// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loads the kernel that is to run after a crash; kexec_file_load(2):
 *
 *	load KERNEL INITRAMFS COMMAND_LINE
 *
 * Exit status 1, with the reason, if that is impossible.
 */
#include <fcntl.h>
#include <linux/kexec.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int kernel, initramfs;

	if (argc != 4)
		return 2;
	kernel = open(argv[1], O_RDONLY);
	initramfs = open(argv[2], O_RDONLY);
	if (kernel < 0 || initramfs < 0 ||
	    syscall(SYS_kexec_file_load, kernel, initramfs, strlen(argv[3]) + 1, argv[3],
		    KEXEC_FILE_ON_CRASH)) {
		perror("load");
		return 1;
	}
	return 0;
}
