// Whole documents, and two runs side by side.

function documents(panel) {
  report.runs.forEach((run, r) => {
    const found = run.outliers;
    panel.appendChild(element('h3', {class: CLASSES[r]}, [runName(r)]));
    flagTable(panel, run);
    if (!found.farthest.length) {
      panel.appendChild(
        element('p', {}, [
          'There are too few documents to say which are unlike the others (8 are needed), or all are alike.',
        ])
      );
      return;
    }
    panel.appendChild(
      element('p', {}, [
        count(found.count) +
          ' of ' +
          count(run.documents.documents) +
          ' documents lie more than 3.5 robust deviations from the median in some statistic, length taken into account.',
      ])
    );
    const told = found.farthest.some(each => each.reasons.length);
    const cells = found.farthest.map(each =>
      [documentCell(each.id)]
        .concat(told ? [{text: each.reasons.join('; ') || '–', long: true}] : [])
        .concat([each.tokens === null ? '–' : count(each.tokens)])
        .concat(
          each.deviations.map(
            z => (z !== null && Math.abs(z) > 3.5 ? (z > 0 ? '▲ ' : '▼ ') : '') + deviation(z)
          )
        )
    );
    panel.appendChild(
      table(
        ['document']
          .concat(told ? ['unlike others of its length'] : [])
          .concat(['tokens'])
          .concat(found.statistics.map(title)),
        cells,
        (run.flags ? 'By means over heads: the ' : 'The ') +
          found.farthest.length +
          ' documents farthest from the others, in robust deviations; ▲ and ▼ are beyond 3.5, n = ' +
          count(run.documents.documents)
      )
    );
  });
  panel.appendChild(element('h3', {}, ['How documents are spread']));
  const all = documentStatistics();
  const place = element('div');
  panel.appendChild(
    element('div', {class: 'controls'}, [
      choice(
        'statistic',
        'document-statistic',
        all.map(name => [name, withUnit(name)]),
        draw
      ),
    ])
  );
  panel.appendChild(place);
  function draw(name) {
    emptied(place);
    const runs = report.runs
      .map((run, i) => ({
        name: runName(i),
        colour: BLUE_ORANGE[i],
        spread: run.documents.byStatistic[name],
      }))
      .filter(run => run.spread && run.spread.lowest !== null);
    if (!runs.length) {
      place.appendChild(element('p', {}, ['No document has a number.']));
      return;
    }
    const words = runs
      .map(
        run =>
          (two ? run.name + ': ' : '') +
          'mean ' +
          number(run.spread.mean[1]) +
          ', 95 % ' +
          interval(run.spread.mean) +
          ', median ' +
          number(run.spread.percentiles[2]) +
          ', n = ' +
          count(run.spread.mean[0])
      )
      .join('; ');
    histogram(place, {
      title: withUnit(name) + ' of documents',
      unit: unit(name),
      runs: runs,
      label: 'How many documents have which ' + withUnit(name) + '. ' + words,
      caption: words + (unit(name) ? ', in ' + unit(name) : '') + '. ' + caveat(name),
    });
  }
  draw(all[0]);
}

function comparison(panel) {
  const found = report.differences;
  panel.appendChild(
    element('p', {}, [
      runName(1) +
        ' minus ' +
        runName(0) +
        ', document by document, of those that both have. Differences of some 1e-7 of a number are rounding.',
    ])
  );
  panel.appendChild(
    table(
      ['statistic', 'unit', 'A: mean', 'B: mean', 'B − A', '95 % interval', 'n'],
      Object.keys(found.ofDocuments).map(name => {
        const mean = found.ofDocuments[name];
        const of = i => report.runs[i].documents.byStatistic[name];
        return [
          title(name),
          {text: unit(name)},
          of(0) ? number(of(0).mean[1]) : '–',
          of(1) ? number(of(1).mean[1]) : '–',
          mean[1] === null ? '–' : signed(mean[1]),
          interval(mean),
          count(mean[0]),
        ];
      }),
      'Paired differences of documents with ' + INTERVALS
    )
  );
  const all = Object.keys(found.byHead);
  if (!found.heads.length) {
    panel.appendChild(
      element('p', {}, [
        'The two have no head of the same place and document, so heads are not compared one by one.',
      ])
    );
    return;
  }
  const place = element('div');
  panel.appendChild(
    element('div', {class: 'controls'}, [
      choice(
        'statistic',
        'difference-statistic',
        all.map(name => [name, withUnit(name)]),
        draw
      ),
    ])
  );
  panel.appendChild(place);
  function draw(name) {
    headFigure(
      emptied(place),
      withUnit(name) + ', B − A',
      found.heads,
      found.byHead[name],
      name,
      size(name)
    );
  }
  draw(all[0]);
}

/** The largest mean of a head in either run, unsigned. */
function size(name) {
  const means = report.runs.map(run => (run.heads && run.heads.byHead[name]) || []);
  return Math.max.apply(
    null,
    [].concat.apply([[0, 0]], means).map(mean => Math.abs(mean[1]))
  );
}
