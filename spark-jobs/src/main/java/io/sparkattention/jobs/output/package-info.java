/**
 * Where results go: tables that grow in committed slices, so that a killed run keeps what it has.
 *
 * <p>An output is one directory that any Parquet reader takes as one table:
 *
 * <pre>
 * slice-00000-part-….parquet   rows of a committed slice
 * _owner                       the run that writes here; one that finds another's name ends
 * _manifest.json               job, settings, model and schema: what a resumed run must agree with
 * _slices/00000.json           the files and counts of a slice; its appearance is the commit
 * _staging/                    a slice being written, in a directory of its run
 * _run.json                    settings, versions, counts and timings of the last run
 * _SUCCESS                     the run is complete
 * </pre>
 *
 * <p>Where slices go is a {@link io.sparkattention.jobs.output.SliceTarget}: files, as above, or a
 * table that keeps its own commits. Then the directory lies beside the table and holds all but the
 * rows, and the table says which keys are committed. Another kind of place is another target.
 *
 * <p>Files that no slice lists are left over from a killed run; the next run removes them.
 */
package io.sparkattention.jobs.output;
