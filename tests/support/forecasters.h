/* Models whose answers are known in closed form, for tests of what is built on models. */
#ifndef FORECASTERS_H
#define FORECASTERS_H

#include "models/forecaster.h"

/* "size": the cut-off is 1,000 less a tenth of the size, 100 above 9,000; no answer without a size. */
extern const ees_forecaster test_by_size;
/* "never": has no answer to anything (EES_ERR_NOTFOUND). */
extern const ees_forecaster test_no_answer;
/* "fails": stops whatever asks it with EES_ERR_NUMERIC, "broken". */
extern const ees_forecaster test_failing;

#endif
