package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
)

func main() {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), 400)
			return
		}
		if c, err := r.Cookie("seen"); err == nil {
			fmt.Fprint(w, "again ", c.Value, " ")
		}
		http.SetCookie(w, &http.Cookie{Name: "seen", Value: r.Form.Get("q"), MaxAge: 60})
		for _, k := range slices.Sorted(maps.Keys(r.Form)) {
			fmt.Fprint(w, k, "=", r.Form[k], ";")
		}
	}))
	defer srv.Close()
	resp, err := http.PostForm(srv.URL+"/p?x=1&x=2", url.Values{"q": {"go lang"}, "z": {"&"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	b, _ := io.ReadAll(resp.Body)
	fmt.Println(string(b), resp.Cookies()[0].Name, resp.Cookies()[0].Value)
	req, _ := http.NewRequest("GET", srv.URL, nil)
	req.AddCookie(&http.Cookie{Name: "seen", Value: "v"})
	resp, _ = http.DefaultClient.Do(req)
	b, _ = io.ReadAll(resp.Body)
	fmt.Println(string(b))
	u, err := url.Parse("https://u:p@host:80/a%20b?q=1#frag")
	fmt.Println(u.Host, u.Port(), u.Path, u.User.Username(), u.Fragment, err, url.QueryEscape("a b&c"))
}

// Output:
// q=[go lang];x=[1 2];z=[&]; seen go lang
// again v
// host:80 80 /a b u frag <nil> a+b%26c
