// Numbers of layers and at offsets, and tables of sinks.

function layers(panel) {
  panel.appendChild(
    element('p', {}, [
      'Means over the heads of a layer, then over documents; bands are ' + INTERVALS + '.',
    ])
  );
  const grid = element('div', {class: 'grid'});
  panel.appendChild(grid);
  const runs = report.runs.map((run, i) => i).filter(i => report.runs[i].heads);
  headStatistics().forEach(name => {
    const of = runs.filter(i => report.runs[i].heads.byLayer[name]);
    const at = unique(
      [].concat.apply(
        [],
        of.map(i => report.runs[i].heads.layers)
      )
    ).sort((a, b) => a - b);
    const lines = of.map(i => ({
      name: runName(i),
      colour: BLUE_ORANGE[i],
      dash: i ? 'dashed' : 'solid',
      symbol: SYMBOLS[i],
      means: at.map(layer => {
        const place = report.runs[i].heads.layers.indexOf(layer);
        return place < 0 ? [0, null, null] : report.runs[i].heads.byLayer[name][place];
      }),
    }));
    const all = [].concat.apply(
      [],
      lines.map(line => line.means)
    );
    profile(grid, {
      title: withUnit(name) + ' by layer',
      x: 'layer',
      at: at,
      unit: unit(name),
      lines: lines,
      label:
        withUnit(name) +
        ' over ' +
        at.length +
        ' layers, ' +
        counts(all) +
        ': ' +
        lines
          .map(
            line =>
              (two ? line.name + ': ' : '') +
              'from ' +
              number(line.means[0][1]) +
              ' in the first to ' +
              number(line.means[line.means.length - 1][1]) +
              ' in the last'
          )
          .join('; ') +
        '.',
      caption: counts(all) + (unit(name) ? ', in ' + unit(name) : '') + '.',
    });
  });
}

/** Statistics whose specs differ in numbers only: one that was asked for at several places. */
function families() {
  const found = {};
  headStatistics().forEach(name => {
    const spec = known(name).spec || name;
    const numbers = spec.match(/-?\d+(\.\d+)?/g);
    if (numbers)
      (found[spec.replace(/-?\d+(\.\d+)?/g, '#')] =
        found[spec.replace(/-?\d+(\.\d+)?/g, '#')] || []).push({
        name: name,
        numbers: numbers.map(Number),
      });
  });
  return Object.keys(found)
    .filter(key => found[key].length > 2)
    .map(key => {
      const members = found[key];
      const varied = members[0].numbers
        .map((first, i) => i)
        .filter(i => unique(members.map(each => each.numbers[i])).length === members.length)[0];
      if (varied === undefined) return null;
      const before = key.split('#')[varied].replace(/[=_]+$/, '');
      const x = before.split(/[:,_]/).pop() || 'place';
      const base = members[0].name.replace(/_(minus_)?\d+(_.*)?$/, '');
      return {
        name: base.endsWith('_' + x) ? base.slice(0, -x.length - 1) : base,
        x: x,
        members: members
          .map(each => ({name: each.name, at: each.numbers[varied]}))
          .sort((a, b) => a.at - b.at),
      };
    })
    .filter(each => each !== null);
}

function offsets(panel) {
  const grid = element('div', {class: 'grid'});
  panel.appendChild(
    element('p', {}, ['One statistic at several places, as means over all heads and documents.'])
  );
  panel.appendChild(grid);
  families().forEach(family => {
    const lines = report.runs
      .map((run, i) => i)
      .filter(i => family.members.every(each => report.runs[i].documents.byStatistic[each.name]))
      .map(i => ({
        name: runName(i),
        colour: BLUE_ORANGE[i],
        dash: i ? 'dashed' : 'solid',
        symbol: SYMBOLS[i],
        means: family.members.map(each => report.runs[i].documents.byStatistic[each.name].mean),
      }));
    if (!lines.length) return;
    const first = family.members[0].name;
    const all = [].concat.apply(
      [],
      lines.map(line => line.means)
    );
    profile(grid, {
      title: title(family.name) + (unit(first) ? ' (' + unit(first) + ')' : ''),
      x: family.x,
      at: family.members.map(each => each.at),
      unit: unit(first),
      lines: lines,
      label: title(family.name) + ' at ' + family.members.length + ' places, ' + counts(all),
      caption: counts(all) + '; bands are ' + INTERVALS + '.',
    });
  });
}

const SINKS = /sink|massive|delimiter|position_share/;

function sinks(panel) {
  report.runs.forEach((run, r) => {
    const all = run.heads ? Object.keys(run.heads.byHead).filter(name => SINKS.test(name)) : [];
    if (!all.length) return;
    const first = run.heads.byHead[all[0]];
    const order = first
      .map((mean, i) => i)
      .sort((a, b) => (first[b][1] || 0) - (first[a][1] || 0))
      .slice(0, 20);
    panel.appendChild(
      table(
        ['layer.head'].concat(all.map(withUnit)).concat(['n']),
        order.map(i =>
          [run.heads.heads[i].layer + '.' + run.heads.heads[i].head]
            .concat(all.map(name => meanCell(run.heads.byHead[name][i])))
            .concat([count(first[i][0])])
        ),
        runName(r) +
          ': the ' +
          order.length +
          ' heads with the most ' +
          title(all[0]) +
          '; means ± half of the 95 % interval'
      )
    );
    const layer = run.heads.byLayer;
    panel.appendChild(
      table(
        ['layer'].concat(all.map(withUnit)).concat(['n']),
        run.heads.layers.map((each, i) =>
          [each]
            .concat(all.map(name => meanCell(layer[name][i])))
            .concat([count(layer[all[0]][i][0])])
        ),
        runName(r) + ': the same of layers'
      )
    );
  });
  report.runs.forEach((run, r) => {
    const whole = sinksOfDocuments(run);
    if (!whole.length) return;
    panel.appendChild(
      table(
        ['statistic', 'mean of documents', 'n'],
        whole.map(name => {
          const mean = run.documents.byStatistic[name].mean;
          return [withUnit(name), meanCell(mean), count(mean[0])];
        }),
        runName(r) + ': of whole documents; means ± half of the 95 % interval'
      )
    );
  });
  unique(
    [].concat.apply(
      headStatistics().filter(name => SINKS.test(name)),
      report.runs.map(sinksOfDocuments)
    )
  ).forEach(name =>
    panel.appendChild(element('p', {class: 'soft'}, [title(name) + ': ' + caveat(name)]))
  );
}

/** Statistics of sinks that a document has and no head, such as massive activations. */
function sinksOfDocuments(run) {
  const ofHeads = headStatistics();
  return Object.keys(run.documents.byStatistic).filter(
    name => SINKS.test(name) && ofHeads.indexOf(name) < 0
  );
}
