package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"
)

type User struct {
	ID       int
	Password string
}

func (u User) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("id", u.ID), slog.String("password", "***"))
}

type Level string

func main() {
	drop := func(groups []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && len(groups) == 0 {
			return slog.Attr{}
		}
		return a
	}
	log := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: drop}))
	log.Info("login", "user", User{7, "pw"}, "took", 3*time.Millisecond)
	log.With("req", 1).WithGroup("g").Debug("nested", slog.Group("in", "x", 1.5), "err", errors.New("boom boom"))
	js := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: drop}))
	js.Warn("json", "user", User{8, "pw"}, "tags", []string{"a"}, "lvl", Level("x"), "p", struct{ X int }{1})
	js.Debug("hidden")
	fmt.Println(slog.LevelWarn, slog.LevelInfo+1, js.Enabled(nil, slog.LevelError))
}

// Output:
// level=INFO msg=login user.id=7 user.password=*** took=3ms
// level=DEBUG msg=nested req=1 g.in.x=1.5 g.err="boom boom"
// {"level":"WARN","msg":"json","user":{"id":8,"password":"***"},"tags":["a"],"lvl":"x","p":{"X":1}}
// WARN INFO+1 true
