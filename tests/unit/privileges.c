#define _GNU_SOURCE /* syscall() */
#include "unit/privileges.h"

#include <check.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

void give_up_privileges(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
    ck_assert_int_eq(syscall(SYS_capget, &header, data), 0);
    data[0].effective &= ~(1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH);
    ck_assert_int_eq(syscall(SYS_capset, &header, data), 0);
}
