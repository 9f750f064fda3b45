// SPDX-License-Identifier: MIT OR GPL-2.0-only
/* Module entry and module parameters. */
#include "glue.h"

const struct md_driver *md_the_driver;

static unsigned int md_upcall_timeout_ms = 2000;
module_param_named(upcall_timeout_ms, md_upcall_timeout_ms, uint, 0644);
MODULE_PARM_DESC(upcall_timeout_ms, "deadline of a call to the user half, in milliseconds");

/* As for other drivers of old cards: what a bus tells of comes first, and has the first numbers. */
static int __init md_init(void)
{
	int error;

	md_the_driver = md_rs_driver();
	md_net_init(md_the_driver);
	md_profile_create();
	error = md_pci_init();
	if (error) {
		md_profile_remove();
		return error;
	}
	error = md_ports_init();
	if (error) {
		md_pci_exit();
		md_profile_remove();
	}
	return error;
}

static void __exit md_exit(void)
{
	md_ports_exit();
	md_pci_exit();
	md_profile_remove();
}

module_init(md_init);
module_exit(md_exit);
MODULE_LICENSE("Dual MIT/GPL");

/* Its holder may write it at any time. */
u32 md_upcall_timeout(void)
{
	return READ_ONCE(md_upcall_timeout_ms);
}

/* A module parameter's value for a card, by name; false where the driver has none of that name. */
bool md_parameter_of(unsigned int card, const char *name, size_t length, int *value)
{
	const struct md_parameter *parameter;
	unsigned int i, index;

	for (i = 0; i < md_parameter_count; i++) {
		parameter = &md_parameters[i];
		if (strlen(parameter->name) == length && !memcmp(parameter->name, name, length)) {
			index = parameter->count > 1 ? card : 0;
			*value = index < parameter->count ? parameter->values[index] :
							    parameter->fallback;
			return true;
		}
	}
	return false;
}

bool md_parameter(const struct md_device *md, const char *name, size_t length, int *value)
{
	return md_parameter_of(md->card, name, length, value);
}
