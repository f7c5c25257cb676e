/* Programs that later releases may make possible, with the interface of today beside the drafts of draft.h. As C and as
 * C++; they are compiled only. */
#include "draft.h"

coulomb_status train_on_device(coulomb_slice_callback *data, coulomb_communicator *processes, float *samples);
coulomb_status train_in_the_field(const float *rows, size_t count, coulomb_network *features, float *samples);

#define RETURN_IF_FAILED(call)                                                                                         \
    do {                                                                                                               \
        coulomb_status status_ = (call);                                                                               \
        if (status_ != COULOMB_OK)                                                                                     \
            return status_;                                                                                            \
    } while (0)

coulomb_status train_on_device(coulomb_slice_callback *data, coulomb_communicator *processes, float *samples)
{
    const size_t image[] = {64, 64, 3};
    coulomb_context *context;
    coulomb_network *generator, *discriminator;
    coulomb_trainer *trainer;
    RETURN_IF_FAILED(coulomb_context_new_cuda(0, &context));
    RETURN_IF_FAILED(coulomb_context_set_precision(context, COULOMB_PRECISION_TF32));
    RETURN_IF_FAILED(coulomb_network_new_preset(context, "coulomb-generator", image, 3, 32, 1, &generator));
    RETURN_IF_FAILED(coulomb_network_new_preset(context, "coulomb-128-discriminator", image, 3, 0, 2, &discriminator));
    RETURN_IF_FAILED(coulomb_trainer_new(context, generator, discriminator, &trainer));
    RETURN_IF_FAILED(coulomb_trainer_set_data_slice(trainer, data, NULL, NULL));
    RETURN_IF_FAILED(coulomb_trainer_set_shards(trainer, 4));
    RETURN_IF_FAILED(coulomb_trainer_set_communicator(trainer, processes));
    for (uint64_t update = 0; update < 1000; update++) {
        coulomb_status status = coulomb_trainer_step(trainer);
        if (status == COULOMB_ERROR_DEVICE || status == COULOMB_ERROR_PROCESS)
            return status;
    }
    return coulomb_network_generate(generator, 100, samples);
}

coulomb_status train_in_the_field(const float *rows, size_t count, coulomb_network *features, float *samples)
{
    const size_t row[] = {9};
    const double epsilons[] = {0.1, 0.3, 1.0};
    coulomb_context *context;
    coulomb_network *generator;
    coulomb_trainer *trainer;
    RETURN_IF_FAILED(coulomb_context_new(&context));
    RETURN_IF_FAILED(coulomb_network_new_preset(context, "mlp-generator", row, 1, 32, 1, &generator));
    RETURN_IF_FAILED(coulomb_trainer_new(context, generator, NULL, &trainer));
    RETURN_IF_FAILED(coulomb_trainer_set_data_array(trainer, rows, count, 1));
    RETURN_IF_FAILED(coulomb_trainer_set_field(trainer, COULOMB_FIELD_DRIFT));
    RETURN_IF_FAILED(coulomb_trainer_set_epsilons(trainer, epsilons, 3));
    RETURN_IF_FAILED(coulomb_trainer_set_features(trainer, features));
    RETURN_IF_FAILED(coulomb_trainer_run(trainer, 1000, NULL, NULL));
    return coulomb_network_generate(generator, 100, samples);
}
