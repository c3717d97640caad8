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
  kindMap(panel, {
    title: heading,
    heads: list,
    texts: texts,
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
    head: ['group', 'heads in it', 'role'],
    row: i => [
      found.groups[i] + 1,
      members(found.groups[i]).length,
      {text: roleOf(run, list[i]) || '–'},
    ],
    least: 18,
    mark: i => (several.indexOf(found.groups[i]) < 0 ? '' : String(found.groups[i] + 1)),
    colour: i =>
      several.indexOf(found.groups[i]) < 0
        ? NO_KIND
        : COLOURS[several.indexOf(found.groups[i]) % COLOURS.length],
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
