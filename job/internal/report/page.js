// Draws the charts of the page. Everything that they show stands in the tables below them too, which are open until a chart is drawn.
'use strict';
(() => {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const printWidth = 680; // pixels between the margins of A4
  const colour = (name) => getComputedStyle(root).getPropertyValue('--' + name).trim();
  const compact = (n) => n < 10000 ? n.toLocaleString('en') : n < 1e6 ? +(n / 1e3).toFixed(n < 1e5 ? 1 : 0) + 'k' : +(n / 1e6).toFixed(1) + 'M';
  const percent = (x) => +(100 * x).toFixed(1) + ' %';
  const line = (x1, y1, x2, y2, stroke, lineWidth = 1.5) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke, lineWidth } });
  const axis = (more) => ({
    axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: colour('line') } },
    axisLabel: { color: colour('quiet'), fontSize: 12, hideOverlap: true }, ...more,
  });
  const bare = (more) => ({ type: 'value', show: false, ...more });

  // Each makes {height, option} of a figure's data for a width in pixels.
  const draw = {
    flow(d, width) {
      const inside = width < 560;
      const rows = Math.max(d.partners.length, d.fates.length);
      const label = (position) => ({ position, distance: 8, color: colour('ink'), fontSize: 13, textBorderWidth: 0, lineHeight: 16 });
      const node = (n, id, depth) => ({
        name: id, depth, value: n.records, label: { ...label((depth === 0) === inside ? 'right' : 'left'), formatter: () => (n.name.length > 18 ? n.name.slice(0, 17) + '…' : n.name) + '  ' + n.count },
        itemStyle: { color: colour(n.key || 'quiet'), borderWidth: 0 }, tooltip: { formatter: () => n.name + ': ' + n.count },
      });
      return {
        height: Math.max(180, rows * 34 + 40),
        option: {
          series: [{
            type: 'sankey', left: inside ? 2 : 190, right: inside ? 2 : 190, top: 10, bottom: 10, nodeWidth: 10, nodeGap: 18, draggable: false,
            layoutIterations: 0, nodeAlign: 'left', emphasis: { focus: 'adjacency' }, labelLayout: { hideOverlap: false },
            data: [...d.partners.map((n, i) => node(n, 'p' + i, 0)), ...d.fates.map((n, i) => node(n, 'f' + i, 1))],
            links: d.links.map((l) => ({
              source: 'p' + l.from, target: 'f' + l.to, value: l.records,
              lineStyle: { color: colour(d.fates[l.to].key), opacity: 0.3, curveness: 0.5 },
              tooltip: { formatter: () => `${d.partners[l.from].name} → ${d.fates[l.to].name}: ${l.count}` },
            })),
          }],
        },
      };
    },

    scores(d, width) {
      const top = 84, panel = 88, gap = 56, left = 4, right = 4;
      const at = (i) => top + i * (panel + gap);
      const wide = (width - left - right) / 20 >= 34;
      const bars = (p, i) => ({
        type: 'custom', name: p.name, xAxisIndex: i, yAxisIndex: i, clip: false, encode: { x: 0, y: 1 },
        data: p.bands.map((n, b) => [b * 5, n]).filter(([, n]) => n > 0),
        tooltip: { formatter: ({ value: [from, n] }) => `${p.name.split(':')[0]}, ${from}–${from + 5} %: ${n.toLocaleString('en')}` },
        renderItem: (_, api) => {
          const [x, y] = api.coord([api.value(0), api.value(1)]), [x2, base] = api.coord([api.value(0) + 5, 0]);
          const height = Math.max(base - y, 1.5), width = x2 - x - 2;
          const bar = { type: 'rect', shape: { x: x + 1, y: base - height, width, height }, style: { fill: colour(p.key) } };
          if (wide) {
            bar.textContent = { style: { text: compact(api.value(1)), fill: colour('quiet'), fontSize: 11 } };
            bar.textConfig = { position: 'top', distance: 3 };
          }
          return bar;
        },
      });
      const bottom = at(d.panels.length - 1) + panel;
      const thresholds = {
        type: 'custom', silent: true, clip: false, z: 1, xAxisIndex: 0, yAxisIndex: 0, encode: { x: 0 }, data: d.thresholds.map((t) => [t.at * 100]),
        renderItem: ({ dataIndex }, api) => {
          const [x] = api.coord([api.value(0), 0]), { text, side } = d.thresholds[dataIndex], y = 4 + 18 * dataIndex;
          const rule = line(x, y, x, bottom, colour('ink'), 1);
          rule.style.lineDash = [4, 3];
          const label = { text, x: x + (side === 'left' ? -6 : 6), y, align: side === 'left' ? 'right' : 'left', fill: colour('ink'), fontSize: 12 };
          return { type: 'group', children: [rule, { type: 'text', style: label }] };
        },
      };
      return {
        height: bottom + 30,
        option: {
          title: d.panels.map((p, i) => ({
            text: p.name, left, top: at(i) - 40, padding: [0, 6, 2, 0], backgroundColor: colour('paper'), textStyle: { color: colour('ink'), fontSize: 13, fontWeight: 500 },
          })),
          grid: d.panels.map((p, i) => ({ left, right, top: at(i), height: panel })),
          xAxis: d.panels.map((p, i) => axis({
            type: 'value', gridIndex: i, min: 0, max: 100, interval: width < 560 ? 20 : 10, splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: colour('quiet') } },
            axisLabel: { show: i === d.panels.length - 1, color: colour('quiet'), fontSize: 12, formatter: '{value} %', alignMinLabel: 'left', alignMaxLabel: 'right' },
          })),
          yAxis: d.panels.map((p, i) => bare({ gridIndex: i, min: 0, max: Math.max(1, ...p.bands) })),
          series: [...d.panels.map(bars), thresholds],
        },
      };
    },

    precision(rows, width) {
      const row = 34, top = 30, left = 92, right = 12;
      const ends = rows.flatMap((r) => r.found.map((f) => f.low).concat(r.from));
      const min = [0.9, 0.8, 0.5, 0].find((m) => m <= Math.min(...ends));
      const interval = (1 - min) / (width < 560 ? 2 : min ? 5 : 4);
      const sources = [...new Set(rows.flatMap((r) => r.found.map((f) => f.source)))];
      const band = (i) => rows.length - 1 - i;
      const boxes = {
        type: 'custom', silent: true, name: 'what the model says', itemStyle: { color: colour('line') }, encode: { x: [0, 1], y: 2 }, data: rows.map((r, i) => [r.from, r.to, band(i)]),
        renderItem: (_, api) => {
          const [x, y] = api.coord([Math.max(api.value(0), min), api.value(2)]), [x2] = api.coord([api.value(1), api.value(2)]);
          return { type: 'rect', shape: { x, y: y - row / 2 + 2, width: Math.max(x2 - x, 2), height: row - 4 }, style: { fill: colour('line') } };
        },
      };
      const points = (source, s) => ({
        type: 'custom', name: source, itemStyle: { color: colour(s ? 'deletions' : 'matched') }, z: 3, encode: { x: [0, 1, 2], y: 3 },
        data: rows.flatMap((r, i) => r.found.filter((f) => f.source === source).map((f) => ({ value: [f.value, f.low, f.high, band(i)], few: f.few, text: `${r.name}: ${f.text}` }))),
        tooltip: { formatter: ({ data }) => data.text },
        renderItem(params, api) {
          const few = this.data[params.dataIndex].few;
          const ink = colour(few ? 'waiting' : s ? 'deletions' : 'matched');
          const [x, middle] = api.coord([api.value(0), api.value(3)]), [low] = api.coord([api.value(1), 0]), [high] = api.coord([api.value(2), 0]);
          const y = middle + (sources.length > 1 ? (s ? 7 : -7) : 0), size = 4.5;
          const style = { fill: few ? colour('paper') : ink, stroke: ink, lineWidth: 1.5 };
          const mark = s ? { type: 'polygon', shape: { points: [[x, y - size - 1], [x + size + 1, y], [x, y + size + 1], [x - size - 1, y]] }, style }
            : { type: 'circle', shape: { cx: x, cy: y, r: size }, style };
          return { type: 'group', children: [line(low, y, high, y, ink), line(low, y - 4, low, y + 4, ink), line(high, y - 4, high, y + 4, ink), mark] };
        },
      });
      const series = [boxes, ...sources.map(points)];
      for (const p of series) if (p.renderItem.length === 2) p.renderItem = p.renderItem.bind(p);
      return {
        height: top + rows.length * row + 34,
        option: {
          legend: {
            top: 0, left: 0, padding: 0, selectedMode: false, itemWidth: 14, itemHeight: 9, itemGap: 16, textStyle: { color: colour('ink'), fontSize: 12 },
            data: [...sources.map((name, s) => ({ name, icon: s ? 'diamond' : 'circle' })), { name: 'what the model says', icon: 'rect' }],
          },
          grid: { left, right, top, height: rows.length * row },
          xAxis: axis({ type: 'value', min, max: 1, interval, axisLabel: { color: colour('quiet'), formatter: percent, alignMaxLabel: 'right' } }),
          yAxis: axis({ type: 'category', data: rows.map((r) => r.name).reverse(), splitLine: { show: false }, axisLabel: { color: colour('ink'), fontSize: 12, interval: 0 } }),
          series,
        },
      };
    },

    trend(d, width) {
      const columns = width >= 640 ? d.panels.length : width >= 420 ? 3 : 2;
      const gap = 12, scale = 38, cell = (width - gap * (columns - 1)) / columns, head = 42, panel = 58, below = 30;
      const x = (i) => (i % columns) * (cell + gap), y = (i) => Math.floor(i / columns) * (head + panel + below);
      const last = d.weeks.length - 1;
      return {
        height: y(d.panels.length - 1) + head + panel + below,
        option: {
          title: d.panels.map((p, i) => ({
            text: p.name, subtext: p.latest, left: x(i), top: y(i), padding: 0, itemGap: 2,
            textStyle: { color: colour('quiet'), fontSize: 12, fontWeight: 400 }, subtextStyle: { color: colour('ink'), fontSize: 14, fontWeight: 600 },
          })),
          grid: d.panels.map((p, i) => ({ left: x(i) + 4, width: cell - 4 - scale, top: y(i) + head, height: panel })),
          xAxis: d.panels.map((p, i) => axis({
            type: 'category', gridIndex: i, data: d.weeks, boundaryGap: last === 0, axisLine: { show: true, onZero: false, lineStyle: { color: colour('line') } },
            axisLabel: {
              color: colour('quiet'), fontSize: 11, interval: (k) => k === 0 || k === last, formatter: (w) => w.slice(5), hideOverlap: false,
              alignMinLabel: last ? 'left' : 'center', alignMaxLabel: last ? 'right' : 'center',
            },
          })),
          yAxis: d.panels.map((p, i) => bare({ gridIndex: i, min: p.low, max: p.high })),
          series: d.panels.map((p, i) => ({
            type: 'line', name: p.name, xAxisIndex: i, yAxisIndex: i, clip: false, connectNulls: false, symbol: 'circle',
            showAllSymbol: true, itemStyle: { color: colour('matched') }, lineStyle: { color: colour('matched'), width: 1.75 },
            data: p.values.map((value, k) => ({
              value, symbolSize: k === last ? 7 : alone(p.values, k) ? 5 : 3, tooltip: { formatter: () => `${p.name}, ${d.weeks[k]}: ${p.texts[k]}` },
            })),
            markLine: {
              silent: true, symbol: 'none', animation: false, lineStyle: { color: colour('line'), type: 'solid', width: 1 },
              label: { position: 'end', color: colour('quiet'), fontSize: 10, formatter: ({ value }) => (p.share ? percent : compact)(value) },
              data: [{ yAxis: p.low }, { yAxis: p.high }],
            },
          })),
        },
      };
    },

    stages(rows, width) {
      const row = 26, left = Math.min(200, Math.round(width * 0.4)), right = 76;
      return {
        height: rows.length * row + 8,
        option: {
          grid: { left, right, top: 4, height: rows.length * row },
          xAxis: bare({ min: 0, max: rows[0].seconds || 1 }),
          yAxis: axis({
            type: 'category', inverse: true, data: rows.map((r) => r.name), splitLine: { show: false },
            axisLabel: { color: colour('ink'), fontSize: 13, interval: 0, width: left - 10, overflow: 'truncate' },
          }),
          series: [{
            type: 'bar', barWidth: 14, itemStyle: { color: colour('unmatched') }, barMinHeight: 1.5, label: { show: true, position: 'right', color: colour('ink'), fontSize: 12, formatter: ({ data }) => data.text },
            data: rows.map((r) => ({ value: r.seconds, text: r.text, tooltip: { formatter: () => `${r.name}: ${r.text}` } })),
          }],
        },
      };
    },
  };

  // alone tells whether a point has no neighbour to be joined to.
  const alone = (values, k) => values[k - 1] == null && values[k + 1] == null;

  const charts = JSON.parse(document.getElementById('charts').textContent).map((figure) => {
    const box = document.querySelector(`[data-chart="${figure.id}"]`);
    return { figure, box, chart: echarts.init(box, null, { renderer: 'svg', width: 100, height: 100, locale: 'EN' }) };
  });

  function render({ figure, box, chart }) {
    const width = root.classList.contains('print') ? printWidth : box.clientWidth;
    if (!width) return;
    const { height, option } = draw[figure.kind](figure.data, width);
    box.style.height = height + 'px';
    chart.resize({ width, height });
    chart.setOption({
      animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      tooltip: {
        trigger: 'item', renderMode: 'richText', confine: true, transitionDuration: 0, padding: [6, 10],
        backgroundColor: colour('ink'), borderWidth: 0, textStyle: { color: colour('paper'), fontSize: 13 },
      },
      aria: { enabled: true, label: { description: figure.title + '. ' + figure.summary } },
      ...option,
    }, true);
  }
  const renderAll = () => charts.forEach(render);

  const samples = [...document.querySelectorAll('.sample')];
  let opened = [];
  function print(on) {
    root.classList.toggle('print', on);
    if (on) opened = samples.map((s) => s.open);
    samples.forEach((s, i) => { s.open = on || opened[i]; });
    renderAll();
  }

  renderAll();
  document.querySelectorAll('.numbers').forEach((d) => { d.open = false; });
  samples.forEach((s, i) => { s.open = i < 2; });
  dark.addEventListener('change', renderAll);
  addEventListener('beforeprint', () => print(true));
  addEventListener('afterprint', () => print(false));
  let width = innerWidth;
  addEventListener('resize', () => {
    if (innerWidth === width || root.classList.contains('print')) return;
    width = innerWidth;
    renderAll();
  });
})();
