package io.sparkattention.evaluate;

import java.io.Serializable;

/**
 * A mean over items and how sure it is.
 *
 * @param n items that have a number
 * @param missing items that have none; they are in no mean
 * @param mean NaN if n is 0
 * @param low lower end of the interval; NaN if n is less than 2, since one item says nothing of
 *     others
 * @param high upper end of the interval
 */
public record Estimate(int n, int missing, double mean, double low, double high)
    implements Serializable {}
