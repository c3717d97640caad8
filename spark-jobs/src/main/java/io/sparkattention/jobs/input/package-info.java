/**
 * Where rows come from: files and tables of any format that Spark reads, with their columns found
 * and their ids checked before any work is done.
 *
 * <p>What a reader cannot decode is not lost: a line that is no JSON, a row of CSV that does not
 * fit its header and text that is not UTF-8 arrive as rows with a problem, which become error rows
 * of the output.
 *
 * <p>To read another format by its file name, add it to {@link
 * io.sparkattention.jobs.input.InputFormat}.
 */
package io.sparkattention.jobs.input;
