#include <eesim/history.h>

#include "feed/read.h"

const ees_band ees_leaf_bands[EES_LEAF_BANDS] = {
    {601, 1200}, {501, 600}, {491, 500}, {481, 490}, {471, 480}, {461, 470}, {451, 460}, {441, 450},
    {431, 440},  {421, 430}, {411, 420}, {401, 410}, {351, 400}, {301, 350}, {0, 300},
};

int eesi_leaf_band_of(int score) {
    for (int i = 0; i < EES_LEAF_BANDS; i++)
        if (score >= ees_leaf_bands[i].low && score <= ees_leaf_bands[i].high)
            return i;
    return -1;
}
