/* The suites of suites.list: suite_NAME() of unit/NAME.c, or of golden/REST.c for golden_REST. A line there is all that
 * a new suite takes: its file is compiled, main.c runs it, and it is a Meson test of that name. */
#ifndef UNIT_SUITES_H
#define UNIT_SUITES_H

#include <check.h>

#define SUITE(name) Suite *suite_##name(void);
#include "unit/suites.list"
#undef SUITE

/* Cases that fill a file of their own, unit/NAME.c; the suite whose name begins theirs adds them. */
TCase *categorical_training(void);
TCase *checkpoint_damage(void);
TCase *checkpoint_foreign(void);
TCase *checkpoint_memory(void);
TCase *checkpoint_networks(void);
TCase *checkpoint_presets(void);
TCase *checkpoint_places(void);
TCase *checkpoint_settings(void);
TCase *network_initializers(void);
TCase *network_latents(void);
TCase *network_memory(void);
TCase *ops_differences(void);
TCase *ops_pointwise(void);
TCase *plummer_digits(void);
TCase *plummer_invariants(void);
TCase *trainer_average(void);
TCase *trainer_features_gradients(void);
TCase *trainer_features_promises(void);
TCase *trainer_field_gradients(void);
TCase *trainer_field_promises(void);
TCase *trainer_options(void);
TCase *trainer_ranks_communicators(void);
TCase *trainer_ranks_differences(void);
TCase *trainer_ranks_failures(void);
TCase *trainer_ranks_loops(void);
TCase *trainer_resumption(void);

#endif
