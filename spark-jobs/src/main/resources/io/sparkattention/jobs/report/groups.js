// Groups of heads that attend alike, as a table of them says.

function groupFigures(panel, run) {
  run.groups.forEach(found => groupFigure(panel, run, found));
}

/** The role of a head, as far as roles are told. */
function roleOf(run, head) {
  if (!run.roles) return '';
  const at = run.heads.heads
    .map(each => each.layer + '.' + each.head)
    .indexOf(head.layer + '.' + head.head);
  return at < 0 || run.roles.ofHeads[at].rule < 0
    ? ''
    : run.roles.rules[run.roles.ofHeads[at].rule].name;
}

function groupFigure(panel, run, found) {
  const list = found.heads;
  const layers_ = unique(list.map(each => each.layer)).sort((a, b) => a - b);
  const columns = unique(list.map(each => each.head)).sort((a, b) => a - b);
  const members = id => list.filter((each, i) => found.groups[i] === id);
  const ids = unique(found.groups).sort((a, b) => members(b).length - members(a).length || a - b);
  const several = ids.filter(id => members(id).length > 1);
  const n = 'n = ' + count(found.documents) + ' documents';
  const texts = list.map((each, i) => {
    const role = roleOf(run, each);
    return (
      'layer ' +
      each.layer +
      ', head ' +
      each.head +
      ': group ' +
      (found.groups[i] + 1) +
      ' of ' +
      members(found.groups[i]).length +
      (members(found.groups[i]).length > 1 ? ' heads' : ' head') +
      (role ? ', ' + role : '')
    );
  });
  const heading = 'Groups of heads by ' + title(found.statistic);
  figure(panel, {
    title: heading,
    columns: columns.length,
    label:
      ids.length +
      ' groups of ' +
      list.length +
      ' heads by ' +
      withUnit(found.statistic) +
      ', ' +
      n +
      ': ' +
      several.length +
      ' of several heads, of which the largest has ' +
      members(ids[0]).length +
      '.',
    caption:
      'A number names a head’s group: average linkage of the mean ' +
      withUnit(found.statistic) +
      ' of pairs, ' +
      n +
      (found.cut === null
        ? '; nothing parts them'
        : ', cut at ' +
          number(found.cut) +
          ', where the silhouette is greatest: ' +
          number(found.silhouette) +
          ' (1 is well apart, below some 0.25 hardly)') +
      '. Heads in grey stand alone.',
    head: ['layer', 'head', 'group', 'heads in it', 'role'],
    rows: () =>
      list.map((each, i) => [
        each.layer,
        each.head,
        found.groups[i] + 1,
        members(found.groups[i]).length,
        {text: roleOf(run, each) || '–'},
      ]),
    points: list.map((each, i) => ({series: 0, index: i, text: texts[i]})),
    height: width =>
      Math.max(16, Math.min(34, (width - 80) / columns.length)) * layers_.length + 62,
    option: width => ({
      tooltip: Object.assign({formatter: point => escaped(texts[point.dataIndex])}, TOOLTIP),
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
            show: (width - 80) / columns.length > 18,
            color: '#fff',
            fontSize: 12,
            fontWeight: 600,
            formatter: point =>
              several.indexOf(found.groups[point.dataIndex]) < 0
                ? ''
                : String(found.groups[point.dataIndex] + 1),
          },
          data: list.map((each, i) => ({
            value: [columns.indexOf(each.head), layers_.indexOf(each.layer), found.groups[i]],
            itemStyle: {
              color:
                several.indexOf(found.groups[i]) < 0
                  ? '#e3e3e3'
                  : COLOURS[several.indexOf(found.groups[i]) % COLOURS.length],
            },
          })),
        },
      ],
      visualMap: {show: false, min: 0, max: 1, inRange: {opacity: [1, 1]}, dimension: 2},
    }),
  });
  const told = id => {
    const names = members(id)
      .map(each => roleOf(run, each))
      .filter(role => role);
    return (
      unique(names)
        .map(role => names.filter(each => each === role).length + ' ' + role)
        .join(', ') || '–'
    );
  };
  if (!several.length) return;
  panel.appendChild(
    table(
      ['group', 'heads', 'layers', 'roles'],
      several
        .slice(0, 20)
        .map(id => [
          id + 1,
          members(id).length,
          {text: unique(members(id).map(each => each.layer)).join(', '), long: true},
          {text: told(id), long: true},
        ]),
      'Groups of several heads' +
        (several.length > 20 ? ', the 20 largest' : '') +
        '; heads that stand alone: ' +
        (ids.length - several.length)
    )
  );
}
