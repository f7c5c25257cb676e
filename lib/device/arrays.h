/* Arrays on a device, for the layers above: grown, filled by the host, and looked at by it. Where the device's memory
 * is the host's, what is staged, borrowed or viewed is the array itself, and nothing is copied. */
#ifndef DEVICE_ARRAYS_H
#define DEVICE_ARRAYS_H

#include "device/device.h"

/* count * size bytes of zeros; NULL after storing an error message, also when the product does not fit. */
void *device_get_zeroed(device *on, size_t count, size_t size);
/* The status after one of the functions here returned NULL: the device's failure, or COULOMB_ERROR_MEMORY. */
coulomb_status device_refusal(device *on);
void device_put_back(device *on, void *memory); /* NULL is left alone */

/* As base's `buffer`: grows when asked for more and is reused otherwise. `data` is an address of the device. */
typedef struct device_array {
    void *data;
    size_t bytes;
} device_array;

/* On failure the array is as before; when it grows, what it held is lost. */
coulomb_status device_reserve(device *on, device_array *grown, size_t count, size_t size);
void device_release(device *on, device_array *array);

/* An array that the host fills for the device. */
typedef struct staged_array {
    device_array array;
    void *host; /* as many bytes; array.data itself where the memory is the host's */
} staged_array;

coulomb_status staged_reserve(device *on, staged_array *grown, size_t count, size_t size);
void staged_send(device *on, const staged_array *staged, size_t bytes); /* the first bytes, as the host left them */
/* The first bytes, as the device left them, once all that was asked for is done. */
coulomb_status staged_fetch(device *on, const staged_array *staged, size_t bytes);

void staged_release(device *on, staged_array *staged);

/* The host's values where the device can read them: `host` itself, or a copy in `room`, which grows. NULL after storing
 * an error message. */
const void *device_borrow(device *on, device_array *room, const void *host, size_t count, size_t size);

/* The device's values where the host can read them: `array` itself, or a copy in `room`. They stay until what is on the
 * device changes, or the room's next use. NULL after storing an error message, with the status in *status. */
const void *device_view(device *on, buffer *room, const void *array, size_t count, size_t size, coulomb_status *status);

/* Where the device can write what the host is to have in `host`: `host` itself, or `room`, which grows. NULL after
 * storing an error message. device_return() brings what was written there. */
void *device_lend(device *on, device_array *room, void *host, size_t count, size_t size);
coulomb_status device_return(device *on, const void *lent, void *host, size_t bytes);

/* Where the host can write what is to stand in `array`: `array` itself, or `room`, which grows. NULL after storing an
 * error message. device_close() brings what was written there. */
void *device_open(device *on, buffer *room, void *array, size_t count, size_t size);
void device_close(device *on, const void *opened, void *array, size_t bytes);

#endif
