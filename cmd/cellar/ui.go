package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/web"
	"github.com/cellar-ml/cellar/tracker/web/mlflow"
)

// uiPort is where the pages are when nobody says otherwise.
const uiPort = 5151

// stopPatience is how long a page that is being sent may hold up the end.
const stopPatience = 5 * time.Second

// headPatience bounds how slowly a request may arrive, idlePatience how long a
// connection waits for the next.
const (
	headPatience = 10 * time.Second
	idlePatience = 2 * time.Minute
)

func uiCommand(sh *shell) *cobra.Command {
	var host string
	var port int
	var noOpen bool
	cmd := &cobra.Command{
		Use:   "ui",
		Short: "Show the experiments in a browser",
		Long: `Serves the pages of the store: experiments, runs, curves, artifacts, models,
datasets, lineage. They need no network, and only this machine reaches them
unless --host says otherwise; there are no passwords. Control-C ends it.

It also speaks MLflow's REST API: after
  mlflow.set_tracking_uri("http://127.0.0.1:5151")
a Python program logs to this store.`,
		Example: "cellar ui --port 8080",
		Args:    noArgs,
	}
	cmd.Flags().StringVar(&host, "host", "127.0.0.1", "`address` to listen at, or a name of this machine")
	cmd.Flags().IntVar(&port, "port", uiPort, "`port` to listen at; 0: a free one")
	cmd.Flags().BoolVar(&noOpen, "no-open", false, "do not open a browser")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if port < 0 || port > 65535 {
			return usage("a port is a number from 0 to 65535", "ui: no port %d", port)
		}
		store, err := sh.stores.open(cmd.Context(), sh.url)
		if err != nil {
			return err
		}
		at, err := listen(cmd.Context(), host, port)
		if err != nil {
			return err
		}
		pages := web.New(store, web.Options{
			Store: storeName(store, sh.url), Host: host, Version: versionText(), API: mlflow.Handler(store, mlflow.Options{}),
			Log: slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn})),
		})
		address := "http://" + net.JoinHostPort(shownHost(host), strconv.Itoa(at.Addr().(*net.TCPAddr).Port)) + "/"
		fmt.Fprintf(cmd.OutOrStdout(), "Cellar shows %s at %s\nControl-C ends it.\n", storeName(store, sh.url), address)
		if !noOpen {
			openBrowser(address)
		}
		return serve(cmd.Context(), at, pages)
	}
	return cmd
}

// listen takes a port; what is wrong with it is said in one line.
func listen(ctx context.Context, host string, port int) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	var dns *net.DNSError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, hint.New(fmt.Errorf("ui: port %d of %s is in use", port, host),
			"another cellar ui may have it; choose another with --port N, or --port 0 for a free one")
	case errors.Is(err, syscall.EACCES):
		return nil, hint.New(fmt.Errorf("ui: port %d may not be used by this account", port), "choose one from 1024 to 65535 with --port N")
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.As(err, &dns):
		return nil, hint.New(fmt.Errorf("ui: %s is no address of this machine", host), "leave --host out to serve this machine only, or use 0.0.0.0 for all of its addresses")
	case err != nil:
		return nil, fmt.Errorf("ui: %w", err)
	}
	return l, nil
}

// serve answers until ctx ends; a signal is how it is meant to end.
func serve(ctx context.Context, at net.Listener, pages *web.Server) error {
	srv := &http.Server{Handler: pages, ReadHeaderTimeout: headPatience, IdleTimeout: idlePatience, MaxHeaderBytes: 1 << 18}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(at) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	pages.Close()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
	defer cancel()
	if err := srv.Shutdown(last); err != nil {
		_ = srv.Close() // whoever still reads has had its time
	}
	return exitCode(0)
}

// storeName is what a person calls a store.
func storeName(s tracker.Store, url string) string {
	if p, ok := s.(interface{ Path() string }); ok {
		return "sqlite://" + p.Path()
	}
	return url
}

// shownHost is where a browser of this machine finds a server.
func shownHost(host string) string {
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		return "127.0.0.1"
	}
	return host
}

// openBrowser shows a page where a person sits at the machine. It tells nobody
// when it cannot: the address was printed.
func openBrowser(address string) {
	program := "xdg-open"
	switch {
	case !term.IsTerminal(int(os.Stdout.Fd())):
		return
	case runtime.GOOS == "darwin":
		program = "open"
	case os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "":
		return
	}
	cmd := exec.Command(program, address)
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }()
	}
}
