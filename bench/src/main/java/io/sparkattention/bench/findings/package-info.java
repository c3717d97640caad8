/**
 * What attention statistics of real models say of claims that were published.
 *
 * <p>{@code bench/findings} runs {@code attention-stats} over long documents; {@link
 * io.sparkattention.bench.findings.Findings} turns its tables into a log and the log into the
 * tables and plots of docs/findings.md. To look at another claim, name what is counted in {@code
 * Quantity}, count it in one of the classes {@code …Findings}, and add the claim with the rule of
 * its verdict to {@code Claims}.
 */
package io.sparkattention.bench.findings;
