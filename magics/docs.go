package magics

import (
	"fmt"
	"strings"
)

// Markdown is the reference of the magics: docs/magics.md.
func Markdown(table []Magic) string {
	var b strings.Builder
	b.WriteString("# Magics\n\n")
	b.WriteString("Generated from the definitions in `magics/` (`go test ./magics -update`); do not edit.\n\n")
	b.WriteString("`%name` is a line, `%%name` takes its whole cell, `!command` runs a command. In a shell a step is `cellar name` " +
		"with the same arguments. Arguments are quoted as in a shell; `{expr}` is the value of a Go expression, `{{` a brace. " +
		"`name := %step ...` keeps the step's result in a Go variable.\n\n")
	b.WriteString("| Magic | What it does | In a shell |\n|---|---|---|\n")
	for _, m := range table {
		door := "`cellar " + m.Name + "`"
		if m.Door == Notebook {
			door = ""
		}
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s |\n", m.callName("%"), m.Name, m.Short, door)
	}
	for i := range table {
		table[i].markdown(&b, "", 2)
	}
	return b.String()
}

func (m *Magic) markdown(b *strings.Builder, parent string, level int) {
	path := strings.TrimSpace(parent + " " + m.Name)
	fmt.Fprintf(b, "\n%s %s\n\n%s.\n\n", strings.Repeat("#", level), path, m.Short)
	b.WriteString("```\n" + strings.Join(m.usages(path, "%"), "\n") + "\n```\n")
	if m.Long != "" {
		fmt.Fprintf(b, "\n%s\n", m.Long)
	}
	if m.Result != nil {
		fmt.Fprintf(b, "\n`name := %%%s ...` binds `%s`.\n", path, m.Result)
	}
	if rows := m.flagRows(); len(rows) > 0 {
		b.WriteString("\n| Flag | Meaning |\n|---|---|\n")
		for _, r := range rows {
			fmt.Fprintf(b, "| `%s` | %s |\n", r.flag, strings.ReplaceAll(r.what, "|", `\|`))
		}
	}
	if list := m.examples("%"); len(list) > 0 {
		b.WriteString("\n```\n" + strings.Join(list, "\n") + "\n```\n")
	}
	for i := range m.Sub {
		m.Sub[i].markdown(b, path, level+1)
	}
}

// Man is the manual page of a program that has the magics as commands.
func Man(table []Magic, version string) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH CELLAR 1 \"\" \"cellar %s\" \"Cellar\"\n", roff(version))
	b.WriteString(".SH NAME\ncellar \\- a Jupyter kernel for Go and the tracker of its experiments\n")
	b.WriteString(".SH SYNOPSIS\n.B cellar\n[--store URL] STEP [ARGUMENTS] [FLAGS]\n.SH STEPS\n")
	for i := range table {
		if table[i].Door == Both {
			table[i].roff(&b, "")
		}
	}
	b.WriteString(".SH ENVIRONMENT\n.TP\n.B CELLAR_STORE\nthe store, as --store\n")
	b.WriteString(".TP\n.B CELLAR_XLA_PLUGIN\nthe path of the PJRT plugin to use\n")
	b.WriteString(".SH EXIT STATUS\n0: done; 1: it failed; 2: the line was typed wrongly; 130: interrupted.\n")
	return b.String()
}

func (m *Magic) roff(b *strings.Builder, parent string) {
	path := strings.TrimSpace(parent + " " + m.Name)
	fmt.Fprintf(b, ".SS %s\n", roff(path))
	for _, u := range m.usages(path, "cellar ") {
		fmt.Fprintf(b, ".B %s\n.br\n", roff(u))
	}
	fmt.Fprintf(b, "%s.\n", roff(m.Short))
	if m.Long != "" {
		fmt.Fprintf(b, ".PP\n%s\n", roff(m.Long))
	}
	for _, r := range m.flagRows() {
		fmt.Fprintf(b, ".TP\n.B %s\n%s\n", roff(r.flag), roff(r.what))
	}
	for i := range m.Sub {
		m.Sub[i].roff(b, path)
	}
}

// roff escapes text for a manual page.
func roff(s string) string {
	s = strings.ReplaceAll(s, `\`, `\e`)
	s = strings.ReplaceAll(s, "-", `\-`)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
