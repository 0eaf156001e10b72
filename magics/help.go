package magics

import (
	"fmt"
	"html"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
)

// width is how wide text may be: every terminal has this much.
const width = 80

// help is the whole help of a magic as text, at most 80 columns wide.
func (m *Magic) help(path, prefix string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s - %s\n\n", path, m.Short)
	for _, u := range m.usages(path, prefix) {
		fmt.Fprintf(&b, "    %s\n", u)
	}
	if m.Long != "" {
		fmt.Fprintf(&b, "\n%s\n", wrap(m.Long, width, ""))
	}
	if len(m.Sub) > 0 {
		b.WriteString("\nSteps:\n")
		for _, s := range m.Sub {
			fmt.Fprintf(&b, "    %-10s %s\n", s.Name, s.Short)
		}
	}
	if rows := m.flagRows(); len(rows) > 0 {
		b.WriteString("\nFlags:\n")
		for _, r := range rows {
			b.WriteString(flagText(r))
		}
	}
	if list := m.examples(prefix); len(list) > 0 {
		text := strings.Join(list, "\n")
		b.WriteString("\nExamples:\n    " + strings.ReplaceAll(text, "\n", "\n    ") + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// usages are the lines that say what may be typed.
func (m *Magic) usages(path, prefix string) []string {
	tail := ""
	if m.Usage != "" {
		tail += " " + m.Usage
	}
	if len(m.flagRows()) > 0 {
		tail += " [FLAGS]"
	}
	var list []string
	switch {
	case m.Bind == nil:
		return []string{prefix + path + " STEP"}
	case path == "sh" && prefix == "%":
		list = append(list, "!"+m.Usage)
	case m.Body != MustBody:
		list = append(list, prefix+path+tail)
	}
	if m.Body != NoBody && prefix == "%" {
		list = append(list, "%%"+path+tail)
	}
	return list
}

// examples are the lines that can be typed at a front door. Those that say how
// they begin (!ls, name := %train) stay as they are and, like those with {expr},
// belong to a notebook.
func (m *Magic) examples(prefix string) []string {
	var list []string
	for _, e := range m.Examples {
		begun := strings.HasPrefix(e, "!") || strings.Contains(e, " := !") || strings.Contains(e, "%")
		switch {
		case prefix != "%" && (begun || strings.Contains(e, "{")):
		case begun:
			list = append(list, e)
		default:
			list = append(list, prefix+e)
		}
	}
	return list
}

// A flagRow is one flag as help and the docs show it.
type flagRow struct{ flag, what string }

func (m *Magic) flagRows() []flagRow {
	if m.Bind == nil {
		return nil
	}
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	m.bind(fs)
	var rows []flagRow
	fs.VisitAll(func(f *pflag.Flag) {
		name, what := pflag.UnquoteUsage(f)
		flag := "--" + f.Name
		if f.Shorthand != "" {
			flag = "-" + f.Shorthand + ", " + flag
		}
		if f.Value.Type() != "bool" && name != "" {
			flag += " " + strings.ToUpper(name)
		}
		if d := f.DefValue; d != "" && d != "0" && d != "false" && d != "[]" {
			what += " (" + d + " if not given)"
		}
		rows = append(rows, flagRow{flag, what})
	})
	return rows
}

func flagText(r flagRow) string {
	const indent = 26
	text := wrap(r.what, width-indent, strings.Repeat(" ", indent))
	if len(r.flag) > indent-6 {
		return "    " + r.flag + "\n" + text + "\n"
	}
	return fmt.Sprintf("    %-22s", r.flag) + strings.TrimLeft(text, " ") + "\n"
}

// wrap breaks text into lines of at most n columns, each after indent. Blank
// lines stay, lines that begin with a space are left alone.
func wrap(text string, n int, indent string) string {
	var out []string
	for _, para := range strings.Split(text, "\n") {
		if para == "" || para[0] == ' ' {
			out = append(out, para)
			continue
		}
		line := ""
		for _, w := range strings.Fields(para) {
			if line != "" && len([]rune(line))+1+len([]rune(w)) > n {
				out = append(out, indent+line)
				line = ""
			}
			if line != "" {
				line += " "
			}
			line += w
		}
		out = append(out, indent+line)
	}
	return strings.Join(out, "\n")
}

// helpBundle shows help as text that keeps its columns.
func helpBundle(text string) display.Bundle {
	return display.HTML("<pre>"+html.EscapeString(text)+"</pre>", text)
}

// Help is the whole help of a magic as text of at most 80 columns. Path is its
// name with those of the magics that it is a step of; prefix is "%" or "cellar ".
func Help(m Magic, path, prefix string) string { return m.help(path, prefix) }
