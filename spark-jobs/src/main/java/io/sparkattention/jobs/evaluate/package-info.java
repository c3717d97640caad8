/**
 * What an evaluation says once all items are measured: means with their intervals, tests between
 * runs, and the page that shows them.
 *
 * <p>The numbers of the items come from {@code jobs.job}, committed as the rows of any job are;
 * what is made here follows from those rows alone, so a resumed run ends with the same page. To
 * show something else, add it to {@link io.sparkattention.jobs.evaluate.MetricResult} and to the
 * table or the page that shows it.
 */
package io.sparkattention.jobs.evaluate;
