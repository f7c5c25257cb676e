/* Softmax over the last dimension. */
#include "ops/ops.h"

const op op_softmax = {.name = "softmax", .number = OP_SOFTMAX, .inputs = 1, .build = build_same_shape};
