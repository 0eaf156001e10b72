// Draws the charts of a page. It is sent once in a session; a page that holds
// several notebooks runs the first that arrives. Charts that are shown before
// it arrives wait in the queue q, and show their picture meanwhile.
(function (page, packed) {
  'use strict';
  var home = page.__cellar_charts_v1 || (page.__cellar_charts_v1 = { q: [] });
  if (home.show || home.loading) return;
  home.loading = true;

  var echarts = null;
  var drawn = []; // hosts with a chart, the newest last
  var KEEP = 64; // charts of outputs that are out of the page

  function colours(el) {
    var css = getComputedStyle(el);
    function own(name, other) { return css.getPropertyValue(name).trim() || other; }
    var dark = isDark(el);
    return {
      dark: dark,
      ink: own('--jp-content-font-color1', dark ? '#e0e0e0' : '#212121'),
      print: own('--jp-content-font-color1', dark ? '#e0e0e0' : '#212121'),
      paper: own('--jp-layout-color1', dark ? '#212121' : '#ffffff'),
      axis: own('--jp-content-font-color2', dark ? '#9e9e9e' : '#616161'),
      grid: dark ? 'rgba(255,255,255,0.14)' : 'rgba(0,0,0,0.12)',
      font: own('--jp-ui-font-family', 'system-ui, sans-serif'),
    };
  }

  function isDark(el) {
    var told = document.body && document.body.getAttribute('data-jp-theme-light');
    if (told) return told === 'false';
    for (var n = el; n; n = n.parentElement) {
      var m = getComputedStyle(n).backgroundColor.match(/[\d.]+/g);
      if (m && (m.length < 4 || +m[3] > 0.5)) return 0.299 * m[0] + 0.587 * m[1] + 0.114 * m[2] < 128;
    }
    return false;
  }

  // A host whose output was replaced leaves its drawing to the next chart of
  // the same key, so that a chart that is updated does not flicker.
  function inherit(key) {
    for (var i = drawn.length - 1; i >= 0; i--) {
      if (drawn[i].key === key && !drawn[i].host.isConnected) return drawn.splice(i, 1)[0];
    }
    return null;
  }

  function draw(host) {
    var it = host.__cellar;
    if (it.chart) { it.chart.resize(); return; }
    var old = inherit(it.key);
    it.plot = old ? old.plot : document.createElement('div');
    it.plot.style.cssText = 'width:100%;min-width:' + it.least + 'px;height:' + it.height;
    if (it.fallback) it.fallback.style.display = 'none';
    host.appendChild(it.plot);
    if (old) {
      it.chart = old.chart;
      old.chart = null;
      // Lines keep what the reader hid in the legend; others are drawn anew.
      var lines = it.options.series[0].type === 'line';
      it.chart.setOption(it.options, lines ? { replaceMerge: ['series'] } : { notMerge: true });
      it.chart.resize();
    } else {
      start(it);
    }
    drawn.push(it);
    prune();
  }

  function start(it) {
    it.chart = echarts.init(it.plot, cellarTheme(colours(it.host)), { renderer: 'svg' });
    it.chart.setOption(it.options);
  }

  function drop(it) {
    if (it.chart) it.chart.dispose();
    if (it.plot && it.plot.parentNode === it.host) it.host.removeChild(it.plot);
    it.chart = it.plot = null;
  }

  function prune() {
    for (var i = 0; drawn.length > KEEP && i < drawn.length;) {
      if (drawn[i].host.isConnected) { i++; continue; }
      drop(drawn.splice(i, 1)[0]); // it draws itself again when it comes back
    }
  }

  function show(host) {
    if (!host || !host.classList || !host.classList.contains('cellar-chart')) {
      document.querySelectorAll('.cellar-chart').forEach(function (h) { if (!h.__cellar) show(h); });
      return;
    }
    if (host.__cellar) return;
    var data = host.querySelector('script[type="application/json"]');
    if (!data) return;
    host.__cellar = {
      host: host, key: host.getAttribute('data-key'), options: JSON.parse(data.textContent),
      fallback: host.querySelector('.cellar-chart-still'), height: host.style.height || '320px',
      least: +host.getAttribute('data-least') || 0,
    };
    if (host.clientWidth > 0) draw(host);
    new ResizeObserver(function () {
      if (host.clientWidth > 0 && host.isConnected) draw(host);
    }).observe(host);
  }

  function repaint() {
    drawn.forEach(function (it) {
      if (!it.chart) return;
      it.chart.dispose();
      start(it);
    });
  }

  function ready(script) {
    var found = {};
    new Function('exports', 'module', 'define', script)(found, {}, undefined);
    echarts = found;
    home.show = show;
    home.echarts = found;
    home.q.splice(0).forEach(show);
    new MutationObserver(function () { setTimeout(repaint, 200); })
      .observe(document.body, { attributes: true, attributeFilter: ['data-jp-theme-light', 'data-jp-theme-name'] });
  }

  var bytes = Uint8Array.from(atob(packed), function (c) { return c.charCodeAt(0); });
  var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  new Response(stream).text().then(ready).catch(function (err) {
    home.loading = false; // the pictures stay
    console.warn('Cellar: charts stay pictures:', err);
  });
})(window, "CELLAR_PACKED");
