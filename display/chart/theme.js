// The look of every chart, for the server (one set of greys that can be read on
// white and on black) and for the page (the colours of its theme).
function cellarTheme(c) {
  var label = { color: c.ink };
  var axis = {
    axisLine: { lineStyle: { color: c.axis } },
    axisTick: { lineStyle: { color: c.axis } },
    axisLabel: { color: c.ink, hideOverlap: true },
    nameTextStyle: label,
    splitLine: { lineStyle: { color: c.grid } },
    splitArea: { show: false },
  };
  var plain = Object.assign({}, axis, { splitLine: { show: false } });
  return {
    color: c.dark ? CELLAR_DARK : CELLAR_PALETTE,
    backgroundColor: 'transparent',
    textStyle: { color: c.ink, fontFamily: c.font },
    title: { textStyle: { color: c.ink, fontSize: 14, fontWeight: 600 }, subtextStyle: label },
    legend: { textStyle: label, pageTextStyle: label, pageIconColor: c.axis, pageIconInactiveColor: c.grid, inactiveColor: c.grid },
    tooltip: { backgroundColor: c.paper, borderColor: c.axis, textStyle: { color: c.print, fontSize: 12 },
      confine: true, extraCssText: 'max-width:420px;white-space:normal;overflow-wrap:anywhere' },
    axisPointer: { lineStyle: { color: c.axis }, crossStyle: { color: c.axis }, label: { color: c.paper, backgroundColor: c.axis } },
    categoryAxis: plain,
    valueAxis: axis,
    logAxis: axis,
    timeAxis: plain,
    parallel: { parallelAxisDefault: plain },
    visualMap: { textStyle: label },
    graph: { label: { color: c.ink }, edgeLabel: { color: c.ink }, lineStyle: { color: c.axis } },
    line: { symbol: 'circle', symbolSize: 5 },
    bar: { markLine: { lineStyle: { color: c.ink } } },
    scatter: { markLine: { lineStyle: { color: c.axis } } },
  };
}
