/* What cuDNN is told of a convolution: tensors, windows, and which of them is computed. */
#include "cuda/cudnn_graph.h"

enum { ALIGNMENT = 16 };

void descriptors_note(descriptors *all, cudnnStatus_t status)
{
    if (all->status == CUDNN_STATUS_SUCCESS)
        all->status = status;
}

cudnnBackendDescriptor_t descriptor_new(descriptors *all, cudnnBackendDescriptorType_t type)
{
    cudnnBackendDescriptor_t made = NULL;
    if (all->status == CUDNN_STATUS_SUCCESS)
        descriptors_note(all, cudnnBackendCreateDescriptor(type, &made));
    if (made != NULL)
        all->made[all->count++] = made;
    return made;
}

void descriptor_set(descriptors *all, cudnnBackendDescriptor_t of, cudnnBackendAttributeName_t name,
                    cudnnBackendAttributeType_t type, int64_t count, const void *values)
{
    if (all->status == CUDNN_STATUS_SUCCESS)
        descriptors_note(all, cudnnBackendSetAttribute(of, name, type, count, values));
}

void descriptor_link(descriptors *all, cudnnBackendDescriptor_t of, cudnnBackendAttributeName_t name,
                     cudnnBackendDescriptor_t value)
{
    descriptor_set(all, of, name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &value);
}

void descriptor_finalize(descriptors *all, cudnnBackendDescriptor_t of)
{
    if (all->status == CUDNN_STATUS_SUCCESS)
        descriptors_note(all, cudnnBackendFinalize(of));
}

void descriptors_destroy(descriptors *all)
{
    while (all->count > 0)
        cudnnBackendDestroyDescriptor(all->made[--all->count]);
}

/* [n, rows, columns, channels]; cuDNN counts channels second, whatever stands where. */
static cudnnBackendDescriptor_t tensor(descriptors *all, int64_t id, bool half, const int64_t n,
                                       const int64_t extent[2], int64_t channels)
{
    const int64_t dimensions[] = {n, channels, extent[0], extent[1]};
    const int64_t strides[] = {extent[0] * extent[1] * channels, 1, extent[1] * channels, channels};
    const int64_t alignment = ALIGNMENT;
    const cudnnDataType_t type = half ? CUDNN_DATA_BFLOAT16 : CUDNN_DATA_FLOAT;
    cudnnBackendDescriptor_t made = descriptor_new(all, CUDNN_BACKEND_TENSOR_DESCRIPTOR);
    descriptor_set(all, made, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, 1, &id);
    descriptor_set(all, made, CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &type);
    descriptor_set(all, made, CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, 4, dimensions);
    descriptor_set(all, made, CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, 4, strides);
    descriptor_set(all, made, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, 1, &alignment);
    descriptor_finalize(all, made);
    return made;
}

static cudnnBackendDescriptor_t window_descriptor(descriptors *all, const cudnn_shape *shape)
{
    const int64_t axes = 2, dilation[] = {1, 1};
    const cudnnDataType_t type = CUDNN_DATA_FLOAT;
    const cudnnConvolutionMode_t mode = CUDNN_CROSS_CORRELATION;
    cudnnBackendDescriptor_t made = descriptor_new(all, CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
    descriptor_set(all, made, CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64, 1, &axes);
    descriptor_set(all, made, CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, 1, &type);
    descriptor_set(all, made, CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, 1, &mode);
    descriptor_set(all, made, CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, CUDNN_TYPE_INT64, 2, shape->before);
    descriptor_set(all, made, CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, CUDNN_TYPE_INT64, 2, shape->after);
    descriptor_set(all, made, CUDNN_ATTR_CONVOLUTION_DILATIONS, CUDNN_TYPE_INT64, 2, dilation);
    descriptor_set(all, made, CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, CUDNN_TYPE_INT64, 2, shape->stride);
    descriptor_finalize(all, made);
    return made;
}

/* The names under which each way takes what. */
typedef struct way_names {
    cudnnBackendDescriptorType_t operation;
    cudnnBackendAttributeName_t window, big, small, filters, alpha, beta;
} way_names;

static const way_names names[CONVOLUTION_WAYS] = {
    [TO_SMALL] = {CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
                  CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,
                  CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
                  CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA},
    [TO_BIG] = {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
                CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
                CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
                CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA},
    [TO_FILTERS] = {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
                    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA}};

cudnnBackendDescriptor_t cudnn_graph_of(descriptors *all, cudnnHandle_t dnn, const cudnn_shape *s)
{
    const way_names *name = &names[s->way];
    const float one = 1.0f, zero = 0.0f;
    cudnnBackendDescriptor_t big = tensor(all, BIG_ID, s->half, s->count, s->big, s->big_channels);
    cudnnBackendDescriptor_t small = tensor(all, SMALL_ID, s->half, s->count, s->small, s->small_channels);
    cudnnBackendDescriptor_t filters =
        tensor(all, FILTERS_ID, s->half_filters, s->small_channels, s->kernel, s->big_channels);
    cudnnBackendDescriptor_t window = window_descriptor(all, s);
    cudnnBackendDescriptor_t operation = descriptor_new(all, name->operation);
    descriptor_link(all, operation, name->window, window);
    descriptor_link(all, operation, name->big, big);
    descriptor_link(all, operation, name->small, small);
    descriptor_link(all, operation, name->filters, filters);
    descriptor_set(all, operation, name->alpha, CUDNN_TYPE_FLOAT, 1, &one);
    descriptor_set(all, operation, name->beta, CUDNN_TYPE_FLOAT, 1, &zero);
    descriptor_finalize(all, operation);
    cudnnBackendDescriptor_t operations = descriptor_new(all, CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
    descriptor_set(all, operations, CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, 1, &dnn);
    descriptor_link(all, operations, CUDNN_ATTR_OPERATIONGRAPH_OPS, operation);
    descriptor_finalize(all, operations);
    return operations;
}
