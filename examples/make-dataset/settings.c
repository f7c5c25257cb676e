#include "settings.h"

#include "support/console.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const option_choice formats[] = {
    {"tree", DATASET_TREE}, {"lmdb", DATASET_LMDB}, {"cifar", DATASET_CIFAR}, {"csv", DATASET_CSV}, {NULL, 0}};
static const option_choice drawings[] = {
    {"usual", 0}, {"faces", PICTURE_FACE}, {"rooms", PICTURE_ROOM}, {"objects", PICTURE_OBJECT}, {NULL, 0}};
static const option_choice encodings[] = {
    {"usual", 0}, {"jpeg", IMAGE_JPEG}, {"png", IMAGE_PNG}, {"webp", IMAGE_WEBP}, {NULL, 0}};

settings settings_default(void)
{
    return (settings){.format = DATASET_TREE, .count = 1000, .quality = 90, .seed = 1};
}

void settings_options(option_table *table, settings *s)
{
    const option_row what[] = {
        {.name = "out", .argument = "DIR", .text = &s->out, .help = "output directory"},
        {.name = "format",
         .argument = "FORMAT",
         .choice = &s->format,
         .choices = formats,
         .help = "tree (a file per picture, as CelebA's img_align_celeba), lmdb (a database, as LSUN's), cifar "
                 "(CIFAR-10's binary files, with labels) or csv (a table of flats to let, flats.csv, for "
                 "coulomb-table)"},
        {.name = "draw",
         .argument = "KIND",
         .choice = &s->draw,
         .choices = drawings,
         .help = "faces (178 x 218 pixels), rooms (256 x 256) or objects (32 x 32, of ten classes); usual: faces for "
                 "tree, rooms for lmdb, objects for cifar"},
        {.name = "count",
         .argument = "N",
         .count = &s->count,
         .low = 1,
         .high = 100000000,
         .help = "number of pictures, or of rows; for cifar in the five training files together, plus a fifth as many "
                 "in the test "
                 "file"},
        {.name = "seed", .argument = "N", .count = &s->seed, .help = "seed of the pictures"},
        {.name = "overwrite", .flag = &s->overwrite, .help = "replace a data set written by this program"},
    };
    const option_row how[] = {
        {.name = "encoding",
         .argument = "NAME",
         .choice = &s->encoding,
         .choices = encodings,
         .help = "jpeg, png or webp; usual: jpeg for tree, webp for lmdb"},
        {.name = "width",
         .argument = "N",
         .count = &s->width,
         .high = 16384,
         .help = "width of the pictures in pixels; 0: usual. Of another shape, the central part is drawn"},
        {.name = "height", .argument = "N", .count = &s->height, .high = 16384, .help = "height; 0: usual"},
        {.name = "quality",
         .argument = "N",
         .count = &s->quality,
         .low = 1,
         .high = 100,
         .help = "quality of jpeg and webp, from 1 to 100"},
    };
    options_add(table, "Data set", what, COUNT(what));
    options_add(table, "Encoding", how, COUNT(how));
}

/* What the published data sets hold. */
static void fill_in(settings *chosen)
{
    static const int32_t draw[] = {
        [DATASET_TREE] = PICTURE_FACE, [DATASET_LMDB] = PICTURE_ROOM, [DATASET_CIFAR] = PICTURE_OBJECT};
    static const int32_t encoding[] = {[DATASET_TREE] = IMAGE_JPEG, [DATASET_LMDB] = IMAGE_WEBP, [DATASET_CIFAR] = 0};
    if (chosen->draw == 0)
        chosen->draw = draw[chosen->format];
    if (chosen->encoding == 0)
        chosen->encoding = encoding[chosen->format];
}

/* A table has nothing to draw, and no encoding. */
static bool check_csv(option_table *table, const settings *chosen)
{
    static const char *const without[] = {"draw", "encoding", "width", "height", "quality"};
    for (size_t i = 0; i < COUNT(without); i++)
        if (options_given(table, without[i]))
            return complain("--%s has no effect with --format %s, which contains no pictures", without[i],
                            settings_format(chosen));
    return true;
}

static bool check_cifar(const settings *chosen)
{
    if (chosen->draw != PICTURE_OBJECT)
        return complain("--draw is %s; --format cifar supports only objects", settings_draw(chosen));
    if (chosen->width > 0 || chosen->height > 0)
        return complain("--width and --height have no effect with --format cifar, whose pictures have 32 x 32 pixels");
    if (chosen->count < 5)
        return complain("--count is %d; expected at least 5, one for each of CIFAR-10's training files",
                        (int)chosen->count);
    return true;
}

static bool settle_size(settings *chosen)
{
    size_t width, height;
    picture_size((enum picture_kind)chosen->draw, &width, &height);
    if (chosen->width == 0)
        chosen->width = width;
    if (chosen->height == 0)
        chosen->height = height;
    const uint64_t most = UINT64_C(1) << 26; /* what the readers take */
    return chosen->width <= most / chosen->height ||
           complain("--width %" PRIu64 " and --height %" PRIu64 " are more than 67 million pixels", chosen->width,
                    chosen->height);
}

bool settings_check(option_table *table, settings *chosen)
{
    if (!chosen->out || chosen->out[0] == '\0')
        return complain("--out is missing; expected the directory to create");
    if (strspn(chosen->out, "/") == strlen(chosen->out))
        return complain("--out is %s; expected a directory to create", chosen->out);
    if (chosen->format == DATASET_CSV)
        return check_csv(table, chosen);
    bool given = options_given(table, "encoding") && chosen->encoding != 0;
    fill_in(chosen);
    if (chosen->format == DATASET_CIFAR) {
        if (given || options_given(table, "quality"))
            return complain("--%s has no effect with --format cifar, whose files contain raw pixels",
                            given ? "encoding" : "quality");
        return check_cifar(chosen) && settle_size(chosen);
    }
    if (!settle_size(chosen))
        return false;
    if (chosen->encoding == IMAGE_PNG && chosen->format == DATASET_LMDB)
        return complain("--encoding is png; --format lmdb supports jpeg and webp");
    if (chosen->encoding == IMAGE_PNG && options_given(table, "quality"))
        return complain("--quality has no effect with --encoding png, which is lossless");
    return true;
}

static const char *word(const option_choice *choices, int32_t value)
{
    while (choices->word && choices->value != value)
        choices++;
    return choices->word;
}

const char *settings_format(const settings *chosen)
{
    return word(formats, chosen->format);
}

const char *settings_draw(const settings *chosen)
{
    return word(drawings, chosen->draw);
}

const char *settings_encoding(const settings *chosen)
{
    return word(encodings, chosen->encoding);
}
