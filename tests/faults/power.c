/* Losses of power: JOURNAL BEFORE ROOT SEED MORE [end]. The journal (journal.h) tells what a process did below the
 * directory ROOT, which was as BEFORE when it began. For every moment of it, ROOT is made to hold what may be left then
 * (disk.h), in the extreme ways and in MORE ways drawn by chance. For each state, if it is new, a line is printed, and
 * one awaited. With "end" only the moment after the last operation is tried. */
#include "disk.h"

#include <stdlib.h>
#include <string.h>

enum { DESCRIPTORS = 4096, PATH_SIZE = 4096, STATES_MOST = 1 << 20 };

typedef struct history {
    const char *root;
    disk live; /* all done, so that names tell which files are meant */
    int descriptor[DESCRIPTORS];
    disk_operation *operations;
    size_t count, room, line;
} history;

static uint64_t seen[STATES_MOST];
static size_t seen_count;
static uint64_t random_state;

static uint64_t draw(uint64_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 11) % below;
}

/* The directory of a path below the root, and its last name; NOTHING elsewhere. The root itself is its own "". */
static int place_of(const history *of, const char *path, const char **name)
{
    char part[NAME_MOST];
    size_t length = strlen(of->root);
    int directory = 0;
    if (strncmp(path, of->root, length) != 0 || (path[length] != '/' && path[length] != '\0'))
        return NOTHING;
    const char *at = path + length;
    while (*at == '/')
        at++;
    for (const char *slash = strchr(at, '/'); slash && directory >= 0; slash = strchr(at, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - at), at);
        directory = disk_find(&of->live, directory, part);
        for (at = slash; *at == '/';)
            at++;
    }
    *name = at;
    return directory;
}

static void add(history *to, disk_operation operation)
{
    if (to->count == to->room) {
        to->room = 2 * to->room + 64;
        to->operations = checked(realloc(to->operations, to->room * sizeof *to->operations));
    }
    operation.line = to->line;
    to->operations[to->count++] = operation;
    disk_apply(&to->live, &operation, FATE_DONE);
}

static disk_operation naming(enum operation kind, int directory, const char *name, int file)
{
    disk_operation made = {.kind = kind, .directory = directory, .file = file};
    snprintf(made.name, sizeof made.name, "%s", name);
    return made;
}

static void add_open(history *to, const char *operation, long descriptor, const char *path)
{
    const char *name;
    int directory = place_of(to, path, &name), file = NOTHING;
    if (directory != NOTHING)
        file = name[0] ? disk_find(&to->live, directory, name) : 0;
    if (directory != NOTHING && file == NOTHING && strcmp(operation, "open") != 0) {
        file = disk_add_file(&to->live, false);
        add(to, naming(OP_NAME, directory, name, file));
    } else if (file != NOTHING && strcmp(operation, "truncated") == 0) {
        add(to, (disk_operation){.kind = OP_TRUNCATE, .file = file});
    }
    must(descriptor >= 0 && descriptor < DESCRIPTORS, "descriptor");
    to->descriptor[descriptor] = file;
}

static void add_names(history *to, const char *operation, const char *path, const char *other)
{
    const char *name, *other_name;
    int directory = place_of(to, path, &name), beside = place_of(to, other, &other_name);
    if (directory == NOTHING)
        return;
    disk_operation made = naming(OP_UNNAME, directory, name, disk_find(&to->live, directory, name));
    if (strcmp(operation, "mkdir") == 0) {
        made.kind = OP_NAME;
        made.file = disk_add_file(&to->live, true);
    } else if (strcmp(operation, "unlink") != 0) {
        must(beside != NOTHING, "a name that leaves the directory");
        made.kind = strcmp(operation, "exchange") == 0 ? OP_EXCHANGE : OP_MOVE;
        made.other = beside;
        made.exchanged = disk_find(&to->live, beside, other_name);
        snprintf(made.other_name, sizeof made.other_name, "%s", other_name);
        /* of two names of one file rename() does nothing */
        if (made.kind == OP_MOVE && made.exchanged == made.file)
            return;
        if (strcmp(operation, "link") == 0)
            made = naming(OP_NAME, beside, other_name, made.file);
    }
    must(made.file != NOTHING, "a name that is not known");
    add(to, made);
}

static void add_line(history *to, const char *operation, long descriptor, long offset, long length, char *path,
                     char *other, unsigned char *bytes)
{
    int file = descriptor >= 0 && descriptor < DESCRIPTORS ? to->descriptor[descriptor] : NOTHING;
    if (strcmp(operation, "open") == 0 || strcmp(operation, "create") == 0 || strcmp(operation, "truncated") == 0) {
        add_open(to, operation, descriptor, path);
    } else if (strcmp(operation, "syncall") == 0) {
        add(to, (disk_operation){.kind = OP_SYNC_ALL});
    } else if (path[0]) {
        add_names(to, operation, path, other);
    } else if (file != NOTHING) {
        enum operation kind = strcmp(operation, "write") == 0      ? OP_WRITE
                              : strcmp(operation, "truncate") == 0 ? OP_TRUNCATE
                                                                   : OP_SYNC;
        add(to, (disk_operation){
                    .kind = kind, .file = file, .offset = (size_t)offset, .length = (size_t)length, .bytes = bytes});
    }
}

static void read_journal(history *to, const char *path)
{
    char operation[16], name[PATH_SIZE], other[PATH_SIZE];
    long descriptor, offset, length;
    size_t name_length, other_length;
    FILE *stream = fopen(path, "rb");
    must(stream != NULL, path);
    while (fscanf(stream, "%15s %ld %ld %ld %zu %zu", operation, &descriptor, &offset, &length, &name_length,
                  &other_length) == 6) {
        must(fgetc(stream) == '\n' && name_length < PATH_SIZE && other_length < PATH_SIZE, "the journal");
        unsigned char *bytes = checked(malloc((size_t)length + 1));
        must(fread(name, 1, name_length, stream) == name_length &&
                 fread(other, 1, other_length, stream) == other_length &&
                 fread(bytes, 1, (size_t)length, stream) == (size_t)length,
             "the journal");
        name[name_length] = other[other_length] = '\0';
        to->line++;
        add_line(to, operation, descriptor, offset, length, name, other, bytes);
    }
    must(feof(stream) != 0, "the journal");
    fclose(stream);
}

static bool is_of_contents(const disk_operation *operation)
{
    return operation->kind == OP_WRITE || operation->kind == OP_TRUNCATE;
}

/* Whether a later synchronisation, before the moment, makes it last. */
static bool lasts(const history *of, size_t at, size_t moment)
{
    const disk_operation *done = &of->operations[at];
    for (size_t i = at + 1; i < moment; i++) {
        const disk_operation *sync = &of->operations[i];
        if (sync->kind == OP_SYNC_ALL)
            return true;
        if (sync->kind == OP_SYNC && (is_of_contents(done) ? sync->file == done->file
                                                           : sync->file == done->directory ||
                                                                 (done->kind != OP_NAME && sync->file == done->other)))
            return true;
    }
    return false;
}

/* Ways in which a moment's unsettled operations fare. */
enum way { ALL, NONE, NAMES_ONLY, NAMES_AND_ZEROS, CONTENTS_ONLY, LAST_TORN, ONE_MISSING, ONE_ALONE, BY_CHANCE };

static enum fate fate_of(const disk_operation *operation, enum way way, bool chosen)
{
    bool contents = is_of_contents(operation);
    switch (way) {
    case ALL:
        return FATE_DONE;
    case NONE:
        return FATE_MISSING;
    case NAMES_ONLY:
        return contents ? FATE_MISSING : FATE_DONE;
    case NAMES_AND_ZEROS:
        return contents ? FATE_ZEROS : FATE_DONE;
    case CONTENTS_ONLY:
        return contents ? FATE_DONE : FATE_MISSING;
    case LAST_TORN:
        return chosen ? FATE_TORN : FATE_DONE;
    case ONE_MISSING:
        return chosen ? FATE_MISSING : FATE_DONE;
    case ONE_ALONE:
        return chosen || contents ? FATE_DONE : FATE_MISSING;
    default:
        return draw(2)     ? FATE_DONE
               : !contents ? FATE_MISSING
               : draw(2)   ? FATE_MISSING
               : draw(2)   ? FATE_TORN
                           : FATE_ZEROS;
    }
}

static bool is_new(uint64_t hash)
{
    for (size_t i = 0; i < seen_count; i++)
        if (seen[i] == hash)
            return false;
    must(seen_count < STATES_MOST, "states");
    seen[seen_count++] = hash;
    return true;
}

/* One state; the end of the process is a moment whose states count even if an earlier one had them. */
static void try(const history *of, const disk *before, const bool *settled, size_t moment, enum way way, size_t chosen)
{
    disk left = disk_copy(before);
    while (left.file_count < of->live.file_count)
        disk_add_file(&left, of->live.files[left.file_count].directory);
    for (size_t i = 0; i < moment; i++)
        disk_apply(&left, &of->operations[i], settled[i] ? FATE_DONE : fate_of(&of->operations[i], way, i == chosen));
    bool end = moment == of->count;
    uint64_t hash = disk_hash(&left) + end;
    if (is_new(hash)) {
        disk_write(&left, of->root);
        printf("%s %zu %d %zu\n", end ? "end" : "moment", moment, (int)way, chosen);
        fflush(stdout);
        if (getchar() == EOF)
            exit(1);
    }
    disk_free(&left);
}

static void try_moment(const history *of, const disk *before, size_t moment, size_t more)
{
    bool *settled = checked(calloc(moment + 1, sizeof *settled));
    for (size_t i = 0; i < moment; i++)
        settled[i] = lasts(of, i, moment);
    for (int way = ALL; way <= CONTENTS_ONLY; way++)
        try(of, before, settled, moment, (enum way)way, 0);
    for (size_t i = 0; i < moment; i++) {
        if (settled[i])
            continue;
        if (!is_of_contents(&of->operations[i])) {
            try(of, before, settled, moment, ONE_MISSING, i);
            try(of, before, settled, moment, ONE_ALONE, i);
        } else if (i + 1 == moment) {
            try(of, before, settled, moment, LAST_TORN, i);
        }
    }
    for (size_t i = 0; i < more; i++)
        try(of, before, settled, moment, BY_CHANCE, i);
    free(settled);
}

int main(int count, char **arguments)
{
    static history of;
    disk before;
    bool only_end = count == 7 && strcmp(arguments[6], "end") == 0;
    must(count == 6 || only_end, "JOURNAL BEFORE ROOT SEED MORE [end]");
    disk_read(&before, arguments[2]);
    of.root = arguments[3];
    of.live = disk_copy(&before);
    memset(of.descriptor, 0xff, sizeof of.descriptor);
    read_journal(&of, arguments[1]);
    random_state = 88172645463325252u + (uint64_t)atol(arguments[4]);
    for (size_t moment = only_end ? of.count : 0; moment <= of.count; moment++)
        /* within a row of writes to one file only the first */
        if (moment < 2 || moment == of.count || of.operations[moment - 1].kind != OP_WRITE ||
            of.operations[moment - 2].kind != OP_WRITE)
            try_moment(&of, &before, moment, (size_t)atol(arguments[5]));
    return 0;
}
