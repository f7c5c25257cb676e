# Sourced by the scripts that start processes: as many on this machine as are asked for, whoever asks.
OMP_NUM_THREADS=1
OPENBLAS_NUM_THREADS=1
OMPI_MCA_btl_base_warn_component_unused=0
OMPI_ALLOW_RUN_AS_ROOT=1 # tests run in containers too
OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
OMPI_MCA_rmaps_base_oversubscribe=1
OMPI_MCA_mpi_yield_when_idle=1 # and other work runs beside the tests
OMPI_MCA_hwloc_base_binding_policy=none
PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
export OMP_NUM_THREADS OPENBLAS_NUM_THREADS OMPI_MCA_btl_base_warn_component_unused OMPI_ALLOW_RUN_AS_ROOT \
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM OMPI_MCA_rmaps_base_oversubscribe \
    OMPI_MCA_mpi_yield_when_idle OMPI_MCA_hwloc_base_binding_policy PRTE_MCA_rmaps_default_mapping_policy
