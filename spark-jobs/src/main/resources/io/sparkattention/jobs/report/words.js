// One document, a sentence at a time.

function words(panel) {
  const all = report.documents;
  const state = {document: 0, statistic: 0, sentence: 0};
  const controls = element('div', {class: 'controls'});
  const place = element('div');
  panel.appendChild(controls);
  panel.appendChild(place);
  controls.appendChild(
    choice(
      'document',
      'word-document',
      all.map((each, i) => [String(i), (two ? LETTERS[each.run] + ': ' : '') + each.id]),
      value => {
        state.document = Number(value);
        state.sentence = 0;
        refill();
      }
    )
  );
  const statistics = element('span');
  controls.appendChild(statistics);
  function refill() {
    emptied(statistics).appendChild(
      choice(
        'statistic',
        'word-statistic',
        all[state.document].statistics.map((name, i) => [String(i), title(name)]),
        value => {
          state.statistic = Number(value);
          draw();
        }
      )
    );
    state.statistic = Math.min(state.statistic, all[state.document].statistics.length - 1);
    document.getElementById('word-statistic').value = String(state.statistic);
    draw();
  }
  function draw() {
    emptied(place);
    wordFigure(place, all[state.document], state, draw);
  }
  refill();
}

function wordFigure(place, given, state, redraw) {
  const name = given.statistics[state.statistic];
  const value = piece => (piece.numbers.length ? piece.numbers[state.statistic] : null);
  const values = [].concat
    .apply([], given.sentences)
    .map(value)
    .filter(each => each !== null)
    .sort((a, b) => a - b);
  const low = values.length ? values[Math.floor(0.02 * (values.length - 1))] : 0;
  const high = values.length ? values[Math.ceil(0.98 * (values.length - 1))] : 1;
  const sentence = given.sentences[state.sentence] || [];
  const means = given.sentences.map(each => {
    const of = each.map(value).filter(v => v !== null);
    const mean = of.reduce((a, b) => a + b, 0) / (of.length || 1);
    return {
      n: of.length,
      mean: of.length ? mean : null,
      text: each
        .map(piece => piece.text)
        .join('')
        .replace(/\s+/g, ' '),
    };
  });
  const turn = to => {
    state.sentence = Math.max(0, Math.min(given.sentences.length - 1, to));
    redraw();
  };
  const button = (label, to, id) => {
    const made = element('button', {type: 'button', id: id}, [label]);
    made.disabled = to < 0 || to >= given.sentences.length;
    made.addEventListener('click', () => {
      turn(to);
      const again = document.getElementById(id);
      if (!again.disabled) again.focus();
    });
    return made;
  };
  place.appendChild(
    element('div', {class: 'controls'}, [
      button('← Sentence before', state.sentence - 1, 'sentence-before'),
      button('Next sentence →', state.sentence + 1, 'sentence-after'),
      element('span', {id: 'sentence-place', 'aria-live': 'polite'}, [
        'Sentence ' + (state.sentence + 1) + ' of ' + given.sentences.length,
      ]),
    ])
  );
  const text = element('p', {
    class: 'words',
    id: 'words',
    'aria-label': 'The words of the sentence, shaded by ' + withUnit(name),
  });
  sentence.forEach(piece => {
    const v = value(piece);
    if (v === null) {
      text.appendChild(document.createTextNode(piece.text));
      return;
    }
    const share = high > low ? Math.max(0, Math.min(1, (v - low) / (high - low))) : 0;
    const step = Math.round(share * (CIVIDIS.length - 1));
    const says = piece.text + ': ' + number(v) + ' ' + unitOfTokens(name);
    const made = element(
      'span',
      {
        tabindex: 0,
        title: says,
        'aria-label': says,
        style: 'background:' + CIVIDIS[step] + ';color:' + (step > 5 ? '#000' : '#fff'),
      },
      [piece.text]
    );
    text.appendChild(made);
  });
  place.appendChild(text);
  place.appendChild(
    element('p', {class: 'scale'}, [
      number(low),
      element('i', {style: 'background:linear-gradient(to right,' + CIVIDIS.join(',') + ')'}),
      number(high) + ' ' + unitOfTokens(name),
    ])
  );
  place.appendChild(
    element('p', {class: 'soft'}, [
      'Means over all layers and heads, for each token, n = ' +
        count(sentence.filter(piece => value(piece) !== null).length) +
        ' tokens in this sentence and ' +
        count(given.shown) +
        ' of ' +
        count(given.tokens) +
        ' tokens of the document on this page; ends of the scale are 2 % and 98 % of them. One document has no interval. ' +
        caveat(name),
    ])
  );
  place.appendChild(element('p', {class: 'soft', id: 'word-agreement'}, [wordAgreement(given, name)]));
  const rows = sentence
    .filter(piece => value(piece) !== null)
    .map(piece => [{text: piece.text}].concat(piece.numbers.map(number)));
  const details = element('details', {}, [
    element('summary', {}, ['The numbers of this sentence as a table']),
    table(
      ['token'].concat(given.statistics.map(title)),
      rows,
      'Tokens of sentence ' + (state.sentence + 1)
    ),
  ]);
  place.appendChild(details);
  figure(place, {
    title: 'Sentences of the document',
    columns: 1,
    label: 'Mean ' + withUnit(name) + ' of the tokens of each of ' + means.length + ' sentences',
    caption:
      'Mean over the tokens of each sentence, n = ' +
      count(given.shown) +
      ' tokens' +
      (unitOfTokens(name) ? ', in ' + unitOfTokens(name) : '') +
      '. Choose a bar to read its sentence.',
    points: means.map((each, i) => ({
      series: 0,
      index: i,
      text: 'sentence ' + (i + 1) + ': ' + number(each.mean) + ', ' + each.n + ' tokens',
    })),
    head: ['sentence', 'mean', 'tokens', 'text'],
    rows: () =>
      means.map((each, i) => [i + 1, number(each.mean), each.n, {text: each.text, long: true}]),
    height: () => 200,
    option: () => ({
      tooltip: Object.assign(
        {
          formatter: point =>
            escaped(
              'Sentence ' +
                (point.dataIndex + 1) +
                ': ' +
                number(means[point.dataIndex].mean) +
                ', ' +
                means[point.dataIndex].n +
                ' tokens'
            ),
        },
        TOOLTIP
      ),
      grid: {left: 58, right: 14, top: 28, bottom: 46},
      xAxis: axis({
        type: 'category',
        data: means.map((each, i) => String(i + 1)),
        name: 'sentence',
        nameLocation: 'middle',
        nameGap: 28,
      }),
      yAxis: axis({
        type: 'value',
        name: unitOfTokens(name) || 'mean',
        nameTextStyle: {align: 'left', color: SOFT, fontSize: 13},
        axisLabel: {color: SOFT, formatter: number},
        splitLine: {lineStyle: {color: '#e6e6e6'}},
      }),
      series: [
        {
          type: 'bar',
          data: means.map((each, i) => ({
            value: each.mean,
            itemStyle: {color: i === state.sentence ? '#b54f00' : '#0072b2'},
          })),
        },
      ],
    }),
    chosen: turn,
  });
}

/** What a statistic of tokens is worth as an explanation, as far as that is known. */
function wordAgreement(given, name) {
  if (ABLATION.test(name)) return 'This asks the model itself what it loses without the token.';
  return (
    agreementNote(given.run, 'token', name) ||
    'How far it ranks tokens as the model itself does is not told: the table of agreement with token-ablation would say.'
  );
}

function unitOfTokens(name) {
  return unit(name);
}
