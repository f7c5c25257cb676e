/* Matrix products by cuBLAS, and what is done to their operands. */
#include "cuda/products.h"

static cublasComputeType_t arithmetic(const device_plan *plan)
{
    return plan->precision == COULOMB_PRECISION_TF32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F;
}

static cudaDataType_t type_of(stored x)
{
    return x.half ? CUDA_R_16BF : CUDA_R_32F;
}

/* cuBLAS stores matrices by columns: there the same arrays hold c^T = b^T a^T. */
void cuda_product(device_plan *plan, const device_product *p)
{
    const float one = 1.0f, beta = p->add ? 1.0f : 0.0f;
    cublasHandle_t blas = plan->cuda->blas;
    if (plan->cuda->failure != COULOMB_OK || p->m == 0)
        return;
    cuda_note_blas(plan->cuda,
                   cublasGemmEx(blas, p->b_transposed ? CUBLAS_OP_T : CUBLAS_OP_N,
                                p->a_transposed ? CUBLAS_OP_T : CUBLAS_OP_N, (int)p->n, (int)p->m, (int)p->k, &one,
                                p->b.at, type_of(p->b), (int)p->ldb, p->a.at, type_of(p->a), (int)p->lda, &beta,
                                p->c.at, type_of(p->c), (int)p->ldc, arithmetic(plan), CUBLAS_GEMM_DEFAULT),
                   "multiplying matrices");
}

stored cuda_operand(const node_run *run, stored x, size_t values, char *room)
{
    bool half = plan_halves(run->plan);
    if (x.half == half)
        return x;
    stored made = {.at = room, .half = half};
    launch_pass(run->stream, values, 1.0f, x, made, false);
    return made;
}

size_t cuda_operand_bytes(const device_plan *plan, bool half, size_t values)
{
    return half == plan_halves(plan) ? 0 : size_aligned(values * value_bytes(!half), PACKED_ALIGNMENT);
}

stored cuda_weighted(const node_run *run, stored dy, char *room)
{
    if (run->weight == NULL)
        return dy;
    stored made = {.at = room, .half = dy.half};
    launch_weigh(run->stream, run->count, run->node->size, run->weight, dy, made);
    return made;
}

void cuda_bias_gradient(const node_run *run, size_t columns, stored dy, char *room)
{
    size_t rows_of_sample = run->node->size / columns;
    launch_sum_rows(run->stream, run->count * rows_of_sample, columns, dy, run->weight, rows_of_sample, room,
                    run->bias_gradient, run->add_parameters);
}
