# The files of a manifest (frames.py) read by R as an analyst would: read.csv(path), nothing else.
manifest <- read.delim(commandArgs(TRUE)[1], quote = "", colClasses = "character")

is_class <- function(values, type) {
  switch(type,
    integer = is.integer(values) || (is.numeric(values) && all(values == floor(values), na.rm = TRUE)),
    number = is.numeric(values),
    is.character(values) || is.factor(values))
}

check_column <- function(values, described, where) {
  given <- if (is.character(values)) values[!is.na(values) & values != ""] else values[!is.na(values)]
  missing <- length(values) - length(given)
  if (length(values) != as.integer(described$rows)) stop(where, ": ", length(values), " rows")
  if (missing != as.integer(described$missing)) stop(where, ": ", missing, " missing, not ", described$missing)
  if (length(given) == 0) return(invisible())
  if (!is_class(values, described$type)) stop(where, ": ", class(values), " for ", described$type)
  got <- switch(described$type,
    string = length(unique(given)),
    date = sum(as.numeric(as.Date(given))),
    datetime = {
      moments <- as.POSIXct(given, format = "%Y-%m-%dT%H:%M:%SZ", tz = "UTC")
      if (anyNA(moments)) stop(where, ": a time that is not ISO 8601")
      sum(as.numeric(as.Date(moments)))
    },
    sum(as.numeric(given)))
  want <- as.numeric(described$checksum)
  if (is.na(got) || abs(got - want) > 1e-9 * max(1, abs(want))) stop(where, ": ", got, ", not ", want)
}

for (path in unique(manifest$file)) {
  described <- manifest[manifest$file == path, ]
  frame <- read.csv(path)
  if (!identical(names(frame), described$column)) stop(path, ": other columns: ", toString(names(frame)))
  for (i in seq_along(frame)) check_column(frame[[i]], described[i, ], paste0(path, ": ", names(frame)[i]))
}

cat(sprintf("R %s: %d files, %d columns\n", getRversion(), length(unique(manifest$file)), nrow(manifest)))
