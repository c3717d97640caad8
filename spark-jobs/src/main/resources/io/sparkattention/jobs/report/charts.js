// The kinds of charts: maps of heads, profiles, histograms.

/** Numbers that differ by less of their size are shown as the same: results are single precision. */
const ROUNDING = 1e-5;

/**
 * Cells by layer, from above, and head; `values` and `texts` are in the order of `heads`. Of differences
 * `size` says how large the numbers are.
 */
function headMap(parent, given) {
  const layers = unique(given.heads.map(each => each.layer));
  const columns = unique(given.heads.map(each => each.head));
  const known = given.values.filter(value => value !== null);
  const low = known.length ? Math.min.apply(null, known) : 0;
  const high = known.length ? Math.max.apply(null, known) : 1;
  const far = Math.max(Math.abs(low), Math.abs(high), ROUNDING * (given.size || 0)) || 1;
  const flat = high - low <= ROUNDING * Math.max(Math.abs(low), Math.abs(high));
  const ends = given.diverging ? [-far, far] : flat ? [low - far / 2, low + far / 2] : [low, high];
  const cells = given.heads.map((each, i) => [
    columns.indexOf(each.head),
    layers.indexOf(each.layer),
    given.values[i] === null ? '-' : given.values[i],
  ]);
  return figure(parent, {
    title: given.title,
    label: given.label,
    caption: given.caption,
    columns: columns.length,
    head: ['layer', 'head'].concat(given.head),
    rows: () => given.heads.map((each, i) => [each.layer, each.head].concat(given.row(i))),
    points: given.heads.map((each, i) => ({series: 0, index: i, text: given.texts[i]})),
    height: width =>
      Math.max(12, Math.min(34, (width - 80) / columns.length, 900 / layers.length)) *
        layers.length +
      128,
    option: width => ({
      tooltip: Object.assign({formatter: point => escaped(given.texts[point.dataIndex])}, TOOLTIP),
      grid: {left: 46, right: 14, top: 8, bottom: 112},
      xAxis: axis({
        type: 'category',
        data: columns.map(String),
        name: 'head',
        nameLocation: 'middle',
        nameGap: 26,
        splitArea: {show: false},
      }),
      yAxis: axis({
        type: 'category',
        data: layers.map(String),
        inverse: true,
        name: 'layer',
        nameLocation: 'middle',
        nameGap: 30,
      }),
      visualMap: {
        min: ends[0],
        max: ends[1],
        calculable: false,
        orient: 'horizontal',
        left: 'center',
        bottom: 0,
        itemWidth: 14,
        itemHeight: Math.min(280, width - 150),
        text: [number(ends[1]) + ' ' + given.unit, number(ends[0])],
        textStyle: {color: INK, fontSize: 12},
        inRange: {color: given.diverging ? DIVERGING : CIVIDIS},
        hoverLink: false,
      },
      series: [
        {
          type: 'heatmap',
          data: cells,
          itemStyle: {borderColor: '#fff', borderWidth: 1},
          emphasis: {itemStyle: {borderColor: INK, borderWidth: 2}},
        },
      ],
    }),
  });
}

/** Lines with bands: `lines` hold name, colour, dash, symbol and means. */
function profile(parent, given) {
  const points = [];
  given.lines.forEach((line, l) =>
    line.means.forEach((mean, i) =>
      points.push({
        series: l * 3 + 2,
        index: i,
        text:
          line.name +
          ', ' +
          given.x +
          ' ' +
          number(given.at[i]) +
          ': ' +
          number(mean[1]) +
          ' ' +
          given.unit +
          ', 95 % ' +
          interval(mean) +
          ', n = ' +
          count(mean[0]),
      })
    )
  );
  return figure(parent, {
    title: given.title,
    label: given.label,
    caption: given.caption,
    points: points,
    columns: given.at.length,
    head: [given.x]
      .concat(given.lines.map(line => line.name + ': mean'))
      .concat(given.lines.map(line => line.name + ': 95 % interval'))
      .concat(given.lines.map(line => line.name + ': n')),
    rows: () =>
      given.at.map((place, i) =>
        [number(place)]
          .concat(given.lines.map(line => number(line.means[i][1])))
          .concat(given.lines.map(line => interval(line.means[i])))
          .concat(given.lines.map(line => count(line.means[i][0])))
      ),
    height: () => 250,
    option: width => {
      const series = [];
      given.lines.forEach((line, l) => {
        const band = {
          type: 'line',
          stack: 'band' + l,
          stackStrategy: 'all',
          symbol: 'none',
          silent: true,
          lineStyle: {opacity: 0},
          tooltip: {show: false},
        };
        series.push(
          Object.assign(
            {data: line.means.map(mean => (mean[2] === null ? mean[1] : mean[1] - mean[2]))},
            band
          )
        );
        series.push(
          Object.assign(
            {
              data: line.means.map(mean => (mean[2] === null ? 0 : 2 * mean[2])),
              areaStyle: {color: line.colour, opacity: 0.22},
            },
            band
          )
        );
        series.push({
          type: 'line',
          name: line.name,
          data: line.means.map(mean => mean[1]),
          symbol: line.symbol,
          symbolSize: 7,
          showAllSymbol: true,
          lineStyle: {color: line.colour, type: line.dash, width: 2},
          itemStyle: {color: line.colour},
        });
      });
      return {
        tooltip: Object.assign(
          {
            trigger: 'item',
            formatter: point =>
              escaped(
                points.filter(each => each.series === point.seriesIndex)[point.dataIndex].text
              ),
          },
          TOOLTIP
        ),
        legend:
          given.lines.length > 1
            ? {
                top: 0,
                data: given.lines.map(line => line.name),
                textStyle: {color: INK},
                formatter: name =>
                  echarts.format.truncateText(name, width - 60, '13px sans-serif', '…'),
              }
            : {show: false},
        grid: {
          left: 58,
          right: 14,
          top: given.lines.length > 1 ? 24 + 22 * given.lines.length : 26,
          bottom: 46,
        },
        xAxis: axis({
          type: 'category',
          data: given.at.map(number),
          name: given.x,
          nameLocation: 'middle',
          nameGap: 28,
          boundaryGap: given.at.length === 1,
        }),
        yAxis: axis({
          type: 'value',
          name: given.unit,
          scale: true,
          nameGap: 10,
          splitLine: {lineStyle: {color: '#e6e6e6'}},
          nameTextStyle: {align: 'left', color: SOFT, fontSize: 13},
          axisLabel: {color: SOFT, formatter: number},
        }),
        series: series,
      };
    },
  });
}

/** How many documents are in each step; `runs` hold name, colour and a spread. */
function histogram(parent, given) {
  const low = Math.min.apply(
    null,
    given.runs.map(run => run.spread.lowest)
  );
  const points = [];
  given.runs.forEach((run, r) =>
    run.spread.counts.forEach((documents, i) => {
      const width = (run.spread.highest - run.spread.lowest) / run.spread.counts.length;
      points.push({
        series: r,
        index: i,
        from: run.spread.lowest + i * width,
        to: run.spread.lowest + (i + 1) * width,
        documents: documents,
        text:
          run.name +
          ': ' +
          count(documents) +
          ' documents from ' +
          number(run.spread.lowest + i * width) +
          ' to ' +
          number(run.spread.lowest + (i + 1) * width) +
          ' ' +
          given.unit,
      });
    })
  );
  return figure(parent, {
    title: given.title,
    label: given.label,
    caption: given.caption,
    points: points,
    head: ['from', 'to', 'documents', 'run'],
    rows: () =>
      points.map(point => [
        number(point.from),
        number(point.to),
        count(point.documents),
        given.runs[point.series].name,
      ]),
    height: () => 260,
    option: () => ({
      tooltip: Object.assign(
        {
          trigger: 'item',
          formatter: point =>
            escaped(points.filter(each => each.series === point.seriesIndex)[point.dataIndex].text),
        },
        TOOLTIP
      ),
      legend: given.runs.length > 1 ? {top: 0, textStyle: {color: INK}} : {show: false},
      grid: {left: 58, right: 20, top: given.runs.length > 1 ? 56 : 28, bottom: 46},
      xAxis: axis({
        type: 'value',
        name: given.unit || 'value',
        nameLocation: 'middle',
        nameGap: 28,
        scale: true,
        min: low,
        splitLine: {show: false},
        axisLabel: {color: SOFT, hideOverlap: true, formatter: number},
      }),
      yAxis: axis({
        type: 'value',
        name: 'documents',
        nameTextStyle: {align: 'left', color: SOFT, fontSize: 13},
        minInterval: 1,
        splitLine: {lineStyle: {color: '#e6e6e6'}},
      }),
      series: given.runs.map((run, r) => ({
        type: 'custom',
        name: run.name,
        itemStyle: {color: run.colour},
        encode: {x: [0, 1], y: 2},
        data: points
          .filter(point => point.series === r)
          .map(point => [point.from, point.to, point.documents]),
        renderItem: (parameters, api) => {
          const top = api.coord([api.value(0), api.value(2)]);
          const bottom = api.coord([api.value(1), 0]);
          return {
            type: 'rect',
            shape: {
              x: top[0],
              y: top[1],
              width: Math.max(1, bottom[0] - top[0] - 1),
              height: bottom[1] - top[1],
            },
            style: {fill: run.colour, opacity: given.runs.length > 1 ? 0.55 : 0.9},
          };
        },
      })),
    }),
  });
}
