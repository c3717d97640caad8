/** What a run shows of itself while it runs. */
package io.sparkattention.jobs.metrics;
