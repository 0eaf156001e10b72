package chart

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"
)

// pictureLimit is how long one picture may take before it is given up.
const pictureLimit = 30 * time.Second

// painter draws options to SVG with ECharts inside a JavaScript machine. There
// is one; the machine is not safe for concurrent use.
type painter struct {
	mu     sync.Mutex
	vm     *goja.Runtime
	render goja.Callable
	err    error // why the machine could not be made
}

var thePainter painter

// Warm prepares the machine that draws pictures, which takes about half a
// second; call it in the background when a chart is likely.
func Warm() {
	thePainter.mu.Lock()
	defer thePainter.mu.Unlock()
	thePainter.start()
}

// renderSVG draws options; prefix makes the ids in the picture its own, for
// several pictures may stand in one page.
func renderSVG(options []byte, prefix string, width, height int) (string, error) {
	p := &thePainter
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.start(); p.err != nil {
		return "", p.err
	}
	stop := time.AfterFunc(pictureLimit, func() { p.vm.Interrupt("the picture took too long") })
	defer func() { stop.Stop(); p.vm.ClearInterrupt() }()
	out, err := p.render(goja.Undefined(), p.vm.ToValue(string(options)), p.vm.ToValue(width), p.vm.ToValue(height))
	if err != nil {
		return "", fmt.Errorf("draw the picture of a chart: %w", err)
	}
	return trim(out.String(), prefix), nil
}

var (
	zrenderID = regexp.MustCompile(`\bzr\d+-`)
	// What only a pointer would need: hover styles, hit areas, data marks.
	pointerOnly = regexp.MustCompile(`(?s)<style >.*?</style>| class="[^"]*"| ecmeta_\w+="[^"]*"| pointer-events="visible"`)
)

// trim makes the ids in a picture its own, and takes out what a still picture
// does not need.
func trim(svg, prefix string) string {
	svg = pointerOnly.ReplaceAllLiteralString(svg, "")
	return zrenderID.ReplaceAllLiteralString(strings.TrimSpace(svg), prefix+"-")
}

// paint is the glue between the machine and ECharts. There are no timers: with
// animation off a chart is whole when setOption returns.
const paint = `
// Widths of a wide sans serif font in em: there is no font to measure here, and
// too much room is better than text over text.
echarts.setPlatformAPI({measureText: function (text, font) {
	var size = parseFloat((/(\d+(\.\d+)?)px/.exec(font || '') || [0, 12])[1]), em = 0;
	for (var c of text || '') {
		em += c > '\u2e80' ? 1 : /[ijl.,:;'|! \[\]()\/]/.test(c) ? 0.37 : /[mwMW@%]/.test(c) ? 0.95 : /[A-Z]/.test(c) ? 0.7 : 0.62;
	}
	return {width: em * size * (/bold|[6-9]00/.test(font || '') ? 1.1 : 1)};
}});
var cellarInk = cellarTheme({ink: '#767676', print: '#767676', paper: '#ffffff', axis: '#8a8a8a', grid: 'rgba(128,128,128,0.28)', font: 'sans-serif'});
function cellarPaint(options, width, height) {
	var c = echarts.init(null, cellarInk, {renderer: 'svg', ssr: true, width: width, height: height});
	try {
		c.setOption(JSON.parse(options));
		return c.renderToSVGString();
	} finally {
		c.dispose();
	}
}`

// start makes the machine at the first call. The caller holds the lock.
func (p *painter) start() {
	if p.vm != nil || p.err != nil {
		return
	}
	src, err := echartsSource()
	if err != nil {
		p.err = fmt.Errorf("unpack the chart script: %w", err)
		return
	}
	vm := goja.New()
	global := vm.GlobalObject()
	ignore := func(goja.FunctionCall) goja.Value { return vm.ToValue(0) }
	for _, name := range []string{"setTimeout", "clearTimeout", "setInterval", "clearInterval"} {
		if err := global.Set(name, ignore); err != nil {
			p.err = err
			return
		}
	}
	if _, err := vm.RunString(src + themeJS() + paint); err != nil {
		p.err = fmt.Errorf("load the chart script: %w", err)
		return
	}
	p.render, _ = goja.AssertFunction(vm.Get("cellarPaint"))
	p.vm = vm
}
