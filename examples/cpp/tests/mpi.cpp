/* coulomb_mpi.hpp: processes that mpirun started train as one. The first one tells the cases. */
#include "../programs/gaussians.hpp"
#include "tap.hpp"

#include <coulomb_mpi.hpp>

#include <vector>

namespace
{

std::vector<float> train(const coulomb::communicator *ranks, gaussians::training &made)
{
    made.trainer.set_shards(2);
    made.trainer.set_data(gaussians::fill);
    if (ranks != nullptr)
        made.trainer.set_communicator(*ranks);
    made.trainer.run(5);
    return made.generator.generate(10);
}

} // namespace

int main(int argument_count, char **arguments)
{
    MPI_Init(&argument_count, &arguments);
    bool world = false, same = false, first = false;
    {
        gaussians::training made(1), alone(1);
        const auto ranks = coulomb::mpi::new_communicator(made.context, MPI_COMM_WORLD);
        first = ranks.rank() == 0;
        same = ranks.size() == 2 && train(&ranks, made) == train(nullptr, alone);
        world = coulomb::mpi::new_world(made.context).size() == 2;
    }
    if (first) {
        tap::tell(same, "two processes train as one");
        tap::tell(world, "a communicator of all processes");
    }
    MPI_Finalize();
    return same && world ? 0 : 1;
}
