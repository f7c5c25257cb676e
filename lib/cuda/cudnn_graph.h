/* Descriptors of cuDNN's graph interface, and the graph of one convolution. */
#ifndef CUDA_CUDNN_GRAPH_H
#define CUDA_CUDNN_GRAPH_H

#include "cuda/cudnn_engine.h"

#include <cudnn.h>

enum { CANDIDATES_MOST = 32, BIG_ID = 'b', SMALL_ID = 's', FILTERS_ID = 'f' };

/* Descriptors that are made together and go together. */
typedef struct descriptors {
    cudnnStatus_t status; /* the first that was no success */
    cudnnBackendDescriptor_t made[8 + 2 * CANDIDATES_MOST];
    size_t count;
} descriptors;

/* Each does nothing after a status that was no success, and keeps the first. */
void descriptors_note(descriptors *all, cudnnStatus_t status);
cudnnBackendDescriptor_t descriptor_new(descriptors *all, cudnnBackendDescriptorType_t type);
void descriptor_set(descriptors *all, cudnnBackendDescriptor_t of, cudnnBackendAttributeName_t name,
                    cudnnBackendAttributeType_t type, int64_t count, const void *values);
void descriptor_link(descriptors *all, cudnnBackendDescriptor_t of, cudnnBackendAttributeName_t name,
                     cudnnBackendDescriptor_t value);
void descriptor_finalize(descriptors *all, cudnnBackendDescriptor_t of);
void descriptors_destroy(descriptors *all);

/* A graph of one operation. */
cudnnBackendDescriptor_t cudnn_graph_of(descriptors *all, cudnnHandle_t dnn, const cudnn_shape *shape);

#endif
