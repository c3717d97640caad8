// Documents whose heads are unlike themselves in the other documents.

/** A document's id, which opens its words where these are on the page. */
function documentCell(id) {
  const at = report.documents.map(each => each.id).indexOf(id);
  if (at < 0) return {text: id, long: true};
  const made = element(
    'button',
    {type: 'button', class: 'link', 'aria-label': 'Read document ' + id},
    [id]
  );
  made.addEventListener('click', () => {
    document.getElementById('tab-words').click();
    const select = document.getElementById('word-document');
    select.value = String(at);
    select.dispatchEvent(new Event('change'));
    select.focus();
  });
  return {text: made, long: true};
}

/** A deviation with its sign and one digit after the point. */
function deviation(z) {
  if (z === null) return '–';
  const size = Math.abs(z).toFixed(1);
  return (size === '0.0' ? '' : z < 0 ? '−' : '+') + size;
}

function flagTable(panel, run) {
  const found = run.flags;
  if (!found) return;
  panel.appendChild(
    element('p', {}, [
      found.documents
        ? count(found.flagged) +
          ' of ' +
          count(found.documents) +
          ' documents are flagged: their heads lie more than 3.5 robust deviations from where they are in the other documents, in some statistic.'
        : 'Heads tell nothing of documents: there are too few of these (8 are needed), or most are the same.',
    ])
  );
  if (!found.farthest.length) return;
  panel.appendChild(
    table(
      ['document', 'flag', 'deviation', 'of', 'tokens'].concat(found.statistics.map(title)),
      found.farthest.map(each =>
        [
          documentCell(each.id),
          {text: each.outlier ? '▲ unlike' : ''},
          deviation(each.deviation),
          {text: title(each.farthest), long: true},
          each.tokens === null ? '–' : count(each.tokens),
        ].concat(each.deviations.map(deviation))
      ),
      'By their heads: the ' +
        found.farthest.length +
        ' documents farthest from the others, in robust deviations, n = ' +
        count(found.documents) +
        ' documents'
    )
  );
}
