// What was read, and the numbers of heads.

function overview(panel) {
  report.runs.forEach((run, i) => {
    const documents = run.documents;
    const tokens = documents.tokens;
    const facts = [
      ['model', run.model],
      ['mechanism', run.attention],
      [
        'documents',
        count(documents.documents) +
          ' with numbers, ' +
          count(documents.failed) +
          ' with an error, ' +
          count(documents.truncated) +
          ' of which text was left out',
      ],
    ];
    if (tokens.mean[0] > 0)
      facts.push([
        'tokens a document',
        'median ' +
          number(tokens.percentiles[2]) +
          ', from ' +
          number(tokens.lowest) +
          ' to ' +
          number(tokens.highest),
      ]);
    if (run.heads)
      facts.push([
        'heads',
        count(run.heads.heads.length) + ' in ' + run.heads.layers.length + ' layers',
      ]);
    facts.push(['read from', run.locations.join(', ')]);
    panel.appendChild(element('h3', {class: CLASSES[i]}, [runName(i)]));
    const list = element('dl');
    facts.forEach(fact => {
      list.appendChild(element('dt', {}, [fact[0]]));
      list.appendChild(element('dd', {}, [fact[1]]));
    });
    panel.appendChild(list);
    if (run.status !== 'done')
      panel.appendChild(
        element('p', {class: 'note'}, [
          'The run that wrote this is not complete (its status is ' +
            run.status +
            '): rows may be missing.',
        ])
      );
    if (documents.documents < 30)
      panel.appendChild(
        element('p', {class: 'note'}, [
          'Few documents (' +
            documents.documents +
            '): intervals are wide, and say little of other texts.',
        ])
      );
  });
  panel.appendChild(element('h3', {}, ['Numbers of whole documents']));
  const head = ['statistic', 'unit']
    .concat(report.runs.map((run, i) => (two ? LETTERS[i] + ': ' : '') + 'mean, 95 % interval'))
    .concat(
      report.runs.map((run, i) => (two ? LETTERS[i] + ': ' : '') + 'median (5–95 % of documents)')
    )
    .concat(report.runs.map((run, i) => (two ? LETTERS[i] + ': ' : '') + 'n'));
  const rows = documentStatistics().map(name => {
    const spreads = report.runs.map(run => run.documents.byStatistic[name]);
    return [title(name), {text: unit(name) + (range(known(name)) ? ', ' + range(known(name)) : '')}]
      .concat(
        spreads.map(each =>
          each && each.mean[1] !== null
            ? number(each.mean[1]) + ' [' + interval(each.mean) + ']'
            : '–'
        )
      )
      .concat(
        spreads.map(each =>
          each && each.percentiles.length
            ? number(each.percentiles[2]) +
              ' (' +
              number(each.percentiles[0]) +
              '–' +
              number(each.percentiles[4]) +
              ')'
            : '–'
        )
      )
      .concat(spreads.map(each => (each ? count(each.mean[0]) : '0')));
  });
  panel.appendChild(table(head, rows, 'Means over documents with ' + INTERVALS));
  panel.appendChild(element('h3', {}, ['What they are, and what they are no evidence of']));
  const list = element('dl');
  unique(documentStatistics().concat(headStatistics(), rankedStatistics()))
    .filter(name => caveat(name) || agreementNotes(name))
    .forEach(name => {
      const both = [caveat(name), agreementNotes(name)].filter(each => each).join(' ');
      list.appendChild(element('dt', {}, [title(name)]));
      list.appendChild(element('dd', {}, [both]));
    });
  panel.appendChild(list);
}

function heads(panel) {
  panel.appendChild(element('p', {}, ['Each cell is one head: its mean over documents.']));
  const state = {name: headStatistics()[0], run: runChoices()[0][0]};
  const controls = element('div', {class: 'controls'}, [
    choice(
      'statistic',
      'head-statistic',
      headStatistics().map(name => [name, withUnit(name)]),
      value => {
        state.name = value;
        draw();
      }
    ),
  ]);
  if (runChoices().length > 1)
    controls.appendChild(
      choice('run', 'head-run', runChoices(), value => {
        state.run = value;
        draw();
      })
    );
  panel.appendChild(controls);
  const place = element('div');
  panel.appendChild(place);
  function draw() {
    emptied(place);
    const run = report.runs[state.run];
    const means = run.heads.byHead[state.name];
    if (!means) {
      place.appendChild(element('p', {}, ['This run has no ' + title(state.name) + '.']));
      return;
    }
    headFigure(
      place,
      withUnit(state.name) + (two ? ', ' + runName(state.run) : ''),
      run.heads.heads,
      means,
      state.name
    );
    const note = agreementNote(state.run, 'head', state.name);
    if (note) place.appendChild(element('p', {}, [note]));
  }
  draw();
}

/** `size` is that of numbers whose differences are shown; left out for numbers themselves. */
function headFigure(place, heading, list, means, name, size) {
  const diverging = size !== undefined;
  const values = means.map(mean => mean[1]);
  const order = values
    .map((value, i) => i)
    .filter(i => values[i] !== null)
    .sort((a, b) => values[b] - values[a]);
  const text = i =>
    'layer ' +
    list[i].layer +
    ', head ' +
    list[i].head +
    ': ' +
    number(values[i]) +
    (unit(name) ? ' ' + unit(name) : '') +
    ', 95 % ' +
    interval(means[i]) +
    ', n = ' +
    count(means[i][0]);
  headMap(place, {
    title: heading,
    heads: list,
    values: values,
    texts: means.map((mean, i) => text(i)),
    unit: unit(name),
    diverging: diverging,
    size: size,
    label:
      heading +
      ' of ' +
      list.length +
      ' heads by layer and head, ' +
      counts(means) +
      '. ' +
      (order.length
        ? 'Highest: ' + text(order[0]) + '. Lowest: ' + text(order[order.length - 1]) + '.'
        : 'No head has a number.'),
    caption:
      (diverging ? 'Differences' : 'Means') +
      ' over documents, ' +
      counts(means) +
      (unit(name) ? ', in ' + unit(name) : '') +
      '; ' +
      INTERVALS +
      ' in the table. ' +
      (diverging && values.every(value => Math.abs(value) <= ROUNDING * size)
        ? 'All of them are rounding. '
        : '') +
      caveat(name),
    head: ['mean', '95 % interval', 'n'],
    row: i => [number(values[i]), interval(means[i]), count(means[i][0])],
  });
  if (order.length > 6) {
    const rows = order
      .slice(0, 5)
      .concat(order.slice(-5))
      .map(i => [
        list[i].layer + '.' + list[i].head,
        number(values[i]),
        interval(means[i]),
        count(means[i][0]),
      ]);
    place.appendChild(
      table(
        ['layer.head', unit(name) || 'mean', '95 % interval', 'n'],
        rows,
        'The five highest and the five lowest heads'
      )
    );
  }
}

const NO_KIND = '#e3e3e3';

/**
 * Heads by kinds. `given` holds heads, and for each head texts, mark(i), colour(i) and row(i); marks are shown in
 * cells that are wider than `least`.
 */
function kindMap(panel, given) {
  const list = given.heads;
  const layers_ = unique(list.map(each => each.layer)).sort((a, b) => a - b);
  const columns = unique(list.map(each => each.head)).sort((a, b) => a - b);
  return figure(panel, {
    title: given.title,
    label: given.label,
    caption: given.caption,
    columns: columns.length,
    head: ['layer', 'head'].concat(given.head),
    rows: () => list.map((each, i) => [each.layer, each.head].concat(given.row(i))),
    points: list.map((each, i) => ({series: 0, index: i, text: given.texts[i]})),
    height: width =>
      Math.max(16, Math.min(34, (width - 80) / columns.length)) * layers_.length + 62,
    option: width => ({
      tooltip: Object.assign({formatter: point => escaped(given.texts[point.dataIndex])}, TOOLTIP),
      grid: {left: 46, right: 14, top: 8, bottom: 48},
      xAxis: axis({
        type: 'category',
        data: columns.map(String),
        name: 'head',
        nameLocation: 'middle',
        nameGap: 26,
      }),
      yAxis: axis({
        type: 'category',
        data: layers_.map(String),
        inverse: true,
        name: 'layer',
        nameLocation: 'middle',
        nameGap: 30,
      }),
      series: [
        {
          type: 'heatmap',
          itemStyle: {borderColor: '#fff', borderWidth: 1},
          label: {
            show: (width - 80) / columns.length > given.least,
            color: '#fff',
            fontSize: 12,
            fontWeight: 600,
            formatter: point => given.mark(point.dataIndex),
          },
          data: list.map((each, i) => ({
            value: [columns.indexOf(each.head), layers_.indexOf(each.layer), 0],
            itemStyle: {color: given.colour(i)},
          })),
        },
      ],
      visualMap: {show: false, min: 0, max: 1, inRange: {opacity: [1, 1]}, dimension: 2},
    }),
  });
}
