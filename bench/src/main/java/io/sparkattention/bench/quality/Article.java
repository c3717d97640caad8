package io.sparkattention.bench.quality;

/**
 * An article with the summary that its authors wrote.
 *
 * @param id names it
 * @param title what it is about
 * @param summary the authors' abstract
 * @param body the text without the abstract
 */
public record Article(String id, String title, String summary, String body) {}
