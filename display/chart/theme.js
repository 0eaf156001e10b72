// The look of every chart, for the server (one set of greys that can be read on
// white and on black) and for the page (the colours of its theme).
function cellarTheme(c) {
  var label = { color: c.ink };
  var axis = {
    axisLine: { lineStyle: { color: c.axis } },
    axisTick: { lineStyle: { color: c.axis } },
    axisLabel: label,
    nameTextStyle: label,
    splitLine: { lineStyle: { color: c.grid } },
    splitArea: { show: false },
  };
  var plain = Object.assign({}, axis, { splitLine: { show: false } });
  return {
    // Okabe and Ito's colours, without the yellow and the black that vanish on
    // white and on dark pages.
    color: ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#9a6324', '#8c8c8c'],
    backgroundColor: 'transparent',
    textStyle: { color: c.ink, fontFamily: c.font },
    title: { textStyle: { color: c.ink, fontSize: 14, fontWeight: 600 }, subtextStyle: label },
    legend: { textStyle: label, pageTextStyle: label, pageIconColor: c.axis, pageIconInactiveColor: c.grid, inactiveColor: c.grid },
    tooltip: { backgroundColor: c.paper, borderColor: c.axis, textStyle: { color: c.print } },
    axisPointer: { lineStyle: { color: c.axis }, crossStyle: { color: c.axis }, label: { color: c.paper, backgroundColor: c.axis } },
    categoryAxis: plain,
    valueAxis: axis,
    logAxis: axis,
    timeAxis: plain,
    parallel: { parallelAxisDefault: plain },
    visualMap: { textStyle: label },
    graph: { label: { color: c.ink }, edgeLabel: { color: c.ink }, lineStyle: { color: c.axis } },
    line: { symbolSize: 5 },
  };
}
