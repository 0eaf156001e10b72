package magics

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/display/chart"
	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/compare"
)

// A progress shows a training while it goes: a line and a curve, both replaced
// in place at most three times a second.
type progress struct {
	env   *Env
	out   display.Sink
	now   func() time.Time
	what  string
	id    string
	title string
	began time.Time
	last  time.Time
	line  string // the newest, shown or not
	told  []string
	train chart.Series
	valid chart.Series
}

// between is the time between two updates.
const between = time.Second / 3

func newProgress(env *Env, spec engine.Spec) *progress {
	what := spec.Family
	if spec.Graph != nil {
		what = spec.GraphName
	}
	return &progress{
		env: env, out: env.Out, now: clock.Or(env.Now), what: what,
		train: chart.Series{Name: "train/loss"},
		valid: chart.Series{Name: "validation/loss", Dashed: true},
	}
}

// notify shows what the engine has to say at once; the summary leaves it out.
func (p *progress) notify(text string) {
	p.told = append(p.told, text)
	// The notice is in the run too; a sink that is gone ends the training at
	// its next epoch.
	_ = p.out.Update("notice-"+p.what+p.id, display.Text(text))
}

func (p *progress) start(r tracker.Run) {
	p.id, p.title, p.began = r.ID, p.what+" · "+r.Name, p.now()
	p.line = fmt.Sprintf("training %s as %s", p.what, r.Name)
	_ = p.out.Update(p.lineID(), display.Transient(display.Text(p.line))) // as in notify
}

func (p *progress) lineID() string  { return "train-" + p.id + "-line" }
func (p *progress) curveID() string { return "train-" + p.id + "-curve" }

func (p *progress) epoch(e engine.Progress) error {
	p.add(e)
	p.line = epochLine(e)
	now := p.now()
	if now.Sub(p.last) < between {
		return nil
	}
	p.last = now
	if err := p.out.Update(p.lineID(), display.Transient(display.Text(p.line))); err != nil {
		return err
	}
	if len(p.train.X) < 2 || p.env.Plain {
		return nil
	}
	return p.out.Update(p.curveID(), display.Transient(p.chart().Live()))
}

func (p *progress) add(e engine.Progress) {
	for _, s := range []*chart.Series{&p.train, &p.valid} {
		if v, ok := e.Metrics[s.Name]; ok {
			s.X, s.Y = append(s.X, float64(e.Epoch)), append(s.Y, v)
		}
	}
}

func (p *progress) chart() *chart.Chart {
	o := chart.LineOptions{Title: p.title, XLabel: "epoch", YLabel: "loss", Series: []chart.Series{p.train}}
	if len(p.valid.X) > 0 {
		o.Series = append(o.Series, p.valid)
	}
	return chart.Line(o)
}

// end shows the last state: the full chart, and a line with the time it took.
// t has no Result when training failed. A person who interrupts does not wait
// for the picture.
func (p *progress) end(ctx context.Context, t *engine.Trained) error {
	if p.id == "" {
		return nil
	}
	line := p.line
	if t != nil && t.Result == nil {
		line = "run " + t.Run.Name + " " + string(t.Run.Status)
	}
	if t != nil && t.Result != nil {
		t.Result.Notices = slices.DeleteFunc(t.Result.Notices, func(n string) bool { return slices.Contains(p.told, n) })
		h := t.Result.History
		line = fmt.Sprintf("%s, %s in %s on %s", counted(len(h), "epoch"), counted(lastStep(h), "step"), display.Duration(p.now().Sub(p.began)), t.Result.Device)
		switch t.Result.Stopped {
		case engine.StoppedEarly:
			line += fmt.Sprintf("; stopped early, best epoch %d", t.Result.BestEpoch)
		case engine.StoppedInterrupted:
			line += "; interrupted, what was trained is kept"
		}
	}
	if err := p.out.Update(p.lineID(), display.Text(line)); err != nil {
		return err
	}
	if len(p.train.X) < 2 {
		return nil
	}
	if ctx.Err() != nil && !p.env.Plain {
		return p.out.Update(p.curveID(), p.chart().Live())
	}
	return p.out.Update(p.curveID(), p.env.draw(p.chart()))
}

// counted is "1 epoch" or "2 epochs".
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

func lastStep(h []engine.Progress) int {
	if len(h) == 0 {
		return 0
	}
	return h[len(h)-1].Step
}

// epochLine fits 80 columns: the epoch, the metrics that say most, the rate.
func epochLine(e engine.Progress) string {
	const most = 3
	var names []string
	for name := range e.Metrics {
		names = append(names, name)
	}
	var metrics []string
	ordered := compare.Order(sorted(names))
	for _, name := range ordered[:min(most, len(ordered))] {
		metrics = append(metrics, strings.Replace(name, "validation/", "val/", 1)+" "+display.Number(e.Metrics[name]))
	}
	line := fmt.Sprintf("epoch %d/%d  %s", e.Epoch, e.Epochs, strings.Join(metrics, "  "))
	if e.StepsPerSecond > 0 {
		line += fmt.Sprintf("  %.0f steps/s", e.StepsPerSecond)
	}
	if e.Remaining > 0 && e.Epoch > 1 { // the first epoch pays for compilation
		line += "  " + display.Duration(e.Remaining) + " left"
	}
	return line
}
