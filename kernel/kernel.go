// Package kernel is the process that Jupyter starts and talks to. It holds
// the sockets, the history and the promise to answer; cells run in a worker
// that it starts, watches and, when a cell has brought it down, replaces. It
// knows neither Go in cells nor magics: what a cell means is the worker's.
package kernel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"sync"
	"syscall"
	"time"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/kernel/wire"
)

// Options say what a kernel is run with. ConnectionFile and Worker are needed.
type Options struct {
	ConnectionFile string           // as Jupyter wrote it
	Worker         func() *exec.Cmd // a new worker process, not started; it finds its link at fd 3
	Version        string           // of this implementation, told to front ends
	HistoryDir     string           // "": cellar/history in the user's data folder
	Log            *slog.Logger     // the kernel's own troubles; nil: none
	Now            func() time.Time // nil: the machine's clock
}

// Run is the kernel: it returns nil after a shutdown request, a signal to end,
// the end of its parent, or of ctx. An error means that it could not begin.
// When it returns, no process that a cell started is left.
func Run(ctx context.Context, o Options) error {
	if o.Worker == nil {
		return errors.New("run kernel: no worker to start")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Now = clock.Or(o.Now)
	conn, err := wire.ReadConnection(o.ConnectionFile)
	if err != nil {
		return fmt.Errorf("run kernel: %w", err)
	}
	sock, err := wire.Bind(conn, wire.Options{Log: o.Log, Now: o.Now})
	if err != nil {
		return fmt.Errorf("run kernel with %s: %w", o.ConnectionFile, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// The kernel passes messages on: waking a second thread for each costs more
	// than what it would do, and takes the processor from the worker.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	return newKernel(o, sock, cancel).run(ctx)
}

// A kernel is one running kernel. Its parts lock for themselves.
type kernel struct {
	o        Options
	log      *slog.Logger
	sock     *wire.Sockets
	handlers map[string]handler
	stop     context.CancelFunc

	history *history
	streams *streams
	exec    *executor
	sup     *supervisor
	asks    asks
	input   input
	shown   displays
}

func newKernel(o Options, sock *wire.Sockets, stop context.CancelFunc) *kernel {
	k := &kernel{o: o, log: o.Log, sock: sock, stop: stop, handlers: map[string]handler{}}
	for _, h := range handlers() {
		k.handlers[h.msgType] = h
	}
	k.history = openHistory(o.HistoryDir, o.Log)
	k.streams = newStreams(k.publishStream)
	k.exec = newExecutor(k)
	k.sup = newSupervisor(k)
	return k
}

func (k *kernel) run(ctx context.Context) error {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	k.sock.Serve(k.dispatch)
	var wg sync.WaitGroup
	wg.Go(func() { k.sup.warm() })
	wg.Go(func() { k.exec.loop(ctx) })
	k.wait(ctx, signals)
	k.stop()
	k.sup.close()
	k.sock.Close(50 * time.Millisecond)
	wg.Wait()
	k.history.close()
	return nil
}

// wait returns when the kernel has to end.
func (k *kernel) wait(ctx context.Context, signals <-chan os.Signal) {
	gone := watchParent(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-gone:
			k.log.Info("the parent has ended")
			return
		case sig := <-signals:
			if sig != syscall.SIGINT {
				k.log.Info("ended by a signal", "signal", sig)
				return
			}
			k.exec.interrupt()
		}
	}
}
