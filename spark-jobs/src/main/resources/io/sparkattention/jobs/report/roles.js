// Roles and clusters of heads.

function roles(panel) {
  report.runs.forEach((run, r) => {
    if (!run.roles && !run.groups.length) return;
    panel.appendChild(element('h3', {class: CLASSES[r]}, [runName(r)]));
    if (run.roles) roleFigure(panel, run, r);
    groupFigures(panel, run);
    if (run.clusters && run.clusters.ofHeads.length) clusterFigure(panel, run);
    else if (run.roles && !run.groups.length)
      panel.appendChild(
        element('p', {}, [
          'Heads are not clustered: that takes six heads and two statistics that differ among them.',
        ])
      );
  });
}

function ruleText(rule) {
  return (
    title(rule.column) +
    ' ' +
    (rule.least === 'AT_LEAST' ? 'at least ' : 'at most ') +
    number(rule.threshold) +
    ' ' +
    rule.unit
  );
}

function roleFigure(panel, run, r) {
  const rules = run.roles.rules;
  const list = run.heads.heads;
  const name = i => (i < 0 ? 'none of these' : rules[i].name);
  const n = counts(run.heads.byHead[Object.keys(run.heads.byHead)[0]]);
  const texts = run.roles.ofHeads.map(
    (role, i) =>
      'layer ' +
      list[i].layer +
      ', head ' +
      list[i].head +
      ': ' +
      name(role.rule) +
      (role.rule < 0
        ? ''
        : ', ' +
          title(rules[role.rule].column) +
          ' ' +
          meanCell(run.heads.byHead[rules[role.rule].column][i]) +
          ' ' +
          rules[role.rule].unit +
          (role.sure ? '' : ' (its interval reaches beyond the threshold)'))
  );
  kindMap(panel, {
    title: 'Roles of heads',
    heads: list,
    texts: texts,
    label:
      'Roles of ' +
      list.length +
      ' heads, ' +
      n +
      ': ' +
      rules
        .map(
          (rule, i) => rule.name + ' ' + run.roles.ofHeads.filter(role => role.rule === i).length
        )
        .join(', ') +
      ', none of these ' +
      run.roles.ofHeads.filter(role => role.rule < 0).length +
      '.',
    caption:
      'The first rule of the table below that a head’s mean meets, ' +
      n +
      '. A role says what the statistics look like, not what a head is for.',
    head: ['role', 'sure'],
    row: i => [
      {text: name(run.roles.ofHeads[i].rule)},
      {text: run.roles.ofHeads[i].sure ? 'yes' : 'no'},
    ],
    least: 14,
    mark: i => (run.roles.ofHeads[i].rule < 0 ? '' : rules[run.roles.ofHeads[i].rule].mark),
    colour: i =>
      run.roles.ofHeads[i].rule < 0 ? NO_KIND : COLOURS[run.roles.ofHeads[i].rule % COLOURS.length],
  });
  const mark = i =>
    element(
      'span',
      {
        class: 'mark',
        style:
          i < 0 ? 'background:' + NO_KIND : 'color:#fff;background:' + COLOURS[i % COLOURS.length],
      },
      [i < 0 ? ' ' : rules[i].mark]
    );
  const row = i => [
    mark(i),
    {text: name(i)},
    {text: i < 0 ? '' : ruleText(rules[i])},
    count(run.roles.ofHeads.filter(role => role.rule === i).length),
    i < 0 ? '–' : count(run.roles.ofHeads.filter(role => role.rule === i && role.sure).length),
    {text: i < 0 ? '' : rules[i].source},
  ];
  panel.appendChild(
    table(
      ['', 'role', 'rule', 'heads', 'with the whole interval', 'after'],
      rules.map((rule, i) => row(i)).concat([row(-1)]),
      'Rules, in the order in which they are asked'
    )
  );
}

function clusterFigure(panel, run) {
  const clusters = run.clusters;
  const pairs =
    !clusters.statistics.every(name => run.heads.byHead[name]) || clusters.statistics.length === 1;
  const shown = pairs ? Object.keys(run.heads.byHead) : clusters.statistics;
  const list = run.heads.heads;
  const ids = unique(clusters.ofHeads).sort((a, b) => a - b);
  const role = i =>
    run.roles.ofHeads[i].rule < 0 ? '' : ', ' + run.roles.rules[run.roles.ofHeads[i].rule].name;
  const text = i =>
    'layer ' +
    list[i].layer +
    ', head ' +
    list[i].head +
    ': cluster ' +
    (clusters.ofHeads[i] + 1) +
    role(i);
  const members = id => list.map((each, i) => i).filter(i => clusters.ofHeads[i] === id);
  const points = [];
  ids.forEach((id, s) =>
    members(id).forEach((head, i) =>
      points.push({series: s, index: i, head: head, text: text(head)})
    )
  );
  figure(panel, {
    title: 'Clusters of heads',
    points: points,
    label:
      ids.length +
      ' clusters of ' +
      list.length +
      ' heads by ' +
      clusters.statistics.map(title).join(', ') +
      ', of ' +
      ids.map(id => members(id).length).join(', ') +
      ' heads.',
    caption:
      (pairs
        ? 'Heads by ' +
          title(clusters.statistics[0]) +
          ' of each pair: heads that lie close attend alike.'
        : 'Heads by their means of ' +
          clusters.statistics.map(title).join(', ') +
          ', brought to the same spread: heads that lie close are alike.') +
      ' The two directions hold ' +
      number(100 * clusters.explained) +
      ' % of the variance; ' +
      counts(run.heads.byHead[shown[0]]) +
      '; silhouette ' +
      number(clusters.silhouette) +
      ' (1 is well apart, 0 is not).',
    head: ['layer', 'head', 'cluster', 'x', 'y'],
    rows: () =>
      list.map((each, i) => [
        each.layer,
        each.head,
        clusters.ofHeads[i] + 1,
        number(clusters.x[i]),
        number(clusters.y[i]),
      ]),
    height: width => Math.min(420, Math.max(320, width * 0.6)),
    option: width => ({
      tooltip: Object.assign(
        {formatter: point => escaped(text(members(ids[point.seriesIndex])[point.dataIndex]))},
        TOOLTIP
      ),
      legend: {top: 0, textStyle: {color: INK}},
      grid: {left: 50, right: 16, top: 24 + 22 * Math.ceil(ids.length / Math.max(1, Math.floor(width / 95))), bottom: 46},
      xAxis: axis({
        type: 'value',
        name: 'first direction' + (pairs ? '' : ' (deviations)'),
        nameLocation: 'middle',
        nameGap: 28,
        splitLine: {lineStyle: {color: '#eee'}},
      }),
      yAxis: axis({
        type: 'value',
        name: 'second',
        nameLocation: 'middle',
        nameGap: 30,
        splitLine: {lineStyle: {color: '#eee'}},
      }),
      series: ids.map((id, s) => ({
        type: 'scatter',
        name: 'cluster ' + (id + 1),
        symbol: SYMBOLS[s % SYMBOLS.length],
        symbolSize: 11,
        itemStyle: {color: COLOURS[s % COLOURS.length], opacity: 0.85},
        data: members(id).map(i => [clusters.x[i], clusters.y[i]]),
      })),
    }),
  });
  const mean = (id, name) => {
    const of = members(id).map(i => run.heads.byHead[name][i][1]);
    return number(of.reduce((a, b) => a + b, 0) / of.length);
  };
  panel.appendChild(
    table(
      ['cluster', 'heads', 'layers'].concat(shown.map(withUnit)),
      ids.map(id =>
        [
          id + 1,
          members(id).length,
          {text: unique(members(id).map(i => list[i].layer)).join(', ')},
        ].concat(shown.map(name => mean(id, name)))
      ),
      'Means of the heads of each cluster'
    )
  );
}
