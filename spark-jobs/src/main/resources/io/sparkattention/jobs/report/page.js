// The page: tabs that hold the sections, drawn when they are first shown.

function method(panel) {
  [
    'Numbers of heads are means over documents, those of layers means over the heads of a layer in each document, then over documents; those of documents are what attention-stats wrote of level document, else means over heads. n counts documents that have a number.',
    'Intervals hold the mean with a confidence of 95 %, by Student’s t distribution over documents; they are not corrected for the number of heads and statistics, so one in twenty is wrong by chance. Differences are paired by document.',
    'Robust deviations: distance from the median over 1.4826 times the median distance, after a straight line over the logarithm of the number of tokens is taken away.',
    'Clusters: k-means over means of heads brought to mean 0 and variance 1, with 2 to 8 clusters by the greatest silhouette. Groups are those of the table that attention-stats wrote beside the pairs of heads.',
    'Flags of documents by their heads are those of the table beside these: each head is compared with itself in the other documents, and a document’s number is the root of the mean square of its heads’ deviations.',
    'Agreement is Spearman’s rank correlation of two statistics over the tokens, or the heads, of a document that have both numbers, then the mean over documents.',
  ].forEach(text => panel.appendChild(element('p', {}, [text])));
  [
    ['Settings', report.settings],
    ['Versions', report.versions],
  ].forEach(part => {
    panel.appendChild(element('h3', {}, [part[0]]));
    const list = element('dl');
    Object.keys(part[1]).forEach(key => {
      list.appendChild(element('dt', {}, [key]));
      list.appendChild(element('dd', {}, [part[1][key]]));
    });
    panel.appendChild(list);
  });
}

const SECTIONS = [
  {id: 'overview', title: 'Overview', when: () => true, fill: overview},
  {id: 'heads', title: 'Heads', when: () => headStatistics().length > 0, fill: heads},
  {id: 'layers', title: 'Layers', when: () => headStatistics().length > 0, fill: layers},
  {id: 'offsets', title: 'Offsets', when: () => families().length > 0, fill: offsets},
  {
    id: 'sinks',
    title: 'Sinks',
    when: () =>
      headStatistics().some(name => SINKS.test(name)) ||
      report.runs.some(run => sinksOfDocuments(run).length),
    fill: sinks,
  },
  {
    id: 'roles',
    title: 'Roles',
    heading: 'Roles and clusters of heads',
    when: () => headStatistics().length > 0 || report.runs.some(run => run.groups.length),
    fill: roles,
  },
  {
    id: 'agreement',
    title: 'Agreement',
    heading: 'Which statistics agree',
    when: () => report.runs.some(run => run.agreements.length),
    fill: agreement,
  },
  {id: 'documents', title: 'Documents', when: () => true, fill: documents},
  {id: 'comparison', title: 'A and B', when: () => two, fill: comparison},
  {id: 'words', title: 'One document', when: () => report.documents.length > 0, fill: words},
  {id: 'method', title: 'Method', heading: 'How it was made', when: () => true, fill: method},
];

function begin() {
  const head = document.getElementById('runs');
  report.runs.forEach((run, i) =>
    head.appendChild(
      element('p', {class: 'run'}, [
        two ? element('b', {class: CLASSES[i]}, [LETTERS[i]]) : '',
        two ? ' ' : '',
        element('code', {}, [run.model]),
        ' with ',
        element('code', {}, [run.attention]),
        ', ' + count(run.documents.documents) + ' documents',
      ])
    )
  );
  const list = document.getElementById('tabs');
  const panels = document.getElementById('panels');
  const shown = SECTIONS.filter(section => section.when());
  const tabs = shown.map((section, i) => {
    const tab = element(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: 'tab-' + section.id,
        'aria-controls': 'panel-' + section.id,
      },
      [section.title]
    );
    const panel = element('section', {
      role: 'tabpanel',
      id: 'panel-' + section.id,
      'aria-labelledby': 'tab-' + section.id,
    });
    tab.addEventListener('click', () => select(i));
    list.appendChild(tab);
    panels.appendChild(panel);
    return tab;
  });
  list.addEventListener('keydown', event => {
    const at = tabs.indexOf(document.activeElement);
    const to = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1}[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = (to + tabs.length) % tabs.length;
    select(next);
    tabs[next].focus();
  });
  function select(index) {
    shown.forEach((section, i) => {
      const panel = document.getElementById('panel-' + section.id);
      tabs[i].setAttribute('aria-selected', String(i === index));
      tabs[i].setAttribute('tabindex', i === index ? '0' : '-1');
      panel.style.display = i === index ? 'block' : 'none';
      if (i === index && !panel.hasChildNodes()) {
        panel.appendChild(element('h2', {}, [section.heading || section.title]));
        section.fill(panel);
      }
    });
    try {
      window.history.replaceState(null, '', '#' + shown[index].id);
    } catch (e) {} // a page without an address
    resize();
  }
  const wanted = shown.map(section => section.id).indexOf(window.location.hash.slice(1));
  select(Math.max(0, wanted));
  window.addEventListener('hashchange', () => {
    const to = shown.map(section => section.id).indexOf(window.location.hash.slice(1));
    if (to >= 0 && tabs[to].getAttribute('aria-selected') !== 'true') select(to);
  });
  let waiting = 0;
  window.addEventListener('resize', () => {
    clearTimeout(waiting);
    waiting = setTimeout(resize, 100);
  });
}

function resize() {
  charts.forEach(chart => {
    if (chart.box.clientWidth && chart.box.clientWidth !== chart.width) {
      chart.width = chart.box.clientWidth;
      chart.resize();
    }
  });
}

begin();
