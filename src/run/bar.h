/* Whom a round invites: the rule by which candidates of one day of submission are counted, in futures. */
#ifndef EESI_BAR_H
#define EESI_BAR_H

enum {
    EESI_PROFILE_DAYS = 365
}; /* a profile lives so long; whoever still waits then submits anew, at the end of the
      line */

/*
 * The lowest score that a round invites of those who submitted so many days before it.
 * @param tie_age  age of the round's tie-break, days; negative: everybody at the cut-off was invited.
 */
static inline int eesi_bar(int cutoff, int tie_age, int days_since_submission) {
    return cutoff + (days_since_submission % EESI_PROFILE_DAYS < tie_age);
}

#endif
