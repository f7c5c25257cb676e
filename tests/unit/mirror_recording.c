/* The mirror's recordings. A device may repeat what it recorded without asking again, so this one does: an equal
 * signature's calls are recorded, then compared with those of the second time, and from the third time on repeated. */
#include "unit/mirror_inside.h"

#include <stdlib.h>
#include <string.h>

struct mirror_recording {
    uint64_t signature;
    size_t times;
    mirror_call *call;
    size_t calls, room;
    size_t compared;
};

static void forget(mirror_recording *recording)
{
    for (size_t i = 0; i < recording->calls; i++)
        free(recording->call[i].stretch);
    recording->calls = recording->times = 0;
}

void mirror_free_recording(device *on, void *kept)
{
    mirror_recording *recording = mirror_below(kept);
    mirror_at_once(mirror_of(on));
    if (recording == NULL)
        return;
    forget(recording);
    free(recording->call);
    free(recording);
}

static void *grow(void *memory, size_t bytes)
{
    memory = realloc(memory, bytes);
    if (memory == NULL)
        mirror_refuse("out of memory");
    return memory;
}

static mirror_call *append(mirror_recording *recording)
{
    if (recording->calls == recording->room) {
        recording->room = 2 * recording->room + 64;
        recording->call = grow(recording->call, recording->room * sizeof *recording->call);
    }
    return &recording->call[recording->calls++];
}

mirror_call *mirror_call_new(mirror *m, coulomb_status (*perform)(mirror *m, mirror_call *call))
{
    memset(&m->call, 0, sizeof m->call);
    m->call.perform = perform;
    return &m->call;
}

static bool equal(const mirror_call *a, const mirror_call *b)
{
    mirror_call x = *a, y = *b;
    if ((x.stretch == NULL) != (y.stretch == NULL))
        return false;
    bool stretches = x.stretch == NULL || memcmp(x.stretch, y.stretch, x.move.stretches * sizeof *x.stretch) == 0;
    x.stretch = y.stretch = NULL;
    x.revision = y.revision = 0;
    return stretches && memcmp(&x, &y, sizeof x) == 0;
}

coulomb_status mirror_do(mirror *m, mirror_call *call)
{
    mirror_recording *recording = m->recording;
    coulomb_status status = call->perform(m, call);
    if (recording == NULL) {
        free(call->stretch);
        return status;
    }
    if (recording->times == 0) {
        *append(recording) = *call;
        return status;
    }
    if (recording->compared == recording->calls || !equal(&recording->call[recording->compared++], call))
        mirror_refuse("an equal signature asked for other calls");
    free(call->stretch);
    return status;
}

static void repeat(mirror *m, mirror_recording *recording)
{
    m->repeats++;
    for (size_t i = 0; i < recording->calls; i++) {
        mirror_call again = recording->call[i];
        again.revision = UINT64_MAX - m->repeats; /* the parameters may have moved */
        again.perform(m, &again);
        if (!equal(&again, &recording->call[i]))
            mirror_refuse("what a recorded pass gives has moved");
    }
}

void mirror_run_recorded(device *on, void **kept, uint64_t signature, void (*enqueue)(void *work), void *work)
{
    mirror *m = mirror_at_once(mirror_of(on));
    mirror_recording *recording = mirror_below(*kept);
    if (recording == NULL) {
        recording = grow(NULL, sizeof *recording);
        *recording = (mirror_recording){0};
        *kept = mirror_above(recording);
    }
    if (recording->times > 0 && recording->signature != signature)
        forget(recording);
    recording->signature = signature;
    if (recording->times < 2) {
        recording->compared = 0;
        m->recording = recording;
        enqueue(work);
        m->recording = NULL;
        if (recording->times == 1 && recording->compared != recording->calls)
            mirror_refuse("an equal signature asked for fewer calls");
    } else {
        repeat(m, recording);
    }
    recording->times++;
}
