#include "models/view.h"

#include <stdlib.h>

#include "feed/tie_break.h"
#include "models/model.h"

/* Did everybody at 601 and above compete? A cut-off up there says so even of a round whose name is not known. */
static bool clears_nominees(const ees_round *r, const ees_programs *programs) {
    if (r->program < 0)
        return r->cutoff >= EES_SCORE_NOMINEE;
    return r->program == programs->nominee || (r->program == programs->general && r->cutoff < EES_SCORE_NOMINEE);
}

static eesi_view_round round_of(const ees_round *r, const ees_programs *programs, const ees_model *model) {
    const bool program =
        r->program >= 0 && r->program != programs->nominee && programs->programs[r->program].kind == EES_KIND_PROGRAM;
    return (eesi_view_round){.date = r->date,
                             .program = r->program,
                             .general = programs->general,
                             .takes_from_everybody = program && r->cutoff < EES_SCORE_NOMINEE,
                             .size = (double)r->size,
                             .cutoff = r->cutoff,
                             .tie_age_days = eesi_tie_break_age_days(r),
                             .clears_nominees = clears_nominees(r, programs),
                             .excluded = r->size < 1 || eesi_model_excludes(model, r->number)};
}

int eesi_view_init(eesi_view *view, const ees_history *history, const ees_programs *programs, const ees_model *model,
                   ees_error *err) {
    *view = (eesi_view){.round_count = history->round_count,
                        .snapshot_count = history->snapshot_count,
                        .snapshots = history->snapshots};
    view->rounds = calloc(history->round_count + 1, sizeof *view->rounds);
    if (view->rounds == NULL)
        return ees_error_set(err, EES_ERR_NOMEM, "out of memory");
    for (size_t i = 0; i < history->round_count; i++)
        view->rounds[i] = round_of(&history->rounds[i], programs, model);
    return 0;
}

void eesi_view_free(eesi_view *view) {
    free(view->rounds);
    *view = (eesi_view){0};
}
