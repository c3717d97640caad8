package io.sparkattention.udfs.executor;

import io.sparkattention.udfs.metrics.InferenceCounts;
import java.io.Serializable;

/**
 * What an executor tells the driver every few seconds.
 *
 * @param executor its id
 * @param counts what it has counted so far
 */
record ExecutorReport(String executor, InferenceCounts counts) implements Serializable {}
