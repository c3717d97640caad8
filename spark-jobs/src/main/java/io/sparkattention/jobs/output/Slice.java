package io.sparkattention.jobs.output;

import java.util.List;

/**
 * A committed part of an output.
 *
 * @param number counts from 0
 * @param files the names of its files
 * @param counts what is in them
 * @param seconds how long it took
 */
public record Slice(int number, List<String> files, Counts counts, double seconds) {

  public Slice {
    files = List.copyOf(files);
  }
}
