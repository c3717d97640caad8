// Figures: a chart with its caption, what it says in words, and its numbers as a table.

const CIVIDIS = [
  '#00224e',
  '#123570',
  '#3b496c',
  '#575d6d',
  '#707173',
  '#8a8678',
  '#a59c74',
  '#c3b369',
  '#e1cc55',
  '#fee838',
];
const DIVERGING = ['#00457c', '#3f86b8', '#a6cbe3', '#f5f5f5', '#f3b98b', '#cf6a1f', '#7f3300'];
const COLOURS = [
  '#0072b2',
  '#b54f00',
  '#007a5a',
  '#a0447d',
  '#6b5b00',
  '#3a3a98',
  '#5a5a5a',
  '#8c2d19',
];
const SYMBOLS = [
  'circle',
  'diamond',
  'triangle',
  'rect',
  'pin',
  'arrow',
  'roundRect',
  'emptyCircle',
];
const INK = '#222222';
const SOFT = '#595959';
const charts = [];

function element(name, attributes, children) {
  const made = document.createElement(name);
  Object.keys(attributes || {}).forEach(key => {
    if (attributes[key] !== null && attributes[key] !== undefined)
      made.setAttribute(key, attributes[key]);
  });
  (children || []).forEach(child =>
    made.appendChild(typeof child === 'object' ? child : document.createTextNode(String(child)))
  );
  return made;
}

function escaped(text) {
  return String(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

/** Four digits with a sign as long as a plus, without an exponent where people can do without. */
function number(value) {
  if (value === null || value === undefined) return '–';
  const size = Math.abs(value);
  const minus = value < 0 ? '−' : '';
  if (size !== 0 && (size < 0.0001 || size >= 1e7))
    return minus + size.toExponential(2).replace('e-', 'e−').replace('e+', 'e');
  if (size >= 1000) return minus + String(Math.round(size)).replace(/\B(?=(\d{3})+$)/g, ',');
  return minus + String(parseFloat(size.toPrecision(4)));
}

function count(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A mean with its interval in words. */
function interval(mean) {
  return mean[2] === null
    ? 'no interval'
    : number(mean[1] - mean[2]) + ' to ' + number(mean[1] + mean[2]);
}

function table(head, rows, caption) {
  const special = value => value !== null && typeof value === 'object' && !value.nodeType;
  const kind = (value, column) =>
    special(value) && value.long
      ? 'text long'
      : column === 0 ||
          special(value) ||
          (typeof value === 'string' && !/^[+−–▲▼\-\d]/.test(value))
        ? 'text'
        : null;
  const cell = (name, value, as) => {
    const text = special(value) ? value.text : value;
    const shown =
      text !== null && text !== undefined && text.nodeType
        ? text
        : document.createTextNode(text === null || text === undefined ? '–' : String(text));
    return name === 'th'
      ? element('th', {class: as, scope: 'col'}, [element('span', {}, [shown])])
      : element('td', {class: as}, [shown]);
  };
  const body = element(
    'tbody',
    {},
    rows.map(row =>
      element(
        'tr',
        {},
        row.map((value, i) => cell('td', value, kind(value, i)))
      )
    )
  );
  const header = element('thead', {}, [
    element(
      'tr',
      {},
      head.map((value, i) => cell('th', value, rows.length ? kind(rows[0][i], i) : 'text'))
    ),
  ]);
  const made = element('table', {'aria-label': caption || null});
  made.appendChild(header);
  made.appendChild(body);
  const wide = element(
    'div',
    {class: 'wide', tabindex: 0, role: 'region', 'aria-label': caption || head.join(', ')},
    [made]
  );
  return element('div', {}, caption ? [element('p', {class: 'soft'}, [caption]), wide] : [wide]);
}

/**
 * Adds a figure. `given` holds title, label (what it shows, in words), caption, height(width), option(width),
 * points (in the order of the arrow keys: series, index, text), columns (how many points a row has), head and rows().
 */
function figure(parent, given) {
  const box = element('div', {class: 'chart', tabindex: 0, role: 'img', 'aria-label': given.label});
  const made = element('figure', {}, [
    element('h3', {}, [given.title]),
    box,
    element('figcaption', {}, [
      given.caption +
        (given.points.length ? ' Focus the figure and use the arrow keys to read it.' : ''),
    ]),
  ]);
  const details = element('details', {}, [element('summary', {}, ['The numbers as a table'])]);
  details.addEventListener('toggle', () => {
    if (details.open && details.childNodes.length === 1)
      details.appendChild(table(given.head, given.rows(), given.title));
  });
  made.appendChild(details);
  parent.appendChild(made);
  const width = () => Math.max(260, box.clientWidth || 640);
  const height = () => given.height(width());
  box.style.height = height() + 'px';
  const chart = echarts.init(box, null, {renderer: 'svg', width: width(), height: height()});
  const draw = () => {
    const option = given.option(width());
    option.animation = false;
    option.textStyle = {fontFamily: 'system-ui, "Segoe UI", Roboto, Arial, sans-serif', color: INK};
    option.aria = {enabled: false};
    chart.setOption(option, true);
    box.setAttribute('aria-label', given.label);
  };
  draw();
  const entry = {
    box: box,
    resize: () => {
      box.style.height = height() + 'px';
      chart.resize({width: width(), height: height()});
      draw();
    },
    dispose: () => chart.dispose(),
  };
  charts.push(entry);
  if (given.chosen) chart.on('click', point => given.chosen(point.dataIndex));
  let at = -1;
  box.addEventListener('keydown', event => {
    const step = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: given.columns || 1,
      ArrowUp: -(given.columns || 1),
    }[event.key];
    if (event.key === 'Enter' && given.chosen && at >= 0) given.chosen(at);
    if (step === undefined || !given.points.length) return;
    event.preventDefault();
    at = at < 0 ? 0 : Math.min(given.points.length - 1, Math.max(0, at + step));
    const point = given.points[at];
    chart.dispatchAction({type: 'showTip', seriesIndex: point.series, dataIndex: point.index});
    document.getElementById('spoken').textContent = point.text;
  });
  return made;
}

/** Forgets the charts in an element and empties it. */
function emptied(parent) {
  for (let i = charts.length - 1; i >= 0; i--) {
    if (parent.contains(charts[i].box)) charts.splice(i, 1)[0].dispose();
  }
  while (parent.firstChild) parent.removeChild(parent.firstChild);
  return parent;
}

const TOOLTIP = {
  confine: true,
  borderColor: '#767676',
  textStyle: {color: INK, fontSize: 13},
  extraCssText: 'max-width:18rem;white-space:normal',
};
const AXIS = {
  nameTextStyle: {color: SOFT, fontSize: 13},
  axisLabel: {color: SOFT, fontSize: 12, hideOverlap: true},
  axisLine: {lineStyle: {color: '#767676'}},
};

function axis(more) {
  const made = {};
  Object.keys(AXIS).forEach(key => {
    made[key] = AXIS[key];
  });
  Object.keys(more).forEach(key => {
    made[key] = more[key];
  });
  if (made.type === 'value' && !made.axisLabel.formatter)
    made.axisLabel = Object.assign({formatter: number}, made.axisLabel);
  return made;
}

function unique(values) {
  return values.filter((value, i) => values.indexOf(value) === i);
}
