/* coulomb_cuda.hpp: trains on the first GPU. Without a GPU, what cannot be made tells why. */
#include "../programs/gaussians.hpp"
#include "tap.hpp"

#include <coulomb_cuda.hpp>

namespace
{

int without_a_gpu()
{
    tap::test("without a GPU, a context tells why",
              [] { return tap::refused(COULOMB_ERROR_DEVICE, "", [] { coulomb::cuda::new_context(); }); });
    tap::test("a GPU that is not there has no name and no memory", [] {
        return tap::refused(COULOMB_ERROR_DEVICE, "", [] { coulomb::cuda::device_name(0); }) &&
               tap::refused(COULOMB_ERROR_DEVICE, "", [] { coulomb::cuda::device_memory(0); });
    });
    return tap::failures == 0 ? 0 : 1;
}

} // namespace

int main()
{
    try {
        coulomb::cuda::device_count();
    } catch (const coulomb::error &) {
        return without_a_gpu();
    }
    tap::test("GPUs have names and memory",
              [] { return !coulomb::cuda::device_name(0).empty() && coulomb::cuda::device_memory(0) > 1 << 30; });
    tap::test("training runs on a GPU", [] {
        auto context = coulomb::cuda::new_context();
        auto generator = coulomb::network::preset(context, "mlp-generator", {2}, 8, 1);
        auto discriminator = coulomb::network::preset(context, "mlp-discriminator", {2}, 0, 2);
        coulomb::trainer trainer(context, generator, discriminator);
        trainer.set_data(gaussians::fill);
        trainer.run(10);
        return trainer.update() == 10 && generator.generate(5).size() == 10;
    });
    return tap::failures == 0 ? 0 : 1;
}
