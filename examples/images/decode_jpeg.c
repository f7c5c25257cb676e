/*
 * JPEG by libjpeg-turbo. Files are decoded at full size unless the request allows a fraction: the coarser inverse
 * transforms are quicker, but are neither of our filters. What libjpeg would mend and warn about counts as damage.
 */
#include "images/decode.h"

#include <setjmp.h>
#include <stdio.h>

#include <jerror.h>
#include <jpeglib.h>

/* A picture is made at most so much smaller that the square is still twice the size wanted. Closer to the size wanted
 * the inverse transform's own filter would show; see doc/images.md. */
enum { SCALE_MOST = 8, SPARE = 2 };

/* Each scan of a progressive file passes over all pixels, however few bytes it has. Encoders make 20 at most. */
enum { SCANS_MOST = 64, CODE_SCANS = -1 };

typedef struct jpeg_failure {
    struct jpeg_error_mgr manager; /* first, so that libjpeg's pointer to it is one to this */
    struct jpeg_progress_mgr scans;
    jmp_buf escape;
    int code;
} jpeg_failure;

static void leave(j_common_ptr common)
{
    jpeg_failure *failure = (jpeg_failure *)common->err;
    failure->code = common->err->msg_code;
    longjmp(failure->escape, 1);
}

/* Level -1 is a warning. Two of them are about labels and leave the pixels alone. */
static void judge(j_common_ptr common, int level)
{
    int code = common->err->msg_code;
    if (level < 0 && code != JWRN_ADOBE_XFORM && code != JWRN_JFIF_MAJOR)
        leave(common);
}

static void say_nothing(j_common_ptr common)
{
    (void)common;
}

/* Called again and again while scans are read. */
static void count_scans(j_common_ptr common)
{
    if (((j_decompress_ptr)common)->input_scan_number <= SCANS_MOST)
        return;
    jpeg_failure *failure = (jpeg_failure *)common->err;
    failure->code = CODE_SCANS;
    longjmp(failure->escape, 1);
}

static const char *message(int code)
{
    switch (code) {
    case CODE_SCANS:
        return "it has more than 64 scans";
    case JERR_OUT_OF_MEMORY:
        return image_no_memory;
    case JERR_CONVERSION_NOTIMPL:
    case JERR_SOF_UNSUPPORTED:
    case JERR_BAD_PRECISION:
        return "it is a kind of JPEG that libjpeg does not decode";
    case JWRN_JPEG_EOF:
    case JERR_INPUT_EOF:
        return "its JPEG data are cut short";
    default:
        return "its JPEG data are damaged";
    }
}

/* Adobe's programs store cyan, magenta, yellow and black inverted, and say who they are. In place: 4 bytes become 3. */
static void cmyk_to_rgb(uint8_t *row, size_t width, bool inverted)
{
    for (size_t x = 0; x < width; x++) {
        unsigned black = inverted ? row[4 * x + 3] : 255u - row[4 * x + 3];
        for (size_t i = 0; i < 3; i++) {
            unsigned ink = inverted ? row[4 * x + i] : 255u - row[4 * x + i];
            row[3 * x + i] = (uint8_t)((ink * black + 127) / 255);
        }
    }
}

static void read_rows(struct jpeg_decompress_struct *jpeg, JSAMPARRAY wide, image *made)
{
    size_t stride = 3 * made->width;
    while (jpeg->output_scanline < jpeg->output_height) {
        uint8_t *row = made->pixels + stride * jpeg->output_scanline;
        JSAMPROW target = wide ? wide[0] : row;
        jpeg_read_scanlines(jpeg, &target, 1);
        if (!wide)
            continue;
        cmyk_to_rgb(target, made->width, jpeg->saw_Adobe_marker);
        for (size_t i = 0; i < stride; i++)
            row[i] = target[i];
    }
}

/* By how much the picture is made smaller while it is decoded. */
static unsigned choose_scale(const image_request *request, double side)
{
    unsigned scale = request->scaled && request->size > 0 ? SCALE_MOST : 1;
    while (scale > 1 && side < (double)(scale * SPARE * request->size))
        scale /= 2;
    return scale;
}

/* Say what is wanted, and of what. A pixel of a picture at 1/scale of its size covers scale x scale of the file's, from
 * its left and upper edges on. */
static void place(struct jpeg_decompress_struct *jpeg, const image_request *request, int orientation, image_crop *made)
{
    image_part *part = &made->part;
    made->whole_width = jpeg->image_width;
    made->whole_height = jpeg->image_height;
    *part = image_requested_part(made->whole_width, made->whole_height, request, orientation);
    jpeg->scale_num = 1;
    jpeg->scale_denom = choose_scale(request, part->width);
    *part = (image_part){part->left / jpeg->scale_denom, part->top / jpeg->scale_denom, part->width / jpeg->scale_denom,
                         part->height / jpeg->scale_denom};
}

/* Between setjmp() and the return nothing local is changed that is used afterwards: `made` is the caller's. */
static const char *decompress(struct jpeg_decompress_struct *jpeg, jpeg_failure *failure, const uint8_t *bytes,
                              size_t size, const image_request *request, int orientation, image_crop *made)
{
    if (setjmp(failure->escape))
        return message(failure->code);
    jpeg_create_decompress(jpeg);
    jpeg->progress = &failure->scans;
    /* libjpeg keeps the coefficients of progressive files in memory */
    jpeg->mem->max_memory_to_use = 1l << 30;
    jpeg_mem_src(jpeg, bytes, (unsigned long)size);
    jpeg_read_header(jpeg, TRUE);
    bool four = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
    jpeg->out_color_space = four ? JCS_CMYK : JCS_RGB;
    const char *wrong = image_check_size(jpeg->image_width, jpeg->image_height);
    if (wrong)
        return wrong;
    place(jpeg, request, orientation, made);
    jpeg_calc_output_dimensions(jpeg);
    wrong = image_allocate(jpeg->output_width, jpeg->output_height, &made->decoded);
    if (wrong)
        return wrong;
    jpeg_start_decompress(jpeg);
    JSAMPARRAY wide = NULL;
    if (four)
        wide = jpeg->mem->alloc_sarray((j_common_ptr)jpeg, JPOOL_IMAGE, 4 * jpeg->output_width, 1);
    read_rows(jpeg, wide, &made->decoded);
    jpeg_finish_decompress(jpeg);
    return NULL;
}

const char *decode_jpeg(const uint8_t *bytes, size_t size, const image_request *request, int orientation,
                        image_crop *made)
{
    struct jpeg_decompress_struct jpeg = {0};
    jpeg_failure failure = {.code = 0};
    jpeg.err = jpeg_std_error(&failure.manager);
    failure.manager.error_exit = leave;
    failure.manager.emit_message = judge;
    failure.manager.output_message = say_nothing;
    failure.scans.progress_monitor = count_scans;
    const char *wrong = decompress(&jpeg, &failure, bytes, size, request, orientation, made);
    jpeg_destroy_decompress(&jpeg);
    return wrong;
}
