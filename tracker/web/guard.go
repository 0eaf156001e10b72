package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// pageCSP lets a page load what the server itself has and nothing else. Styles
// may be inline: charts place their tooltips so.
const pageCSP = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// pageTime is how long an answer may take to be read. Streams and downloads
// take their own.
const pageTime = time.Minute

// guard is what every request passes: the checks that keep other sites' pages
// from using this server through a person's browser, and the headers that keep
// what is stored from being run. It answers what it refuses.
func (s *Server) guard(next http.Handler) http.Handler {
	var cross http.CrossOriginProtection // refuses cross-site requests that are not GET, HEAD or OPTIONS
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "this request comes from another site's page; open Cellar's own page instead", http.StatusForbidden)
	}))
	next = cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.known(r.Host) {
			http.Error(w, "no page of this server is called "+plain(r.Host)+
				"; open it by its address, or start it with --host NAME", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", pageCSP)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		if !s.mounted(r.URL.Path) {
			s.limit(w, r)
		}
		next.ServeHTTP(w, r)
	})
}

// bodyMost is how long a form may be. What is mounted has limits of its own.
const bodyMost = 1 << 20

// limit bounds the body and the time of a request. The connection of a test has
// no deadlines.
func (s *Server) limit(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, bodyMost)
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(s.now().Add(pageTime))
	_ = c.SetWriteDeadline(s.now().Add(pageTime))
}

// patient takes the limit of time off an answer that lasts.
func patient(w http.ResponseWriter) {
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Time{})
	_ = c.SetWriteDeadline(time.Time{})
}

// known reports whether a request's Host is one of this server's names. A page
// of another site that has its name resolved to this machine (DNS rebinding)
// sends that name; an address cannot be made to mean another one.
func (s *Server) known(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return strings.EqualFold(name, "localhost") || s.o.Host != "" && strings.EqualFold(name, s.o.Host)
}

// plain is a text of the outside for an error in plain text.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s[:min(len(s), 100)])
}
