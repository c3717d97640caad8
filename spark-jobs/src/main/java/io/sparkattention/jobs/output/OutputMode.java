package io.sparkattention.jobs.output;

/** What to do about an output that exists. */
public enum OutputMode {
  /** Refuse it. */
  NEW,
  /** Go on from what it holds; there may also be none. */
  RESUME,
  /** Replace it once all checks have passed. */
  OVERWRITE
}
