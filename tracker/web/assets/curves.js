// Draws curves and other charts. A chart is drawn when it comes into view, and
// the script that draws is fetched with the first.
(function () {
  'use strict';
  var me = document.currentScript, loading = null;
  function library() {
    loading = loading || new Promise(function (ok, failed) {
      var s = document.createElement('script');
      s.src = me.dataset.echarts;
      s.onload = ok;
      s.onerror = failed;
      document.head.appendChild(s);
    });
    return loading;
  }

  function look() {
    var css = getComputedStyle(document.documentElement);
    function of(name) { return css.getPropertyValue(name).trim(); }
    var dark = css.colorScheme === 'dark';
    return { dark: dark, ink: of('--ink'), print: of('--ink'), paper: of('--paper'), axis: of('--soft'), grid: of('--line'),
      font: css.fontFamily };
  }

  // How curves are drawn on this page: kept in the address's fragment, so that
  // a page can be sent as it is seen.
  var knobs = { x: 'step', smooth: 0, log: false };
  function readKnobs() {
    var p = new URLSearchParams(location.hash.slice(1));
    knobs.x = p.get('x') === 'time' ? 'time' : 'step';
    knobs.smooth = Math.min(0.99, Math.max(0, +p.get('smooth') || 0));
    knobs.log = p.get('log') === '1';
    var form = document.getElementById('knobs');
    if (!form) return;
    form.elements.x.value = knobs.x;
    form.elements.smooth.value = knobs.smooth;
    form.elements.log.checked = knobs.log;
    form.querySelector('output').textContent = knobs.smooth ? knobs.smooth.toFixed(2) : 'off';
  }
  function writeKnobs(form) {
    var p = new URLSearchParams();
    if (form.elements.x.value === 'time') p.set('x', 'time');
    if (+form.elements.smooth.value) p.set('smooth', form.elements.smooth.value);
    if (form.elements.log.checked) p.set('log', '1');
    history.replaceState(history.state, '', location.pathname + location.search + (String(p) ? '#' + p : ''));
    readKnobs();
  }

  function number(v) {
    if (v === null || v === undefined) return 'no number';
    var a = Math.abs(v);
    if (v === Math.round(v) && a < 1e15) return String(v);
    return a !== 0 && (a < 1e-4 || a >= 1e9) ? v.toExponential(4) : String(+v.toPrecision(5));
  }
  function span(seconds) {
    if (seconds && Math.abs(seconds) < 1) return number(+(1000 * seconds).toPrecision(3)) + ' ms';
    if (seconds < 120) return number(+seconds.toPrecision(3)) + ' s';
    if (seconds < 7200) return (seconds / 60).toFixed(1) + ' min';
    return (seconds / 3600).toFixed(1) + ' h';
  }

  // raw is a curve as it was logged: the lowest and the highest value of each
  // stretch, so that no spike is lost.
  function raw(c) {
    var out = [];
    c.points.forEach(function (p) {
      if (p[5] === 1 || p[2] === null) { out.push([p[0], p[4]]); return; }
      var mid = (p[0] + p[1]) / 2;
      out.push([p[0], p[2]], [mid, p[3]], [p[1], p[4]]);
    });
    return out;
  }
  // smooth is the exponential moving average with the bias of its start taken
  // out (Kingma and Ba 2015, section 3).
  function smooth(c, weight) {
    var sum = 0, norm = 0;
    return c.points.map(function (p) {
      if (p[4] === null) return [p[1], null];
      sum = sum * weight + (1 - weight) * p[4];
      norm = norm * weight + (1 - weight);
      return [p[1], sum / norm];
    });
  }

  function label(c, several) {
    if (several) return c.context ? c.name + ' · ' + c.context : c.name;
    return c.context || c.name;
  }

  function options(d, several) {
    var theme = cellarTheme(look()), list = [], colours = theme.color, used = {}, names = {};
    d.curves.forEach(function (c) {
      var key = several ? c.run : c.context, name = label(c, several);
      if (!(key in used)) used[key] = Object.keys(used).length;
      while (names[name]) name += ' ';
      names[name] = true;
      c.label = name;
      var colour = colours[used[key] % colours.length], dashed = several && c.context && /^(?!.*train)/.test(c.context);
      var line = { type: dashed ? 'dashed' : 'solid', width: 1.8 };
      var base = { name: name, type: 'line', color: colour, symbol: 'circle', symbolSize: 4, emphasis: { disabled: true }, connectNulls: false };
      if (knobs.smooth) {
        list.push(Object.assign({}, base, { data: raw(c), showSymbol: false, lineStyle: { width: 1, opacity: 0.28 }, tooltip: { show: false }, silent: true, z: 1 }));
        list.push(Object.assign({}, base, { data: smooth(c, knobs.smooth), showSymbol: false, lineStyle: Object.assign(line, { width: 2.2 }), z: 3 }));
      } else {
        list.push(Object.assign({}, base, { data: raw(c), showSymbol: c.count <= 30, lineStyle: c.count > 600 ? Object.assign(line, { width: 1.2 }) : line, z: 2 }));
      }
    });
    var legend = d.curves.length > 1;
    return {
      animation: false,
      grid: { left: 8, right: 18, top: legend ? 54 : 32, bottom: 24, containLabel: true },
      legend: { show: legend, type: 'scroll', left: 0, top: 22, itemWidth: 16, itemHeight: 13, textStyle: { fontSize: 12, lineHeight: 14 }, pageIconSize: 10,
        formatter: function (name) { name = name.trim(); return name.length > 32 ? name.slice(0, 18) + '…' + name.slice(-13) : name; }, tooltip: { show: true } },
      toolbox: { right: 0, top: -6, itemSize: 12, iconStyle: { borderColor: look().axis }, feature: { dataZoom: { yAxisIndex: 'none', title: { zoom: 'Zoom: drag over a stretch', back: 'Back' } }, restore: { title: 'Whole curve' } } },
      tooltip: { trigger: 'axis', confine: true, order: 'valueDesc', formatter: function (at) { return tip(d, at); } },
      xAxis: { type: 'value', min: 'dataMin', max: 'dataMax', name: knobs.x === 'time' ? 'time since the start' : 'step', nameLocation: 'middle', nameGap: 24, nameTextStyle: { fontSize: 11 },
        splitLine: { show: false }, minInterval: knobs.x === 'time' ? 0 : 1, axisLabel: { fontSize: 11, hideOverlap: true, formatter: knobs.x === 'time' ? span : null } },
      yAxis: { type: knobs.log ? 'log' : 'value', scale: true, axisLabel: { fontSize: 11, formatter: knobs.log ? number : null } },
      series: list,
    };
  }

  // tip is what stands at the pointer. It is made of nodes: a name is never HTML.
  function tip(d, at) {
    var box = document.createElement('div'), seen = {};
    function line(text, colour, strong) {
      var row = document.createElement('div');
      if (colour) {
        var dot = document.createElement('span');
        dot.textContent = '● ';
        dot.style.color = colour;
        row.appendChild(dot);
      }
      row.appendChild(document.createTextNode(text));
      if (strong) { var b = document.createElement('b'); b.textContent = strong; row.appendChild(b); }
      box.appendChild(row);
    }
    if (!at.length) return '';
    line((knobs.x === 'time' ? span(at[0].axisValue) : 'step ' + number(at[0].axisValue)));
    at.slice(0, 14).forEach(function (a) {
      if (seen[a.seriesName]) return;
      seen[a.seriesName] = true;
      var c = d.curves.find(function (c) { return c.label === a.seriesName; });
      var p = c && c.points.find(function (p) { return p[0] <= a.value[0] && a.value[0] <= p[1]; });
      var more = p && p[5] > 1 ? ' (' + number(p[2]) + ' … ' + number(p[3]) + ' of ' + p[5] + ')' : '';
      line((d.curves.length > 1 ? a.seriesName.trim().slice(0, 80) + '  ' : ''), a.color, number(a.value[1]) + more);
    });
    if (at.length > 14) line('and ' + (at.length - 14) + ' more');
    return box;
  }

  // values shows what has one value each as bars: a curve of one point says
  // nothing.
  function values(el, d) {
    var single = d.curves.every(function (c) { return c.count === 1; });
    el.parentNode.classList.toggle('values', single);
    if (!single) return false;
    drop(el);
    var box = document.createElement('div'), colours = cellarTheme(look()).color, most = 0;
    box.className = 'bars';
    d.curves.forEach(function (c) { most = Math.max(most, Math.abs(c.points[0][4] || 0)); });
    d.curves.forEach(function (c) {
      var name = document.createElement('span'), bar = document.createElement('span'), value = document.createElement('span');
      name.textContent = label(c, el.dataset.several === '1');
      name.title = name.textContent;
      name.className = 'who';
      bar.className = 'bar-of';
      bar.style.width = (most ? Math.abs(c.points[0][4] || 0) / most * 100 : 0) + '%';
      bar.style.background = colours[(el.dataset.several === '1' ? c.run : 0) % colours.length];
      value.textContent = number(c.points[0][4]);
      value.className = 'what';
      box.append(name, bar, value);
    });
    el.replaceChildren(box);
    return true;
  }

  function note(el, text) {
    el.replaceChildren();
    var p = document.createElement('p');
    p.className = 'note';
    p.textContent = text;
    el.appendChild(p);
  }

  function fetchJSON(url) {
    return fetch(url, { headers: { Accept: 'application/json' } }).then(function (r) {
      return r.json().then(function (d) { if (!r.ok) throw new Error(d.error); return d; });
    });
  }

  function drawCurve(el) {
    var mine = (el.turn = (el.turn || 0) + 1);
    var url = el.dataset.src + (knobs.x === 'time' ? '&x=time' : '');
    Promise.all([library(), el.data && el.data.url === url && !el.stale ? el.data : fetchJSON(url)]).then(function (got) {
      if (mine !== el.turn || !el.isConnected) return;
      var d = got[1];
      d.url = url;
      el.data = d;
      el.stale = false;
      var some = d.curves.some(function (c) { return c.points.some(function (p) { return p[4] !== null; }); });
      el.parentNode.classList.toggle('values', !some && d.curves.length > 0);
      if (!some) { drop(el); note(el, d.note || (d.curves.length ? 'only values that are no numbers' : 'no points yet')); return; }
      if (values(el, d)) return;
      chart(el).setOption(options(d, el.dataset.several === '1'), el.drawn ? { replaceMerge: ['series'] } : {});
      el.drawn = true;
      el.setAttribute('aria-label', el.dataset.name + ': ' + d.curves.map(function (c) {
        var last = c.points[c.points.length - 1];
        return c.label + ' ' + number(last && last[4]) + ' after ' + c.count + ' points';
      }).join('; '));
      if (d.note) el.title = d.note;
    }).catch(function (e) { if (mine === el.turn) { drop(el); note(el, String(e && e.message || 'the curve could not be read')); } });
  }

  function drawChart(el) {
    library().then(function () {
      var from = document.getElementById(el.dataset.options);
      var c = chart(el);
      c.setOption(JSON.parse(from.textContent), { notMerge: true });
      c.off('click');
      c.on('click', function (at) {
        var to = el.dataset.links && at.data && JSON.parse(document.getElementById(el.dataset.links).textContent)[at.data.id];
        if (to) location.href = to;
      });
    }).catch(function () { note(el, 'the chart could not be drawn'); });
  }

  function chart(el) {
    if (el.chart) return el.chart;
    el.replaceChildren();
    var at = el;
    if (el.dataset.least) { // it is as wide as it must be, and scrolls
      at = document.createElement('div');
      if (el.dataset.height) el.style.height = Math.max(140, +el.dataset.height + 8) + 'px';
      at.style.cssText = 'height:100%;min-width:' + (+el.dataset.least || 0) + 'px';
      el.appendChild(at);
    }
    el.chart = echarts.init(at, cellarTheme(look()), { renderer: 'canvas' });
    el.drawn = false;
    return el.chart;
  }
  function drop(el) {
    if (el.chart) el.chart.dispose();
    el.chart = null;
    el.drawn = false;
  }
  function draw(el) { if (el.dataset.src) drawCurve(el); else drawChart(el); }

  var seen = new IntersectionObserver(function (list) {
    list.forEach(function (e) {
      e.target.visible = e.isIntersecting;
      if (e.isIntersecting && (!e.target.chart || e.target.stale)) draw(e.target);
    });
  }, { rootMargin: '200px' });
  var sized = new ResizeObserver(function (list) { list.forEach(function (e) { if (e.target.chart) e.target.chart.resize(); }); });
  function all() { return Array.from(document.querySelectorAll('.plot, .drawn')); }
  function watch() {
    all().forEach(function (el) {
      if (el.watched) return;
      el.watched = true;
      seen.observe(el);
      sized.observe(el);
    });
  }
  function again(stale) {
    all().forEach(function (el) {
      if (stale) el.stale = true;
      if (el.visible) draw(el);
    });
  }

  document.addEventListener('input', function (e) {
    if (e.target.form && e.target.form.id === 'knobs') {
      var x = knobs.x;
      writeKnobs(e.target.form);
      all().forEach(function (el) { if (x !== knobs.x) drop(el); });
      again(false);
    }
  });
  document.addEventListener('submit', function (e) { if (e.target.id === 'knobs') e.preventDefault(); });
  document.addEventListener('cellar:scheme', function () { all().forEach(drop); again(false); });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', function () { all().forEach(drop); again(false); });
  document.addEventListener('cellar:fresh', function (e) { watch(); if (e.detail === 'changed') again(true); });
  readKnobs();
  watch();
})();
