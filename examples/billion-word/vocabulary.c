#include "vocabulary.h"

#include "support/console.h"
#include "support/json.h"
#include "utf8.h"

static json_t *vocabulary_json(const corpus *of)
{
    json_t *object = json_object(), *characters = json_array(), *counts = json_array();
    for (size_t i = 0; i < of->vocabulary; i++) {
        char bytes[UTF8_BYTES_MOST];
        json_array_append_new(characters, json_stringn(bytes, utf8_encode(of->characters[i], bytes)));
        json_array_append_new(counts, json_integer((json_int_t)of->counts[i]));
    }
    json_object_set_new(object, "lines", json_integer((json_int_t)of->count));
    json_object_set_new(object, "lines_held_out", json_integer((json_int_t)of->held_out));
    json_object_set_new(object, "different_characters", json_integer((json_int_t)of->distinct));
    json_object_set_new(object, "characters", characters);
    json_object_set_new(object, "counts", counts);
    return object;
}

bool vocabulary_record(const corpus *of, const char *path, bool resumed)
{
    json_t *made = vocabulary_json(of);
    bool fine;
    if (resumed) {
        json_t *recorded = json_read(path);
        fine = recorded != NULL;
        if (fine && !json_equal(made, recorded))
            fine = complain("--resume: the text differs from that of the run: %s lists other characters or frequencies",
                            path);
        json_decref(recorded);
    } else {
        fine = json_write(path, made);
    }
    json_decref(made);
    return fine;
}
