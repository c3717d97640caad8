// What is shown, and how it is called.

const report = JSON.parse(document.getElementById('data').textContent);
const LETTERS = ['A', 'B'];
const CLASSES = ['first', 'second'];
const BLUE_ORANGE = ['#0072b2', '#b54f00'];
const two = report.runs.length > 1;
const INTERVALS = '95 % intervals of means over documents (Student’s t)';

function runName(index) {
  const run = report.runs[index];
  const own = run.model.replace(/\/+$/, '').split('/').pop() + ', ' + run.attention;
  return two ? LETTERS[index] + ': ' + own : own;
}

function known(name) {
  for (let i = 0; i < report.runs.length; i++) {
    const found = report.runs[i].statistics.filter(each => each.name === name);
    if (found.length) return found[0];
  }
  return {name: name, unit: '', meaning: '', caveat: ''};
}

function signed(value) {
  return (value > 0 ? '+' : '') + number(value);
}

function title(name) {
  return name.replace(/_+/g, ' ').trim();
}

function unit(name) {
  return known(name).unit;
}

function withUnit(name) {
  return title(name) + (unit(name) ? ' (' + unit(name) + ')' : '');
}

function range(statistic) {
  const low =
    statistic.lowest === null || statistic.lowest === undefined ? null : number(statistic.lowest);
  const high =
    statistic.highest === null || statistic.highest === undefined
      ? null
      : number(statistic.highest);
  return low === null && high === null
    ? ''
    : high === null
      ? 'from ' + low
      : (low === null ? 'up to ' : low + ' to ') + high;
}

function caveat(name) {
  const known_ = known(name);
  return (known_.meaning ? known_.meaning + '. ' : '') + (known_.caveat ? known_.caveat + '.' : '');
}

/** How many documents means are of, when they are not all the same. */
function counts(means) {
  const all = unique(means.map(mean => mean[0]));
  return all.length === 1
    ? 'n = ' + count(all[0]) + ' documents'
    : 'n = ' +
        count(Math.min.apply(null, all)) +
        ' to ' +
        count(Math.max.apply(null, all)) +
        ' documents';
}

function headStatistics() {
  return unique(
    [].concat.apply(
      [],
      report.runs.map(run => (run.heads ? Object.keys(run.heads.byHead) : []))
    )
  );
}

function documentStatistics() {
  return unique(
    [].concat.apply(
      [],
      report.runs.map(run => Object.keys(run.documents.byStatistic))
    )
  );
}

/** A labelled choice; `choices` are pairs of value and text. */
function choice(label, id, choices, changed) {
  const select = element(
    'select',
    {id: id},
    choices.map(each => element('option', {value: each[0]}, [each[1]]))
  );
  select.addEventListener('change', () => changed(select.value));
  return element('label', {for: id}, [label, select]);
}

function runChoices() {
  return report.runs
    .map((run, i) => [String(i), runName(i)])
    .filter(each => report.runs[each[0]].heads);
}

function meanCell(mean) {
  return mean ? number(mean[1]) + (mean[2] === null ? '' : ' ± ' + number(Number(mean[2].toPrecision(2)))) : '–';
}
