/**
 * Plots as SVG, for reports and for notebooks: one look, colours that everybody can tell apart, and
 * no script.
 *
 * <p>To draw something else over two axes, add a class like {@link
 * io.sparkattention.jobs.plot.LinePlot} that fills a chart of XChart and gives it to {@link
 * io.sparkattention.jobs.plot.PlotStyle}.
 */
package io.sparkattention.jobs.plot;
