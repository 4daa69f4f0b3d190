/* Histograms as bytes: the same for equal content, whatever the machine and the size of the bins. */
#include "run/hist.h"

void eesi_put_u64(eesi_buf *buf, uint64_t value) {
    char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(unsigned char)(value >> (8 * i));
    eesi_buf_put(buf, bytes, sizeof bytes);
}

bool eesi_get_u64(const unsigned char **cursor, const unsigned char *end, uint64_t *value) {
    if (end - *cursor < 8)
        return false;
    *value = 0;
    for (int i = 0; i < 8; i++)
        *value |= (uint64_t)(*cursor)[i] << (8 * i);
    *cursor += 8;
    return true;
}

/* Numbers of seven bits a byte: bins are mostly small. */
static void put_varint(eesi_buf *buf, uint64_t value) {
    while (value >= 128) {
        eesi_buf_putc(buf, (char)(unsigned char)(value | 128));
        value >>= 7;
    }
    eesi_buf_putc(buf, (char)value);
}

static bool get_varint(const unsigned char **cursor, const unsigned char *end, uint64_t *value) {
    *value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (*cursor == end)
            return false;
        unsigned char byte = *(*cursor)++;
        *value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return true;
    }
    return false;
}

void eesi_hist_save(const eesi_hist *hist, eesi_buf *buf) {
    uint64_t mask = 0;
    for (int page = 0; page < EESI_HIST_PAGES_MAX; page++)
        if (!eesi_hist_page_is_empty(hist, page))
            mask |= (uint64_t)1 << page;
    uint64_t extremes = hist->count == 0 ? 0 : (uint64_t)(uint32_t)hist->min << 32 | (uint32_t)hist->max;
    const uint64_t head[] = {hist->count, hist->missing, (uint64_t)hist->sum, hist->squares, extremes, mask};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        put_varint(buf, head[i]);
    for (int page = 0; page < EESI_HIST_PAGES_MAX; page++)
        for (int i = 0; (mask >> page & 1) && i < EESI_HIST_PAGE; i++)
            put_varint(buf, eesi_hist_at(hist, page * EESI_HIST_PAGE + i));
}

bool eesi_hist_load(eesi_hist *hist, const unsigned char **cursor, const unsigned char *end) {
    const eesi_hist_bins bins = hist->bins;
    eesi_hist_init(hist);
    uint64_t head[6];
    for (int i = 0; i < 6; i++)
        if (!get_varint(cursor, end, &head[i]))
            return false;
    hist->bins = bins;
    if (!eesi_hist_grow(hist, head[0]))
        return false;
    hist->count = head[0];
    hist->missing = head[1];
    hist->sum = (int64_t)head[2];
    hist->squares = head[3];
    hist->min = (int32_t)(uint32_t)(head[4] >> 32);
    hist->max = (int32_t)(uint32_t)head[4];
    if (head[5] >> EESI_HIST_PAGES_MAX)
        return false;
    for (int page = 0; page < EESI_HIST_PAGES_MAX; page++) {
        if (!(head[5] >> page & 1))
            continue;
        for (int i = 0; i < EESI_HIST_PAGE; i++) {
            uint64_t value = 0;
            if (!get_varint(cursor, end, &value) || !eesi_hist_bump(hist, page * EESI_HIST_PAGE + i, value))
                return false;
        }
    }
    return true;
}
