// How far statistics agree, and with what a model loses without a token or a head.

const ABLATION = /(^|_)ablation/;

/** What agrees with what at a level, in one run; undefined where no table says. */
function agreementOf(run, level) {
  return report.runs[run].agreements.filter(each => each.level === level)[0];
}

/** All statistics that some table of agreement ranks. */
function rankedStatistics() {
  return [].concat.apply(
    [],
    report.runs.map(run =>
      [].concat.apply(
        [],
        run.agreements.map(found => found.pairs.map(pair => pair.statistic))
      )
    )
  );
}

/** The columns in which a model was asked itself what it loses. */
function ablations(found) {
  return unique(found.pairs.map(pair => pair.statistic)).filter(name => ABLATION.test(name));
}

function correlation(found, statistic, other) {
  const pair = found.pairs.filter(
    each => each.statistic === statistic && each.other === other
  )[0];
  return pair ? pair.correlation : null;
}

/** Two digits after the point, which is what a rank correlation is good for. */
function hundredths(value) {
  return (value < 0 ? '−' : '') + Math.abs(value).toFixed(2);
}

/** The interval of a correlation, which lies between −1 and 1 whatever t says. */
function rhoInterval(mean) {
  return mean[2] === null
    ? 'no interval'
    : hundredths(Math.max(-1, mean[1] - mean[2])) +
        ' to ' +
        hundredths(Math.min(1, mean[1] + mean[2]));
}

function rho(mean) {
  return (
    'ρ = ' +
    hundredths(mean[1]) +
    ' (' +
    (mean[2] === null ? '' : '95 % ') +
    rhoInterval(mean) +
    ', n = ' +
    count(mean[0]) +
    (mean[0] === 1 ? ' document)' : ' documents)')
  );
}

/** In a sentence: how far a statistic ranks as the model itself does; empty where nobody asked. */
function agreementNote(run, level, name) {
  const found = agreementOf(run, level);
  if (!found) return '';
  return ablations(found)
    .filter(other => other !== name && correlation(found, name, other))
    .map(
      other =>
        'It ranks the ' +
        level +
        's of a document as ' +
        title(other) +
        ' does with ' +
        rho(correlation(found, name, other)) +
        '.'
    )
    .join(' ');
}

/** The same of all runs and levels, for a list of statistics. */
function agreementNotes(name) {
  return report.runs
    .map((run, r) =>
      ['token', 'head']
        .map(level => agreementNote(r, level, name))
        .filter(note => note)
        .map(note => (two ? LETTERS[r] + ': ' : '') + note)
        .join(' ')
    )
    .filter(note => note)
    .join(' ');
}

function agreement(panel) {
  panel.appendChild(
    element('p', {}, [
      'Where a statistic is read as an explanation, it is worth as much as it agrees with what the model loses without a token or a head. That two explanations agree does not show that either is right.',
    ])
  );
  report.runs.forEach((run, r) =>
    run.agreements.forEach(found => {
      panel.appendChild(
        element('h3', {class: CLASSES[r]}, [runName(r) + ', ' + found.level + 's'])
      );
      ablations(found).forEach(other => ablationTable(panel, found, other));
      if (!ablations(found).length)
        panel.appendChild(
          element('p', {class: 'note'}, [
            'The model itself was not asked: compute ' +
              found.level +
              '-ablation beside these statistics to see which of them speak of what it uses.',
          ])
        );
      agreementFigure(panel, found, (two ? LETTERS[r] + ': ' : '') + found.level + 's');
    })
  );
}

function ablationTable(panel, found, other) {
  const names = unique(found.pairs.map(pair => pair.statistic))
    .filter(name => correlation(found, name, other))
    .sort((a, b) => correlation(found, b, other)[1] - correlation(found, a, other)[1]);
  panel.appendChild(
    table(
      ['statistic', 'ρ', '95 % interval', 'n'],
      names.map(name => {
        const mean = correlation(found, name, other);
        return [title(name), hundredths(mean[1]), rhoInterval(mean), count(mean[0])];
      }),
      'Rank correlation with ' + title(other) + ' within a document; ' + INTERVALS
    )
  );
}

function agreementFigure(panel, found, what) {
  const names = unique(found.pairs.map(pair => pair.statistic)).sort(
    (a, b) => (ABLATION.test(b) ? 1 : 0) - (ABLATION.test(a) ? 1 : 0)
  );
  const cells = [].concat.apply(
    [],
    names.map((name, y) =>
      names.map((other, x) => ({
        x: x,
        y: y,
        mean: x === y ? null : correlation(found, name, other),
      }))
    )
  );
  const text = cell =>
    title(names[cell.y]) +
    ' and ' +
    title(names[cell.x]) +
    ': ' +
    (cell.x === cell.y ? 'the same' : cell.mean ? rho(cell.mean) : 'no document has both');
  const known_ = cells.filter(cell => cell.mean);
  const order = known_.slice().sort((a, b) => a.mean[1] - b.mean[1]);
  figure(panel, {
    title: 'Which rank alike: ' + what,
    columns: names.length,
    label:
      'Rank correlations of ' +
      names.length +
      ' statistics of ' +
      found.level +
      's, ' +
      counts(known_.map(cell => cell.mean)) +
      '. Least: ' +
      text(order[0]) +
      '. Most: ' +
      text(order[order.length - 1]) +
      '.',
    caption:
      'Spearman’s correlation ρ of the ' +
      found.level +
      's within a document, from −1 (the opposite order) to 1 (the same), as means over documents, ' +
      counts(known_.map(cell => cell.mean)) +
      '; ' +
      INTERVALS +
      ' in the table.',
    head: ['statistic', 'other', 'ρ', '95 % interval', 'n'],
    rows: () =>
      known_
        .filter(cell => cell.x > cell.y)
        .map(cell => [
          title(names[cell.y]),
          {text: title(names[cell.x])},
          hundredths(cell.mean[1]),
          rhoInterval(cell.mean),
          count(cell.mean[0]),
        ]),
    points: cells.map((cell, i) => ({series: 0, index: i, text: text(cell)})),
    height: width => 34 * names.length + 100,
    option: width => {
      const side = Math.min(180, width * 0.42);
      return {
        tooltip: Object.assign(
          {formatter: point => escaped(text(cells[point.dataIndex]))},
          TOOLTIP
        ),
        grid: {left: side, right: 14, top: 24, bottom: 64},
        xAxis: axis({
          type: 'category',
          position: 'top',
          data: names.map((name, i) => String(i + 1)),
          axisLine: {show: false},
          axisTick: {show: false},
        }),
        yAxis: axis({
          type: 'category',
          inverse: true,
          data: names.map((name, i) => i + 1 + ' ' + title(name)),
          axisLine: {show: false},
          axisTick: {show: false},
          axisLabel: {color: SOFT, fontSize: 12, interval: 0, width: side - 12, overflow: 'break'},
        }),
        visualMap: {
          min: -1,
          max: 1,
          calculable: false,
          orient: 'horizontal',
          left: 'center',
          bottom: 0,
          itemWidth: 14,
          itemHeight: Math.min(280, width - 150),
          text: ['1', '−1'],
          textStyle: {color: INK, fontSize: 12},
          inRange: {color: DIVERGING},
          hoverLink: false,
        },
        series: [
          {
            type: 'heatmap',
            data: cells.map(cell => [cell.x, cell.y, cell.mean ? cell.mean[1] : '-']),
            label: {
              show: (width - side) / names.length > 42,
              fontSize: 12,
              formatter: point => {
                const mean = cells[point.dataIndex].mean;
                return mean ? hundredths(mean[1]) : '';
              },
            },
            itemStyle: {borderColor: '#fff', borderWidth: 1},
            emphasis: {itemStyle: {borderColor: INK, borderWidth: 2}},
          },
        ],
      };
    },
  });
}
