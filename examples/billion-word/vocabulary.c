#include "vocabulary.h"

#include "support/console.h"
#include "support/json.h"
#include "utf8.h"

static const char characters_key[] = "characters";

static json_t *vocabulary_json(const corpus *of)
{
    json_t *object = json_object(), *characters = json_array(), *counts = json_array();
    for (size_t i = 0; i < of->vocabulary; i++) {
        char bytes[UTF8_BYTES_MOST];
        json_append(&characters, json_stringn(bytes, utf8_encode(of->characters[i], bytes)));
        json_append(&counts, json_integer((json_int_t)of->counts[i]));
    }
    json_put(&object, "lines", json_integer((json_int_t)of->count));
    json_put(&object, "lines_held_out", json_integer((json_int_t)of->held_out));
    json_put(&object, "different_characters", json_integer((json_int_t)of->distinct));
    json_put(&object, characters_key, characters);
    json_put(&object, "counts", counts);
    return object;
}

/* The characters must be the same: they are the networks' channels. Their frequencies may be others where the user
 * accepts changed text. */
static bool record_again(json_t *made, const char *path)
{
    json_t *recorded = json_read(path);
    if (!recorded)
        return false;
    bool same = json_equal(made, recorded);
    bool fine = same || json_equal(json_object_get(made, characters_key), json_object_get(recorded, characters_key));
    json_decref(recorded);
    if (!fine)
        return complain("--resume: the text differs from that of the run: %s lists other characters", path);
    return same || json_write(path, made);
}

bool vocabulary_record(const corpus *of, const char *path, bool resumed)
{
    json_t *made = vocabulary_json(of);
    bool fine = made || complain("no memory for the vocabulary");
    fine = fine && (resumed ? record_again(made, path) : json_write(path, made));
    json_decref(made);
    return fine;
}
