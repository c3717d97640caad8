package io.sparkattention.udfs.work;

import java.io.Serializable;

/**
 * A text, and what was written after it or about it.
 *
 * @param target null where the model is to write it
 */
public record TextAndTarget(String text, String target) implements Serializable {}
